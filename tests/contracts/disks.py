"""Where a room store keeps things, for the suite that runs on every one of them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol
from zlib import crc32

from access.actors import OfficeKind
from access.audiences import Instant
from rooms.core.chat import MessagePosted
from rooms.core.names import AccountId, Author, Kind, ObjectId, Ref, RoomId, Stream, VoteCast, Words
from rooms.core.questions import QuestionAsked, QuestionState
from rooms.core.room import Room, RoomEvent
from rooms.ports import (
    CommandKey,
    Head,
    Logged,
    RoomStore,
    Stored,
    StoredResult,
    Vault,
    Writes,
)
from server.db.engine import create_engine
from server.db.rooms.postgresql import PostgresqlRoomStore
from server.db.rooms.sqlite import SqliteRoomStore
from server.db.tables import metadata
from server.storage.vault import FileVault
from tests.fakes.rooms import FakeDisk, FakeRoomStore
from tests.rooms.house import uuid7


class ClosableStore(RoomStore, Protocol):
    """A room store with what its owner, not its user, calls."""

    async def purge(self, before: Instant) -> None: ...
    async def cut(self, before: Instant, keep: int = ...) -> None: ...
    async def tidy(self, now: Instant) -> None: ...
    async def close(self) -> None: ...


class Disk(Protocol):
    """Opens stores: each is a process of its own, and all share what is kept."""

    vault: Vault

    def open(self) -> ClosableStore: ...


class FakeRooms:
    def __init__(self) -> None:
        self._disk = FakeDisk()
        self.vault: Vault = self._disk.vault

    def open(self) -> ClosableStore:
        return FakeRoomStore(self._disk)

    def refuse_commits(self) -> None:
        self._disk.refuse_commits()


class SqliteRooms:
    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.vault: Vault = FileVault(folder / "vault" / "keys")

    def open(self) -> ClosableStore:
        return SqliteRoomStore(self.url, self.vault)


class PostgresqlRooms:
    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.vault: Vault = FileVault(folder / "vault" / "keys")

    def open(self) -> ClosableStore:
        return PostgresqlRoomStore(self.url, self.vault)


async def make_tables(url: str) -> None:
    """All tables that are not there yet."""
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


@asynccontextmanager
async def opened(disk: Disk, number: int = 1) -> AsyncIterator[list[ClosableStore]]:
    """Several stores on one disk, closed afterwards."""
    async with AsyncExitStack() as stack:
        stores = [disk.open() for _ in range(number)]
        for store in stores:
            stack.push_async_callback(store.close)
        yield stores


DAY = 24 * 3_600_000
TODAY: Instant = time.time_ns() // 1_000_000
"""Databases go by their own clock: what is too old for it is forgotten."""
ULM = Author("account-ulm", "Gastgeberin Ulm", "Stadt Ulm")
HOF = Author("account-hof", "Beschäftigter Hof", "Stadt Hof", office=OfficeKind.MODERATOR)
UNNAMED = Author("account-hof", "Beschäftigter Hof", "Stadt Hof", unnamed=True)


def posted(message: ObjectId, text: str = "Guten Tag", by: Author = ULM, **more: str) -> RoomEvent:
    return MessagePosted(at=1_000, message=message, words=Words(text, by), **more)


def asked(question: ObjectId, text: str = "Was kostet das?", by: Author = ULM) -> RoomEvent:
    words = Words(text, by)
    return QuestionAsked(at=1_000, question=question, state=QuestionState.PENDING, words=words)


def key(name: str, account: AccountId = "account-ulm", days_ago: int = 0) -> CommandKey:
    """The key of a command: names stand for ids, which carry the day on which they were made."""
    return CommandKey(account, uuid7(TODAY - days_ago * DAY, crc32(name.encode())))


def result(name: str, account: AccountId = "account-ulm", **more: ObjectId) -> StoredResult:
    return StoredResult(key(name, account), b"sixteen bytes ..", b'{"done":{}}', **more)


def refs_of(event: RoomEvent) -> tuple[Ref, ...]:
    match event:
        case MessagePosted(message=message):
            return (Ref(Kind.MESSAGE, message),)
        case QuestionAsked(question=question):
            return (Ref(Kind.QUESTION, question),)
        case _:
            return (Ref(Kind.ROOM, "room"),)


def numbered(
    head: Head, events: Sequence[RoomEvent], streams: Sequence[Stream] = tuple(Stream)
) -> tuple[Head, list[Logged]]:
    """The events with the next numbers of the log and of these streams, and the head after."""
    counts = {stream: head.stream(stream) for stream in Stream}
    logged = []
    for log, event in enumerate(events, head.log + 1):
        counts |= {stream: counts[stream] + 1 for stream in streams}
        numbers = {stream: counts[stream] for stream in streams}
        logged.append(Logged(log, event, numbers, dict.fromkeys(streams, refs_of(event))))
    moved = Head(
        room=head.room,
        log=head.log + len(events),
        pub=counts[Stream.PUB],
        stage=counts[Stream.STAGE],
        desk=counts[Stream.DESK],
        version=head.version + 1,
        last_at=head.last_at + 1,
        on_air=head.on_air,
        min_reader=head.min_reader,
    )
    return moved, logged


class Scribe:
    """Writes to rooms through one store as the sequencer does, knowing where each stands."""

    def __init__(self, store: RoomStore) -> None:
        self.store = store
        self.known: dict[RoomId, Head] = {}

    def head(self, room: RoomId) -> Head:
        return self.known.get(room) or Head(room=room)

    async def write(
        self,
        room: RoomId,
        *events: RoomEvent,
        votes: Sequence[VoteCast] = (),
        results: Sequence[StoredResult] = (),
        streams: Sequence[Stream] = tuple(Stream),
        snapshot: Room | None = None,
    ) -> Head:
        """One commit in one room. ``snapshot``: the room's state after it."""
        async with self.store.batch({room: self.head(room)}, []) as batch:
            head, logged = numbered(batch.locked.heads[room], events, streams)
            snapshots = [(head, snapshot)] if snapshot else []
            await batch.commit(Writes([head], {room: logged}, {room: votes}, results, snapshots))
        self.known[room] = head
        return head

    async def found(self, *keys: CommandKey) -> Mapping[CommandKey, StoredResult]:
        async with self.store.batch({}, keys) as batch:
            return batch.locked.results


def texts(stored: Stored) -> list[str | None]:
    """What was said by the events, None where it is erased."""
    words = [getattr(logged.event, "words", None) for logged in stored.events]
    return [said.text if said else None for said in words]


def vote(account: str, *, value: bool = True, at: Instant = 1_500) -> VoteCast:
    return VoteCast("question-1", account, value, at)
