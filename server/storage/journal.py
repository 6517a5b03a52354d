"""The erasure journal: what was erased, in a file outside of every backup.

A backup from before an erasure still holds what was erased; a restore reads here what it must
erase again.  One line of JSON per erasure, ids and times only.  A line is on the disk before the
erasure is committed: what was acknowledged stands here, and at worst something that was asked for
and not done.  Who said the words is not named beside them, since that would tell who asked unnamed
questions: a restore finds the authors in what it restores (docs/decisions/0103).

Several processes may use one file; lines are appended under ``flock``.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from access.audiences import Instant
from rooms.core.chat import MessageDeleted
from rooms.core.names import AccountId, Kind, Ref, RoomId
from rooms.core.people import WordsErased
from rooms.core.questions import QuestionWithdrawn
from rooms.ports import Gone
from server.storage.flushing import flush


class WordsGone(msgspec.Struct, frozen=True, tag_field="erased", tag="words"):
    """The words of these objects of a room."""

    room: RoomId
    objects: tuple[Ref, ...]
    persons: tuple[AccountId, ...]
    """Whose sanctions lost their reasons; empty beside objects."""
    at: Instant


class TakenBack(msgspec.Struct, frozen=True, tag_field="erased", tag="taken_back"):
    """A message or a question, by its author."""

    room: RoomId
    object: Ref
    at: Instant


class AccountClosed(msgspec.Struct, frozen=True, tag_field="erased", tag="account"):
    """An account, with what goes with it."""

    account: AccountId
    at: Instant


class FileGone(msgspec.Struct, frozen=True, tag_field="erased", tag="file"):
    """An uploaded file, with its material."""

    file: str
    at: Instant


class FeedbackGone(msgspec.Struct, frozen=True, tag_field="erased", tag="feedback"):
    """What somebody had said about a session, and took back. They may have said it anew since."""

    account: AccountId
    session: str
    at: Instant


Erasure = WordsGone | TakenBack | AccountClosed | FileGone | FeedbackGone


class JournalError(Exception):
    """The journal cannot be read. ``str()`` is one plain line."""


class ErasureJournal:
    """Appends to the file and reads it; makes it with the first erasure."""

    def __init__(self, path: Path, now: Callable[[], Instant]) -> None:
        self._path = path
        self._now = now

    async def words(self, gone: Iterable[tuple[RoomId, Gone]]) -> None:
        """See ``rooms.ports.Erasures``."""
        await self._keep(_gone(room, event) for room, event in gone)

    async def account(self, account: AccountId) -> None:
        """The account is about to be closed. Raises ``OSError`` when it could not be written."""
        await self._keep([AccountClosed(account, self._now())])

    async def files(self, files: Iterable[str]) -> None:
        """The files are about to be removed. Raises ``OSError`` when it could not be written."""
        await self._keep([FileGone(file, self._now()) for file in files])

    async def feedback(self, account: AccountId, session: str) -> None:
        """It is about to be taken back. Raises ``OSError`` when it could not be written."""
        await self._keep([FeedbackGone(account, session, self._now())])

    async def _keep(self, erasures: Iterable[Erasure]) -> None:
        await asyncio.to_thread(self.append, list(erasures))

    def append(self, erasures: Sequence[Erasure]) -> None:
        """Durable when this returns. Raises ``OSError``; then nothing of it was written."""
        if not erasures:
            return
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in erasures)
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _append(file, lines)
            flush(self._path.parent)  # the name of a new file
        finally:
            os.close(file)

    def read(self) -> tuple[Erasure, ...]:
        """All erasures, oldest first; none without a file. Raises ``JournalError``."""
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return ()
        found = []
        for number, line in enumerate(lines, 1):
            try:
                found.append(_decode(line))
            except msgspec.DecodeError as error:
                # What a crash left half written was never acknowledged.
                if line.endswith(b"\n"):
                    raise JournalError(f"{self._path}: line {number}: {error}") from None
        return tuple(found)


def _gone(room: RoomId, event: Gone) -> Erasure:
    match event:
        case MessageDeleted():
            return TakenBack(room, Ref(Kind.MESSAGE, event.message), event.at)
        case QuestionWithdrawn():
            return TakenBack(room, Ref(Kind.QUESTION, event.question), event.at)
        case WordsErased():
            persons = () if event.objects else event.persons or ()
            return WordsGone(room, event.objects, persons, event.at)


_decode = msgspec.json.Decoder(Erasure).decode


def _append(file: int, lines: bytes) -> None:
    """After the last whole line. Needs the file for itself."""
    end = _end(file)
    try:
        os.ftruncate(file, end)
        if os.pwrite(file, lines, end) != len(lines):
            raise OSError("the disk took only a part of the erasure journal")
        os.fsync(file)
    except OSError:
        os.ftruncate(file, end)
        raise


def _end(file: int) -> int:
    """Where the last whole line ends."""
    end = os.fstat(file).st_size
    while end and os.pread(file, 1, end - 1) != b"\n":
        end -= 1
    return end
