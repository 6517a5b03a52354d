"""What each process tells of itself to all others: a small file in the data folder.

Processes of one installation share that folder anyway, also across hosts (keys and uploads lie
there), so the page *Betrieb* can be asked of any of them and shows all.  Whether a file is of a
process that lives is judged by the folder's own clock: no two hosts' clocks are compared.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from access.audiences import Instant
from rooms.attendance import Attendances

FRESH_S = 60.0
"""Beyond this behind the newest file, whoever wrote it is gone. A shared folder may show some of
them late; whoever takes the place of a process takes its file as well, at once."""
HALF = ".new"
"""What is being written ends so."""


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """How a process did in the time since the sample before."""

    people: int = 0
    """In the rooms at the end, per room; also those connected to others, as far as it knows."""
    connections: int = 0
    lagging: int = 0
    frames: float = 0.0
    """Handed over per second."""
    late: float = 0.0
    """Seconds; the worst tick."""
    stored: float = 0.0
    """Seconds; the slowest commit."""
    cpu: float = 0.0
    """1: a whole CPU."""
    silent: float | None = 0.0
    """Seconds since it heard itself over the bus; None: it hears nothing."""
    mails: int = 0
    troubles: int = 0
    """Faults, and times the database was away."""


class Report(msgspec.Struct, frozen=True):
    """A process now, and its last minutes."""

    host: str
    port: int
    slot: int
    since: Instant
    memory: int
    """Bytes."""
    present: Attendances
    """Who is in the rooms by its connections."""
    samples: tuple[Sample, ...]
    """The oldest first, all equally far apart."""
    draining: bool = False

    @property
    def place(self) -> tuple[str, int, int]:
        """No two processes have the same one at the same time."""
        return (self.host, self.port, self.slot)


class Reports:
    """The folder of the reports. Every method touches the disk; none raises for another's file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, report: Report) -> None:
        """Put the report in the place of this process's last one. Raises ``OSError``."""
        self._folder.mkdir(exist_ok=True, mode=0o700)
        path = self._path(report)
        fresh = path.with_suffix(HALF)
        fresh.touch(mode=0o600)  # it names people
        fresh.write_bytes(msgspec.json.encode(report))
        fresh.replace(path)

    def withdraw(self, report: Report) -> None:
        """This process ends in order. Raises ``OSError``."""
        self._path(report).unlink(missing_ok=True)

    def others(self, own: Report) -> tuple[Report, ...]:
        """Of all other processes that live."""
        found = []
        for path in _fresh(self._written(".json")):
            try:
                report = msgspec.json.decode(path.read_bytes(), type=Report)
            except (OSError, msgspec.MsgspecError):
                continue  # replaced or withdrawn just now, or of another release
            if report.place != own.place:
                found.append(report)
        return tuple(found)

    def tidy(self) -> None:
        """Delete what processes left that did not end in order. Raises ``OSError``."""
        written = self._written(".json", HALF)
        for path in written.keys() - set(_fresh(written)):
            path.unlink(missing_ok=True)

    def _written(self, *endings: str) -> Mapping[Path, float]:
        found = {}
        for path in self._folder.glob("*.*"):
            if path.suffix not in endings:
                continue
            try:
                found[path] = path.stat().st_mtime
            except OSError:
                continue  # withdrawn just now
        return found

    def _path(self, report: Report) -> Path:
        host = re.sub(r"[^A-Za-z0-9.-]", "_", report.host)
        return self._folder / f"{host}-{report.port}-{report.slot}.json"


def _fresh(written: Mapping[Path, float]) -> list[Path]:
    newest = max(written.values(), default=0.0)
    return [path for path, at in written.items() if newest - at <= FRESH_S]


def memory() -> int:
    """Bytes this process holds; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
