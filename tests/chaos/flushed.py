"""a5: whatever is told was flushed before. The server runs under strace while people talk.

Two things are shown of what strace wrote down. Each command that was answered as done stands, by
its id, in bytes written to the database's files, and a flush of them that began after they were
written was over when the answer was handed to the system. And files cut back to what was flushed
at some of these moments are opened as after a loss of power: all that was answered by then is in
them. That nothing escaped strace shows in the end: its writes, replayed, are the files.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.checker import Operation, check
from tests.chaos.kept import read_kept
from tests.chaos.measured import Measured, never
from tests.chaos.places import Place
from tests.chaos.power import CALLS, Disk
from tests.chaos.room import ROOM, Traffic
from tests.chaos.troubles import Progress, silent, words_go_on
from tests.fixtures import strace
from tests.fixtures.server import RunningServer

SENDS = ("write", "writev", "sendto", "sendmsg")
PIECE_S = 0.3
"""Of talk for each loss of power."""
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_STORED = re.compile(_UUID.encode())
_TOLD = re.compile(rf'\{{\\"t\\":\\"ack\\",\\"id\\":\\"({_UUID})\\",\\"done\\"')


@dataclass
class Seen:
    """What the trace has shown so far."""

    disk: Disk
    safe: set[str]
    """Ids of commands in flushed bytes."""
    told: set[str] = field(default_factory=set)
    early: list[str] = field(default_factory=list)
    """Told before they were safe."""

    def take(self, call: strace.Call, *, ended: bool) -> bool:
        """Whether somebody is about to be told something new."""
        if call.name not in SENDS:
            self.safe |= _ids(self.disk.take(call, ended=ended))
            return False
        fresh = set(_TOLD.findall(call.text)) - self.told if not ended else set()
        self.told |= fresh
        self.early += sorted(fresh - self.safe)
        return bool(fresh)


async def power_goes(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """``times``: at how many moments of the same talk the power goes."""
    # Not in the server's folder: the trace is long, and its disk may be a small one.
    with tempfile.TemporaryDirectory() as folder:
        await _power_goes(place, traffic, times, progress, Path(folder))


async def _power_goes(
    place: Place, traffic: Traffic, times: int, progress: Progress, folder: Path
) -> None:
    (server,) = place.servers
    database = Path(place.url.removeprefix("sqlite:///"))
    files = [database, database.with_name(f"{database.name}-wal")]
    trace = folder / "trace"
    await asyncio.to_thread(server.stop)
    begun = _contents(files)
    before = sum(client.acknowledged for client in traffic.clients)
    await asyncio.to_thread(_start, server, strace.watching(trace, *CALLS, *SENDS))
    for number in range(times):
        await words_go_on(traffic)
        await asyncio.sleep(PIECE_S)
        progress(number)
    assert server.process is not None
    server.kill()
    answered = sum(client.acknowledged for client in traffic.clients) - before
    operations = [op for client in traffic.clients for op in client.operations]
    await asyncio.to_thread(strace.wait, trace, server.process.pid)
    left = _contents(files)
    await asyncio.to_thread(_start, server, ())
    watched = Watched(trace, begun, left, operations, folder)
    await asyncio.to_thread(watched.read, times)
    progress(times)
    traffic.findings += watched.findings
    traffic.measured += watched.measured(answered)


def _start(server: RunningServer, before: Sequence[str]) -> None:
    server.before = tuple(before)
    server.start()


def _contents(files: Sequence[Path]) -> dict[Path, bytes]:
    return {path: path.read_bytes() if path.exists() else b"" for path in files}


@dataclass
class Watched:
    """A trace, the files at its begin and at its end, and what people were told meanwhile."""

    trace: Path
    begun: dict[Path, bytes]
    left: dict[Path, bytes]
    operations: Sequence[Operation]
    folder: Path
    findings: list[str] = field(default_factory=list)
    told: int = 0
    early: int = 0
    cuts: int = 0
    missing: int = 0
    """Commands that are not in files cut back after they were told."""

    def read(self, times: int) -> None:
        """Once to count, and once more to cut at moments spread evenly over all answers."""
        answers = sum(1 for _ in self._answers(self._seen()))
        every = max(1, answers // times)
        seen = self._seen()
        for number, _ in enumerate(self._answers(seen)):
            if number % every == every - 1 and self.cuts < times:
                self._cut(seen)
        self.told, self.early = len(seen.told), len(seen.early)
        self.findings += [f"told before it was flushed: {each}" for each in seen.early[:5]]
        for path, content in self.left.items():
            file = seen.disk.files[str(path)]
            if content not in (file.written(), file.written(seen.disk.unended(path))):
                self.findings.append(f"{path.name} is not what the trace has written")

    def measured(self, answered: int) -> list[Measured]:
        """``answered``: commands whose answers came, as clients counted them."""
        return [
            never("answers handed out before their flush was over", self.early, of=self.told),
            never("answers that came and are not in the trace", max(0, answered - self.told)),
            never(f"told and not in files of {self.cuts} losses of power", self.missing),
        ]

    def _seen(self) -> Seen:
        return Seen(Disk(self.begun), set().union(*map(_ids, self.begun.values())))

    def _answers(self, seen: Seen) -> Iterator[None]:
        """The moments at which somebody is told something new."""
        for call, ended in strace.moments(strace.lines(self.trace)):
            if seen.take(call, ended=ended):
                yield

    def _cut(self, seen: Seen) -> None:
        """Open what the disk holds if the power goes in this moment."""
        self.cuts += 1
        folder = self.folder / f"cut-{self.cuts}"
        seen.disk.cut_back(folder)
        [database] = [folder / path.name for path in self.begun if path.suffix == ".sqlite3"]
        with closing(sqlite3.connect(database)) as opened:
            stored = {row[0] for row in opened.execute("SELECT cmd_id FROM room_command")}
            [(sound,)] = opened.execute("PRAGMA integrity_check").fetchall()
        told = [op for op in self.operations if op.cmd_id in seen.told and op.outcome == "ok"]
        kept = asyncio.run(read_kept(f"sqlite:///{database}", ROOM))
        self.missing += len(seen.told - stored)
        self.findings += [f"cut {self.cuts}: {each}" for each in check(told, [], kept)]
        if sound != "ok":
            self.findings.append(f"cut {self.cuts}: {sound}")
        for path in folder.iterdir():
            path.unlink()


def _ids(content: bytes) -> set[str]:
    return {each.decode() for each in _STORED.findall(content)}
