"""What the last run of each scenario came to, kept beside the page so that a long run may be done
in several sittings."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.chaos.measured import Measured, share
from tests.chaos.story import Outcome
from tests.fixtures.server import ROOT

PAGE = ROOT / "docs" / "reliability.md"
KEPT = PAGE.with_suffix(".json")
TOLD_FINDINGS = 20
"""Of one run; their number is kept however many there are."""


class Times(msgspec.Struct, frozen=True):
    """Of many times, in seconds."""

    p50: float
    p99: float
    longest: float


class Sitting(msgspec.Struct, frozen=True):
    """When a scenario was run, of what, and on what."""

    day: str
    version: str
    """The short name of the commit."""
    changed: bool
    """Whether the work tree was something else than that commit."""
    machine: str


class Result(msgspec.Struct, frozen=True):
    """What one run of a scenario came to."""

    sitting: Sitting
    times: int
    acknowledged: int
    findings: int
    told: list[str]
    """The first of the findings, in words."""
    gaps: Times | None
    crossings: Times | None
    measured: list[Measured]
    seconds: float


Record = dict[str, Result]
"""The last run of each scenario by its name."""


def read(path: Path = KEPT) -> Record:
    """All that is on record; nothing where nothing is."""
    return msgspec.json.decode(path.read_bytes(), type=Record) if path.exists() else {}


def write(record: Record, path: Path = KEPT) -> None:
    """In the order of names, so that a run anew changes its own lines."""
    body = msgspec.json.encode(dict(sorted(record.items())))
    path.write_bytes(msgspec.json.format(body, indent=2) + b"\n")


def result(outcome: Outcome, times: int, seconds: float, sitting: Sitting) -> Result:
    """What is kept of a run."""
    return Result(
        sitting,
        times,
        outcome.acknowledged,
        len(outcome.findings),
        outcome.findings[:TOLD_FINDINGS],
        _times(outcome.gaps),
        _times(outcome.crossings),
        outcome.measured,
        round(seconds, 1),
    )


def _times(seconds: Sequence[float]) -> Times | None:
    ordered = sorted(seconds)
    if not ordered:
        return None
    return Times(*(round(share(ordered, part), 3) for part in (0.5, 0.99, 1.0)))


def sitting() -> Sitting:
    """This one. What a run writes itself is no change."""
    own = [f":!{path.relative_to(ROOT)}" for path in (PAGE, KEPT)]
    return Sitting(
        day=dt.datetime.now(dt.UTC).date().isoformat(),
        version=_git("rev-parse", "--short=7", "HEAD"),
        changed=bool(_git("status", "--porcelain", "--", ".", *own)),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
    )


def _git(*arguments: str) -> str:
    """Empty where this is no checkout."""
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
