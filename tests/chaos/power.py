"""What a disk holds when the power goes: of a trace of calls, the files as last flushed.

As harsh as a disk may be: of each file only that is kept which was written before its last flush
began that has ended. Names of files are kept at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fixtures.strace import FLUSHES, Call

CALLS = ("pwrite64", "ftruncate", "unlink", *sorted(FLUSHES))
"""By which SQLite changes files and flushes them. That these are all shows in ``written``: it is
what the system has in the end."""
_PATH = re.compile(r'unlink\("([^"]+)"')


@dataclass
class File:
    """One file: what is flushed, and what was written since."""

    flushed: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)
    flushing: dict[Call, int] = field(default_factory=dict)
    """Flushes on their way, and how many of the pending writes had ended as they began."""

    def written(self, more: Sequence[Call] = ()) -> bytes:
        """With all that is pending, and with these."""
        content = bytearray(self.flushed)
        for call in (*self.pending, *more):
            _apply(call, content)
        return bytes(content)

    def began(self, call: Call) -> None:
        if call.name in FLUSHES:
            self.flushing[call] = len(self.pending)

    def ended(self, call: Call) -> bytes:
        """What came to the disk by it."""
        if call.name not in FLUSHES:
            self.pending.append(call)
            return b""
        count = self.flushing.pop(call)
        if call.result != 0:
            return b""
        flushed, self.pending = self.pending[:count], self.pending[count:]
        for other in self.flushing:
            self.flushing[other] -= min(count, self.flushing[other])
        for each in flushed:
            _apply(each, self.flushed)
        return b"\n".join(each.data for each in flushed if each.name == "pwrite64")


class Disk:
    """A folder of files at a moment of a trace."""

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        self.files = {str(path): File(bytearray(content)) for path, content in files.items()}
        self.running: dict[Call, None] = {}
        """Calls that have begun and not ended, in order."""

    def take(self, call: Call, *, ended: bool) -> bytes:
        """One moment of the trace; what of these files was safe by it and was not before."""
        if call.name == "unlink":
            path = _PATH.match(call.text)
            if ended and call.result == 0 and path is not None and path[1] in self.files:
                self.files[path[1]] = File()
            return b""
        file = self.files.get(call.file)
        if file is None or call.name not in CALLS:
            return b""
        if not ended:
            self.running[call] = None
            file.began(call)
            return b""
        del self.running[call]
        return file.ended(call)

    def unended(self, path: Path) -> list[Call]:
        """Writes of which the trace does not tell whether they took place."""
        return [each for each in self.running if each.file == str(path) and each.name == "pwrite64"]

    def cut_back(self, folder: Path) -> None:
        """Write down what the disk holds if the power goes now."""
        folder.mkdir()
        for path, file in self.files.items():
            if file.flushed:
                (folder / Path(path).name).write_bytes(file.flushed)


def _apply(call: Call, content: bytearray) -> None:
    if call.name == "ftruncate":
        content[:] = content[: call.last].ljust(call.last, b"\0")
        return
    data, at = call.data, call.last
    data = data[: call.result] if call.result is not None else data
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data
