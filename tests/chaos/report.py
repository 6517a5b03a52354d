"""What a long run of ``make chaos`` is, and the page it writes."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.measured import Measured
from tests.chaos.places import Place
from tests.chaos.room import PEOPLE, Traffic
from tests.chaos.story import Outcome
from tests.chaos.troubles import Progress


@dataclass(frozen=True)
class Scenario:
    """A trouble, where it happens, and how often in the long form."""

    name: str
    title: str
    place: Callable[[Path], AbstractContextManager[Place]]
    act: Callable[[Place, Traffic, int, Progress], Awaitable[None]]
    times: int
    people: Sequence[str] = PEOPLE
    """Who talks meanwhile. The first organises, the second moderates."""
    lacking: Callable[[], str | None] = lambda: None
    """Why it cannot be run here, if it cannot."""


@dataclass(frozen=True)
class Run:
    """A scenario as it went."""

    scenario: Scenario
    times: int
    outcome: Outcome
    seconds: float


def page(runs: Sequence[Run], left_out: Sequence[str] = ()) -> str:
    """``docs/reliability.md``."""
    rows = [_row(run) for run in runs]
    figures = [_figure(run, each) for run in runs for each in run.outcome.measured]
    table = ["", *_FIGURES, *figures] if figures else []
    return "\n".join(
        [*_HEAD, *rows, *table, "", *_findings(runs), *left_out, *_FOOT, _machine(), ""]
    )


def _row(run: Run) -> str:
    outcome = run.outcome
    cells = [
        run.scenario.name,
        run.scenario.title,
        str(run.times),
        str(outcome.acknowledged),
        str(len(outcome.findings)),
        _times(outcome.gaps),
        _times(outcome.crossings),
        f"{run.seconds / 60:.1f} min",
    ]
    return f"| {' | '.join(cells)} |"


def _figure(run: Run, measured: Measured) -> str:
    cells = [run.scenario.name, measured.what, measured.goal, measured.found]
    return f"| {' | '.join([*cells, 'yes' if measured.met else 'no'])} |"


def _times(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    p50, p99 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
    return f"{p50:.2f} / {p99:.2f} / {ordered[-1]:.2f} s"


def _findings(runs: Sequence[Run]) -> list[str]:
    found = [f"- {run.scenario.name}: {each}" for run in runs for each in run.outcome.findings]
    return [*found, ""] if found else []


def _machine() -> str:
    day = dt.datetime.now(dt.UTC).date()
    return f"Run on {day}: {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs."


_HEAD = """\
# Reliability

Written by `make chaos` from its last run; nothing here is typed by hand.

In each run five people talk, and change their votes as fast as they may, while something dies,
again and again; a single server and its database half of the time within 20 ms of a word being
sent. Afterwards what everybody was told is held against what the database kept
(`tests/chaos/checker.py`). A *finding* is a word that was acknowledged and is missing, stands twice
or elsewhere, a hole in what somebody received, a vote that is not as its voter was told, a client
that had to begin anew, or one that shows something else than somebody who comes late. The checker
itself is held against processes that are wrong on purpose (`tests/chaos/planted.py`).

In i1 nothing dies but every second restore, on its way: backups are made while people talk and put
back elsewhere, where all must stand that was answered before, as a beginning of the history. In c1,
d1, e1, f1 to f5 and h1 nothing dies either: while people talk, some do not read, the disk is full,
a server cannot reach the bus, strangers send what is no frame and no request, and rights end; in
j1 the server's clock jumps.

*Cut off*: how long a client was without its room. *To others*: from the answer to a word until
somebody else saw it. Each as p50 / p99 / longest.

| id | what dies or happens | times | acknowledged | findings | cut off | to others | took |
|---|---|--:|--:|--:|---|---|--:|""".splitlines()

_FIGURES = """\
What else was to be shown, with its goal:

| id | what was measured | goal | measured | met |
|---|---|---|---|---|""".splitlines()

_FOOT = """\
`kill -9` shows the death of processes, not the loss of power. Not run: flush before acknowledgement
under load (a5; the order of flush and answer has a test in `make test`).
Bytes that wait for one slow reader cannot be told apart from outside, so c1 shows the memory of the
server; the bound itself has a test in `make test`.
""".splitlines()
