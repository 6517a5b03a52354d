"""The vocabulary of these tests: a house with rooms, people who come in, speak and are told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

import msgspec

from rooms.core import room as rooms
from rooms.core.chat import Message, MessageView, SendMessage
from rooms.core.names import AccountId, ObjectId, Ref, RoomId, Stream, VoteCast
from rooms.core.questions import QuestionView
from rooms.core.room import Room, RoomCommand, View
from rooms.draft import Submission
from rooms.hub import Hub
from rooms.member import Member
from rooms.meter import UNMEASURED, Meter
from rooms.ports import CommandKey, Credential, Head, Logged, Stored
from rooms.sequencer import Sequencer
from rooms.wire.commands import Answer
from rooms.wire.messages import (
    Ack,
    AnyServerFrame,
    Events,
    Gauges,
    Joined,
    Me,
    Out,
    Position,
    Present,
    Score,
    Snapshot,
)
from rooms.wire.snapshot import snapshot
from server.ws.frames import text_frame, text_of
from tests.fakes.admission import FakeAccounts, FakeAdmission, FakeDecks
from tests.fakes.rooms import FakeDisk, FakeRoomStore
from tests.fakes.timers import FakeTimers, settle

ROOM: RoomId = "plenum"
NUMBERS = itertools.count(1)
"""Shared by all houses: ids are never the same in two processes."""


class Picture:
    """What a client knows of a room, folded from the frames it was sent (law *Sight*)."""

    def __init__(self) -> None:
        self.objects: dict[Ref, View] = {}
        self.at: Position | None = None
        self.scores: dict[str, tuple[int, int]] = {}
        self.people = 0
        self.resets = 0
        self.numbers: list[int] = []

    def take(self, frame: AnyServerFrame) -> None:
        match frame:
            case Joined():
                self._joined(frame)
            case Events():
                for delta in frame.events:
                    self._next(delta.n)
                    self.objects |= {ref_of(view): view for view in delta.put}
                    for ref in delta.gone:
                        self.objects.pop(ref, None)
            case Gauges():
                self._gauges(frame.scores)
                if frame.present is not None:
                    self.people = frame.present.people
            case _:
                pass

    def _joined(self, joined: Joined) -> None:
        self.at = joined.at
        if joined.snapshot is not None:
            self.resets += joined.reset
            self.objects = {ref_of(view): view for view in views(joined.snapshot)}
            self.scores = {}
            self._gauges(joined.snapshot.scores)
            self.people = joined.snapshot.present.people

    def _next(self, number: int) -> None:
        assert self.at is not None
        assert number == self.at.n + 1, "a hole or a repetition in the numbers"
        self.at = msgspec.structs.replace(self.at, n=number)
        self.numbers.append(number)

    def _gauges(self, scores: Iterable[Score]) -> None:
        for score in scores:
            if score.version >= self.scores.get(score.question, (0, 0))[1]:
                self.scores[score.question] = (score.votes, score.version)

    @property
    def texts(self) -> list[str | None]:
        """The messages in their order; None: a tombstone."""
        messages = (view for view in self.objects.values() if isinstance(view, MessageView))
        return [view.text for view in sorted(messages, key=lambda view: view.order)]

    @property
    def questions(self) -> list[QuestionView]:
        return [view for view in self.objects.values() if isinstance(view, QuestionView)]


class FakeOutlet:
    """A connection's other side, which reads everything until it is told to stop reading."""

    def __init__(self) -> None:
        self.frames: list[AnyServerFrame] = []
        self.raw: list[str] = []
        self.code: int | None = None
        self.reading = True
        self.waiting: list[bytes] = []

    def write(self, frame: bytes) -> None:
        if self.code is not None:
            return
        if self.reading:
            self._read(frame)
        else:
            self.waiting.append(frame)

    def buffered(self) -> int:
        return sum(map(len, self.waiting))

    def close(self, code: int) -> None:
        self.code = self.code or code

    def read_again(self) -> None:
        self.reading = True
        for frame in self.waiting:
            self._read(frame)
        self.waiting.clear()

    def _read(self, frame: bytes) -> None:
        text = text_of(frame)
        self.raw.append(text)
        self.frames.append(msgspec.json.decode(text, type=AnyServerFrame))


