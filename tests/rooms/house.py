"""The vocabulary of these tests: a house with rooms, people who come in, speak and are told."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import partial

import msgspec

from rooms.core.names import AccountId, Ref, RoomId, Stream
from rooms.core.room import RoomCommand, View
from rooms.draft import Submission
from rooms.hub import Hub
from rooms.member import Member
from rooms.ports import CommandKey, Credential
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
    Snapshot,
)
from server.ws.frames import text_frame, text_of
from tests.fakes.admission import FakeAdmission
from tests.fakes.rooms import FakeDisk, FakeRoomStore
from tests.fakes.timers import FakeTimers, settle

ROOM: RoomId = "plenum"


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

    def _gauges(self, scores: Iterable[object]) -> None:
        for question, votes, _, version in (msgspec.structs.astuple(one) for one in scores):
            if version >= self.scores.get(question, (0, 0))[1]:
                self.scores[question] = (votes, version)


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

    def of(self, kind: type[AnyServerFrame]) -> list[AnyServerFrame]:
        return [frame for frame in self.outlet.frames if isinstance(frame, kind)]

    @property
    def joined(self) -> Joined:
        (*_, last) = (frame for frame in self.outlet.frames if isinstance(frame, Joined))
        return last

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


class House:
    """Store, sequencer and hub of one process, with time in the test's hand."""

    def __init__(self, disk: FakeDisk | None = None) -> None:
        self.disk = disk or FakeDisk()
        self.timers = FakeTimers(self.disk.clock)
        self.clock = self.disk.clock
        self.admission = FakeAdmission(self.clock)
        self.store = FakeRoomStore(self.disk)
        self.hub = Hub(self.store, self.admission, self.clock, self.timers, text_frame)
        self.sequencer = Sequencer(self.store, self.hub.publish, self.new_id)
        self._count = itertools.count(1)

    async def open(self) -> House:
        await self.hub.start()
        return self

    async def close(self) -> None:
        await self.sequencer.close()
        await self.hub.close()

    def new_id(self) -> str:
        return uuid7(self.clock.now(), next(self._count))

    def command_id(self, ago: int = 0) -> str:
        return uuid7(self.clock.now() - ago, next(self._count))

    async def enter(
        self,
        account: AccountId | None,
        after: Position | None = None,
        room: RoomId = ROOM,
    ) -> Visitor:
        visitor = Visitor(self, account, room)
        kind = "guest" if account is None else "session"
        credential = Credential(kind, f"{account}-{next(self._count)}", account)
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
    return [snapshot.room, *snapshot.messages, *snapshot.questions, *snapshot.people]


def fresh(house: House, stream: Stream, room: RoomId = ROOM) -> dict[Ref, View]:
    """What a snapshot of this moment shows."""
    from rooms.wire.messages import Present
    from rooms.wire.snapshot import snapshot

    shown = house.hub._feeds[room].shown
    return {ref_of(v): v for v in views(snapshot(shown.state, stream, 0, Present(0, 0)))}
