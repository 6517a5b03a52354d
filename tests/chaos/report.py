"""What a scenario of ``make chaos`` is, and the page that is written of what is on record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.measured import Measured
from tests.chaos.places import Place
from tests.chaos.record import Record, Result, Times
from tests.chaos.room import PEOPLE, Traffic
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


def page(
    scenarios: Sequence[Scenario], record: Record, lacking: Mapping[str, str] | None = None
) -> str:
    """``docs/reliability.md`` of all that is on record, in the order of scenarios.

    ``lacking``: why some of them were not run this time.
    """
    runs = [(each, record[each.name]) for each in scenarios if each.name in record]
    rows = [_row(each, run) for each, run in runs]
    figures = [_figure(each, measured) for each, run in runs for measured in run.measured]
    table = ["", *_FIGURES, *figures] if figures else []
    not_run = [each for each in scenarios if each.name not in record]
    return "\n".join(
        [
            *_HEAD,
            *rows,
            *table,
            "",
            *_findings(runs),
            *_not_run(not_run, lacking or {}),
            *_FOOT,
            _machines(runs),
            "",
        ]
    )


def _row(scenario: Scenario, run: Result) -> str:
    sitting = run.sitting
    cells = [
        scenario.name,
        scenario.title,
        str(run.times),
        str(run.acknowledged),
        str(run.findings),
        _times(run.gaps),
        _times(run.crossings),
        f"{run.seconds / 60:.1f} min",
        f"{sitting.day}, {sitting.version}{'*' if sitting.changed else ''}",
    ]
    return f"| {' | '.join(cells)} |"


def _figure(scenario: Scenario, measured: Measured) -> str:
    cells = [scenario.name, measured.what, measured.goal, measured.found]
    return f"| {' | '.join([*cells, 'yes' if measured.met else 'no'])} |"


def _times(times: Times | None) -> str:
    return f"{times.p50:.2f} / {times.p99:.2f} / {times.longest:.2f} s" if times else "none"


def _findings(runs: Sequence[tuple[Scenario, Result]]) -> list[str]:
    found = [f"- {scenario.name}: {each}" for scenario, run in runs for each in run.told]
    return [*found, ""] if found else []


def _not_run(scenarios: Sequence[Scenario], lacking: Mapping[str, str]) -> list[str]:
    named = []
    for each in scenarios:
        reason = f": {lacking[each.name]}" if each.name in lacking else ""
        named.append(f"- {each.name}, {each.title}{reason}")
    return ["Not run yet:", "", *named, ""] if named else []


def _machines(runs: Sequence[tuple[Scenario, Result]]) -> str:
    machines = sorted({run.sitting.machine for _, run in runs})
    return f"Run on {'; '.join(machines)}." if machines else "Nothing was run yet."


_HEAD = """\
# Reliability

Written by `make chaos` from the last run of each scenario; nothing here is typed by hand. `make
chaos` runs all of them, `.venv/bin/python -m tests.chaos a1 b1` these two and leaves the others as
they stand in `reliability.json`. *Run* says when, and of which commit; a star: with changes that
were not committed.

In each run five people talk, and change their votes as fast as they may, while something dies,
again and again; a single server and its database half of the time within 20 ms of a word being
sent. In a1 and a1p thirty more vote. One in four comes over events and posts (decision 0102), the
others over a WebSocket. Afterwards what everybody was told is held against what the database kept
(`tests/chaos/checker.py`). A *finding* is a word that was acknowledged and is missing, stands twice
or elsewhere, a hole in what somebody received, a vote that is not as its voter was told, a client
that had to begin anew, or one that shows something else than somebody who comes late. The checker
itself is held against processes that are wrong on purpose (`tests/chaos/planted.py`).

In a5 the power goes: the server runs under `strace`. Each command that was answered as done was
written to the files of the database, by its id, and a flush that began after that was over before
the answer was handed to the system. And at so many moments just before an answer, spread over the
run, the files are made as a disk may leave them: of each only what was written before its last
finished flush began. They are opened as after a loss of power, and all that was answered by then
must be in them, under its number. The writes replayed to the end are, byte for byte, the files that
`kill -9` leaves: so none was overlooked. Trusted are the system and the disk to flush when they say
so, and to keep the names of files.

In i1 nothing dies but every second restore, on its way: backups are made while people talk and put
back elsewhere, where all must stand that was answered before, as a beginning of the history. In c1,
d1, e1, f1 to f5 and h1 nothing dies either: while people talk, some do not read, the disk is full,
a server cannot reach the bus, strangers send what is no frame and no request, and rights end (in h1
also by leaving an employer, and with it a congress); in j1 the server's clock jumps, in j1s it goes
over the end of summer time in Berlin again and again.

A client that is told goodbye waits as long as it is asked to, as a browser does; else it comes back
sooner than a browser, so that more happens.

*Cut off*: how long a client was without its room. *To others*: from the answer to a word until
somebody else saw it. Each as p50 / p99 / longest.

| id | what dies or happens | times | acknowledged | findings | cut off | to others | took | run |
|---|---|--:|--:|--:|---|---|--:|---|""".splitlines()

_FIGURES = """\
What else was to be shown, with its goal:

| id | what was measured | goal | measured | met |
|---|---|---|---|---|""".splitlines()

_FOOT = """\
`kill -9` shows the death of processes; a5 shows the loss of power, for SQLite. PostgreSQL flushes
by itself: Plenum does not start where it is set not to (`fsync`, `synchronous_commit` or
`full_page_writes` off), nor on SQLite with less than `synchronous = full`.
Bytes that wait for one slow reader cannot be told apart from outside, so c1 shows the memory of the
server; the bound itself has a test in `make test`.
""".splitlines()