class Visitor:
    """Somebody with a connection in a room."""

    def __init__(self, house: House, account: AccountId | None, room: RoomId) -> None:
        self.house = house
        self.account = account
        self.room = room
        self.outlet = FakeOutlet()
        self.member: Member | None = None
        self.refused: Out | None = None

    @property
    def picture(self) -> Picture:
        picture = Picture()
        for frame in self.outlet.frames:
            picture.take(frame)
        return picture

    @property
    def joined(self) -> Joined:
        (*_, last) = (frame for frame in self.outlet.frames if isinstance(frame, Joined))
        return last

    @property
    def is_out(self) -> bool:
        """Whether the server ended the connection."""
        return self.outlet.code is not None

    @property
    def mine(self) -> list[Me]:
        return [frame for frame in self.outlet.frames if isinstance(frame, Me)]

    async def do(self, command: RoomCommand, command_id: str | None = None) -> Ack:
        """Give a command and wait for its answer."""
        assert self.member is not None
        answers: list[Answer] = []
        command_id = command_id or self.house.command_id()
        self.house.sequencer.submit(self.submission(command, command_id, answers))
        while not answers:
            await settle()
        return answers[0].ack(command_id, self.member.stream)

    async def say(self, *texts: str) -> None:
        """Several messages at once, so that they share a batch where they can."""
        answers: list[Answer] = []
        for text in texts:
            given = self.submission(SendMessage(text), self.house.command_id(), answers)
            self.house.sequencer.submit(given)
        while len(answers) < len(texts):
            await settle()

    def submission(
        self, command: RoomCommand, command_id: str, answers: list[Answer]
    ) -> Submission:
        assert self.member is not None
        assert self.account is not None
        return Submission(
            self.room,
            CommandKey(self.account, command_id),
            command,
            sender=partial(self.house.hub.sender, self.member),
            tell=answers.append,
        )

    def leave(self) -> None:
        assert self.member is not None
        self.house.hub.leave(self.member)


class CountedStore(FakeRoomStore):
    """Counts how often something is read; what others wrote can be held up on its way."""

    loads = 0
    compared: list[Collection[RoomId]]

    def __init__(self, disk: FakeDisk) -> None:
        super().__init__(disk)
        self.compared = []
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def load(self, room: RoomId) -> Stored:
        self.loads += 1
        stored = await super().load(room)
        await self.flowing.wait()
        return stored

    async def since(self, known: Head) -> tuple[Head, Sequence[Logged], Sequence[VoteCast]]:
        self.loads += 1
        news = await super().since(known)
        await self.flowing.wait()
        return news

    async def heads(self, rooms: Collection[RoomId]) -> Mapping[RoomId, Head]:
        self.compared.append(rooms)
        return await super().heads(rooms)

    async def message(self, room: RoomId, message: ObjectId) -> Message | None:
        self.loads += 1
        return await super().message(room, message)


class House:
    """Store, sequencer and hub of one process, with time in the test's hand."""

    def __init__(self, disk: FakeDisk | None = None, *, meter: Meter = UNMEASURED) -> None:
        self.disk = disk or FakeDisk()
        self.timers = FakeTimers(self.disk.clock)
        self.clock = self.disk.clock
        self.admission = FakeAdmission(self.clock)
        self.accounts = FakeAccounts()
        self.decks = FakeDecks(slides=12, photos=3)
        self.store = CountedStore(self.disk)
        self.hub = Hub(self.store, self.admission, self.clock, self.timers, text_frame, meter=meter)
        self.sequencer = Sequencer(
            self.store, self.accounts, self.decks, self.hub.publish, self.new_id, meter=meter
        )

    async def open(self) -> House:
        await self.hub.start()
        return self

    async def close(self) -> None:
        await self.sequencer.close()
        await self.hub.close()

    def new_id(self) -> str:
        return uuid7(self.clock.now(), next(NUMBERS))

    def command_id(self, ago: int = 0) -> str:
        return uuid7(self.clock.now() - ago, next(NUMBERS))

    async def enter(
        self,
        account: AccountId | None,
        after: Position | None = None,
        room: RoomId = ROOM,
    ) -> Visitor:
        visitor = Visitor(self, account, room)
        kind = "guest" if account is None else "session"
        credential = Credential(kind, f"{account}-{next(NUMBERS)}", account)
        entered = await self.hub.enter(room, credential, visitor.outlet, after)
        if isinstance(entered, Out):
            visitor.refused = entered
        else:
            visitor.member = entered
        return visitor

    async def tick(self, milliseconds: int = 0) -> None:
        """Let what is due be sent."""
        await self.timers.advance(milliseconds)

    async def quiet(self) -> None:
        """Long enough for every gauge and tick, short enough for every lease."""
        await self.timers.advance(2_000)


def uuid7(at: int, number: int) -> str:
    """A UUIDv7 of this instant; the number makes it different from others."""
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7{number >> 48 & 0xFFF:03x}-8000-{number:012x}"


def ref_of(view: View) -> Ref:
    config = view.__struct_config__
    return msgspec.convert([config.tag, view.id], Ref)


def views(snapshot: Snapshot) -> list[View]:
    banner = [snapshot.announcement] if snapshot.announcement is not None else []
    return [
        snapshot.room,
        *snapshot.messages,
        *snapshot.questions,
        *snapshot.people,
        snapshot.stage,
        *banner,
        *snapshot.notes,
    ]


def state(house: House, room: RoomId = ROOM) -> Room:
    """The room as the store has it, folded from nothing: the measure for everything shown."""
    kept = house.disk.room(room)
    folded = rooms.empty(room)
    for logged in house.store._events(kept, 0):
        folded = rooms.evolve(folded, logged.event)
    for row in kept.votes.values():
        folded = rooms.evolve(folded, row.vote)
    return folded


def fresh(house: House, stream: Stream, room: RoomId = ROOM) -> dict[Ref, View]:
    """What somebody who enters this moment is shown."""
    shown = snapshot(state(house, room), stream, 0, Present(0, 0))
    return {ref_of(view): view for view in views(shown)}
