"""Processes that are wrong in the ways processes are wrong, each in one part.

A conversation of two of them on one disk comes through all that may go wrong on the way: a disk
that refuses, an answer and a hint that get lost, a process that dies.  With right parts nothing is
found; each wrong part must be.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Ref, RoomId, Stream
from rooms.draft import Committed
from rooms.hub import Hub
from rooms.ports import Batch, CommandKey, Head, Locked, StoreUnavailableError, Writes
from rooms.sequencer import Sequencer
from rooms.wire.messages import Events, Joined
from tests.chaos.checker import Kept, Operation, Reader, RefKey, Seen, Segment, check
from tests.fakes.rooms import FakeBatch, FakeDisk, FakeRoomStore
from tests.rooms.acts import code_of
from tests.rooms.house import ROOM, House, Visitor, fresh, ref_of

# Parts


def look_there(hub: Hub, committed: Committed) -> None:
    """A hint says where somebody wrote, and no more."""
    hub.hint(committed.head.room)


@dataclass(frozen=True)
class Parts:
    """What processes and people are made of; these are right."""

    store: Callable[[FakeDisk], FakeRoomStore] = FakeRoomStore
    hinted: Callable[[Hub, Committed], None] = look_there
    same_id: bool = True
    """Whether somebody who got no answer repeats the command under its id."""


class HastyStore(FakeRoomStore):
    """Says that a batch is stored, and stores it when the next one begins."""

    def __init__(self, disk: FakeDisk) -> None:
        super().__init__(disk)
        self.owed: list[Writes] = []

    @asynccontextmanager
    async def batch(
        self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> AsyncIterator[Batch]:
        owed, self.owed = self.owed, []
        for writes in owed:
            with suppress(StoreUnavailableError):
                self.disk.write(writes, self.disk.clock.now())
        async with super().batch(known, keys) as batch:
            yield HastyBatch(self, batch.locked)


class HastyBatch(FakeBatch):
    def __init__(self, store: HastyStore, locked: Locked) -> None:
        super().__init__(store.disk, locked)
        self._owed = store.owed

    async def commit(self, writes: Writes) -> None:
        self._owed.append(writes)


class CountingStore(FakeRoomStore):
    """Numbers come from a counter, as AUTOINCREMENT and SERIAL give them: taken for good, whatever
    becomes of the transaction."""

    def __init__(self, disk: FakeDisk) -> None:
        super().__init__(disk)
        self._counter = COUNTERS.setdefault(disk, itertools.count(1))

    @asynccontextmanager
    async def batch(
        self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> AsyncIterator[Batch]:
        async with super().batch(known, keys) as batch:
            yield CountingBatch(self.disk, batch.locked, self._counter)


COUNTERS: WeakKeyDictionary[FakeDisk, Iterator[int]] = WeakKeyDictionary()


class CountingBatch(FakeBatch):
    def __init__(self, disk: FakeDisk, locked: Locked, counter: Iterator[int]) -> None:
        super().__init__(disk, locked)
        self._counter = counter

    async def commit(self, writes: Writes) -> None:
        number = next(self._counter)
        events = {
            room: [
                replace(one, log=number, numbers=dict.fromkeys(Stream, number)) for one in logged
            ]
            for room, logged in writes.events.items()
        }
        streams = {stream.value: number for stream in Stream}
        heads = [replace(head, log=number, **streams) for head in writes.heads]
        await super().commit(replace(writes, heads=heads, events=events))


def believe(hub: Hub, committed: Committed) -> None:
    """Takes what it is told for all there is to know."""
    hub._feeds[committed.head.room].take(committed, lambda member, out: None)


RIGHT = Parts()
ACK_BEFORE_COMMIT = Parts(store=HastyStore)
NUMBERS_BY_A_COUNTER = Parts(store=CountingStore)
HINT_TRUSTED_AS_DATA = Parts(hinted=believe)
REPEATED_WITHOUT_ID = Parts(same_id=False)

# The conversation


class Process(House):
    """A house that tells another of its commits, unless the bus drops it."""

    def __init__(self, disk: FakeDisk, parts: Parts) -> None:
        super().__init__(disk)
        self._parts = parts
        self.other: Process | None = None
        store = parts.store(disk)
        self.sequencer = Sequencer(store, self.accounts, self.decks, self._publish, self.new_id)

    def _publish(self, commits: Sequence[Committed]) -> None:
        self.hub.publish(commits)
        for committed in commits if self.other else ():
            assert self.other is not None
            self._parts.hinted(self.other.hub, committed)


async def findings(parts: Parts) -> list[str]:
    """What the checker says of a conversation between such processes."""
    return await Conversation(parts).told()


class Conversation:
    """Ulm is connected to one process, Hof to the other."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._disk = FakeDisk()
        self._operations: list[Operation] = []

    async def told(self) -> list[str]:
        one, two = [await self._process() for _ in range(2)]
        one.other, two.other = two, one
        ulm, hof = await one.enter("ulm"), await two.enter("hof")
        self._disk.refuse_commits()
        await self._say(ulm, "eins")
        self._disk.lose_answers()
        await self._say(hof, "zwei")
        await _pass(one, two)
        one.other = None
        await self._say(ulm, "drei")
        one.other = two
        await self._say(ulm, "vier")
        await _pass(one, two)
        await self._say(ulm, "fünf")
        await one.close()
        await self._say(await two.enter("ulm"), "sechs")
        await _pass(two)
        found = check(self._operations, [_reader(ulm), _reader(hof)], _kept(self._disk))
        if hof.picture.objects != fresh(two, Stream.PUB):
            found.append("hof shows something else than what is kept")
        await two.close()
        return found

    async def _process(self) -> Process:
        process = Process(self._disk, self._parts)
        await process.open()
        return process

    async def _say(self, visitor: Visitor, text: str) -> None:
        """Until it is answered, as an open page does it."""
        house = visitor.house
        cmd_id = house.command_id()
        ack = await visitor.do(SendMessage(text), cmd_id)
        while code_of(ack) is Code.RETRY_LATER:
            cmd_id = cmd_id if self._parts.same_id else house.command_id()
            ack = await visitor.do(SendMessage(text), cmd_id)
        assert ack.done is not None, ack
        author = visitor.account or ""
        self._operations.append(Operation(cmd_id, author, text, "ok", ack.done.object, ack.at))


async def _pass(*processes: Process) -> None:
    """Long enough for a lost hint, short enough for every lease."""
    for process in processes:
        await process.tick(4_000)


def _reader(visitor: Visitor) -> Reader:
    """What somebody was sent, as the checker reads it."""
    reader = Reader(visitor.account or "")
    for frame in visitor.outlet.frames:
        if isinstance(frame, Joined) and frame.snapshot is not None:
            reader.segments.append(Segment(frame.at.n))
        if isinstance(frame, Events):
            for delta in frame.events:
                refs = [*(ref_of(view) for view in delta.put), *delta.gone]
                reader.segments[-1].seen.append(Seen(delta.n, _keys(refs)))
    return reader


def _kept(disk: FakeDisk) -> Kept:
    """What the disk holds at the end."""
    room = disk.room(ROOM)
    log = [
        Seen(logged.numbers[Stream.PUB], _keys(logged.refs[Stream.PUB])) for logged in room.events
    ]
    texts = {ref.id: text for ref, text in room.texts.items()}
    return Kept({"pub": log}, texts, [id_ for seen in log for _, id_ in sorted(seen.refs)])


def _keys(refs: Iterable[Ref]) -> frozenset[RefKey]:
    return frozenset((ref.kind.value, ref.id) for ref in refs)
