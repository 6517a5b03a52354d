"""Delivery in one room: ticks, gauges and ``me``, to every connection at its own position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from access.audiences import Instant
from access.refusals import REMOVED_FROM_ROOM
from rooms.attendance import NOBODY, Attendance, attendance
from rooms.core import sight
from rooms.core.names import AccountId, ObjectId, Person, RoomId, Stream, VoteCast
from rooms.core.people import PersonRemoved, WordsErased
from rooms.core.room import Change, Mine
from rooms.draft import Committed
from rooms.member import Member
from rooms.meter import UNMEASURED, Meter, Occurrence
from rooms.pace import PRESENCE_MS, SCORES_MS, Pace, rounded, tick_ms
from rooms.shown import Prepare, Shown, questions_in
from rooms.timers import Timers
from rooms.wire.encoding import encode, encode_joined
from rooms.wire.messages import AnyServerFrame, Gauges, Me, Out, Position, Present
from rooms.wire.refusing import out
from rooms.wire.snapshot import scores

WRITES = 500
"""Frames handed over before other work gets its turn."""
GATHER_MS = 1_000
"""How long arrivals are counted together before a new presence is shown."""

Cut = Callable[[Member, Out], None]
MineKey = tuple[type[Mine], ObjectId]


class Feed:
    """One room and everybody in it. All methods are synchronous: nothing comes in between."""

    def __init__(
        self,
        shown: Shown,
        epoch: str,
        timers: Timers,
        prepare: Prepare,
        wall: Callable[[], Instant],
        *,
        meter: Meter = UNMEASURED,
    ) -> None:
        self.shown = shown
        self.renewing = False
        self.catching_up = False
        self.lagging = 0
        """Slow readers, when they were last looked at."""
        self._meter = meter
        self._frames = 0
        self._bytes = 0
        """Handed over since the meter was told: adding here costs nothing, telling would."""
        self._epoch = epoch
        self._timers = timers
        self._prepare = prepare
        self._wall = wall
        self._members: dict[Member, None] = {}
        self._accounts: dict[AccountId, dict[Member, None]] = {}
        self._guests = 0
        self._elsewhere = NOBODY
        self._both = 0
        """Persons who are also connected to another process."""
        self._tick = Pace(timers, lambda: tick_ms(len(self._members)), self._flush)
        self._score_pace = Pace(timers, lambda: SCORES_MS, self._show_scores)
        self._presence_pace = Pace(
            timers, lambda: PRESENCE_MS, self._show_presence, first=GATHER_MS
        )
        self._passing = False
        self._due = 0
        self._turn = 0
        self._news: dict[AccountId, dict[MineKey, Mine]] = {}
        self._dirty: set[ObjectId] = set()
        self._present = Present(0, 0)
        self._gauged = 0
        self._gauge_frames: dict[int, bytes] = {}

    # Who is here

    @property
    def room(self) -> RoomId:
        """The room's id."""
        return self.shown.head.room

    @property
    def members(self) -> Iterator[Member]:
        """Everybody in the room; safe to change while walking."""
        return iter(list(self._members))

    @property
    def empty(self) -> bool:
        """Whether nobody is connected."""
        return not self._members

    @property
    def connections(self) -> int:
        """How many are in the room."""
        return len(self._members)

    @property
    def persons(self) -> Iterator[Person]:
        """Everybody who is signed in, once, as the newest tab was admitted."""
        for tabs in self._accounts.values():
            person = next(reversed(tabs)).grant.person
            if person is not None:
                yield person

    @property
    def people(self) -> int:
        """Persons, however many tabs each has open, and guests by connection: of this process."""
        return len(self._accounts) + self._guests

    @property
    def everybody(self) -> int:
        """As ``people``, of all processes."""
        elsewhere = len(self._elsewhere.persons) - self._both + self._elsewhere.guests
        return self.people + elsewhere

    @property
    def attendance(self) -> Attendance:
        """What other processes are told."""
        return attendance(self.persons, self._guests)

    def attended_elsewhere(self, elsewhere: Attendance) -> None:
        """What other processes told of this room."""
        self._elsewhere = elsewhere
        self._both = len(self._accounts.keys() & elsewhere.persons.keys())
        self._presence_pace.poke()

    def of(self, account: AccountId) -> list[Member]:
        """All connections of a person."""
        return list(self._accounts.get(account, ()))

    def join(self, member: Member, after: Position | None) -> None:
        """Let a connection in: what it missed, or a snapshot. From now on it is in the ticks."""
        self._members[member] = None
        if member.account is None:
            self._guests += 1
        else:
            if member.account not in self._accounts:
                self._accounts[member.account] = {}
                self._both += member.account in self._elsewhere.persons
            self._accounts[member.account][member] = None
        if after is None or not self._resume(member, after):
            self._give_snapshot(member, reset=after is not None)
        if member.account is not None:
            self._give_mine(member)
        self._presence_pace.poke()

    def leave(self, member: Member) -> None:
        """A connection is gone. Harmless to repeat."""
        if member.away:
            return
        member.away = True
        self._members.pop(member, None)
        if member.account is None:
            self._guests -= 1
        else:
            tabs = self._accounts[member.account]
            del tabs[member]
            if not tabs:
                del self._accounts[member.account]
                self._both -= member.account in self._elsewhere.persons
        self._presence_pace.poke()

    def again(self, member: Member) -> None:
        """Rights changed: a fresh snapshot of what is its stream now."""
        self._give_snapshot(member, reset=True)
        if member.account is not None:
            self._give_mine(member)

    def send(self, member: Member, frame: AnyServerFrame) -> None:
        """One frame for one connection."""
        self._hand(member, self._prepare(encode(frame)))

    def _hand(self, member: Member, frame: bytes) -> None:
        member.outlet.write(frame)
        self._frames += 1
        self._bytes += len(frame)

    def tell(self, frame: AnyServerFrame) -> None:
        """One frame for everybody who reads along just now."""
        prepared, now = self._prepare(encode(frame)), self._timers.now()
        for member in self._members:
            if member.ready(now):
                self._hand(member, prepared)

    # What happens

    def take(self, committed: Committed, cut: Cut) -> None:
        """Show a commit. ``cut`` is called for the connections of a person who was removed."""
        events = [logged.event for logged in committed.events]
        erased = any(isinstance(event, WordsErased) for event in events)
        bereft = sight.bereft(self.shown.state, events) if erased else frozenset()
        self.shown.fold(committed)
        for change in chain[Change](events, committed.votes):
            self._note_news(change)
            if isinstance(change, PersonRemoved):
                # Of the state, not of the change: an erasure may have come with it.
                why = out(REMOVED_FROM_ROOM, self.shown.removed.get(change.account, ""))
                for member in self.of(change.account):
                    cut(member, why)
            elif isinstance(change, VoteCast):
                self._dirty.add(change.question)
        for account in bereft:
            self._tell_whole(account)
        self._dirty |= questions_in(committed.events)
        if self._dirty:
            self._score_pace.poke()
        self._tick.poke()

    def bring(self, member: Member) -> None:
        """Hand over what a connection is owed: it drained, or its lease was renewed."""
        self._bring(member, self.shown.position(member.stream), self._timers.now())

    def stop(self) -> None:
        """No more ticks."""
        for pace in (self._tick, self._score_pace, self._presence_pace):
            pace.stop()

    # Ticks

    def _flush(self) -> None:
        if self._passing:
            self._tick.poke()
            return
        self._due = self._tick.due
        self.shown.new_tick()
        self._tell_news()
        members = list(self._members)
        self._turn = (self._turn + WRITES) % max(1, len(members))
        members = members[self._turn :] + members[: self._turn]
        targets = {stream: self.shown.position(stream) for stream in Stream}
        self._pass(members, 0, targets)

    def _pass(self, members: list[Member], start: int, targets: dict[Stream, int]) -> None:
        now = self._timers.now()
        for member in members[start : start + WRITES]:
            self._bring(member, targets[member.grant.stream], now)
        start += WRITES
        self._tell_meter()
        self._passing = start < len(members)
        if self._passing:
            self._timers.later(0, partial(self._pass, members, start, targets))
        else:
            self._meter.ticked(self._timers.now() - self._due)

    def _tell_meter(self) -> None:
        self._meter.delivered(self._frames, self._bytes)
        self._frames = self._bytes = 0

    def _bring(self, member: Member, target: int, now: int) -> None:
        if member.away:
            return
        if not member.ready(now):
            member.missed = True
            return
        if member.sent < target:
            self._advance(member, target)
        if member.gauged != self._gauged:
            self._hand(member, self._gauge_frame(member.gauged))
            member.gauged = self._gauged
        member.missed = False
        if member.mine_stale:
            self._give_mine(member)

    def _advance(self, member: Member, target: int) -> None:
        stream = member.grant.stream
        frame = self.shown.range(stream, member.sent, target)
        if frame is not None and member.missed:
            _, whole = self._snapshot(stream)
            frame = frame if len(frame) <= len(whole) else None
        if frame is None:
            self._give_snapshot(member, reset=True)
            return
        member.outlet.write(frame)
        # As ``_hand`` does, without the call: nothing here is run more often.
        self._frames += 1
        self._bytes += len(frame)
        member.sent = target

    # Entering

    def _resume(self, member: Member, after: Position) -> bool:
        stream = member.stream
        if (after.epoch, after.stream) != (self._epoch, stream):
            return False
        head = self.shown.position(stream)
        frame = b"" if after.n == head else self.shown.range(stream, after.n, head)
        if frame is None:
            return False
        self._give_joined(member, after.n, None, reset=False)
        if frame:
            self._hand(member, frame)
        self._hand(member, self._gauge_frame(member.gauged))
        member.gauged = self._gauged
        member.sent = head
        return True

    def _give_snapshot(self, member: Member, *, reset: bool) -> None:
        position, whole = self._snapshot(member.stream)
        if reset:
            self._meter.count(Occurrence.RESET)
        self._give_joined(member, position, whole, reset=reset)
        member.sent = position
        member.gauged = self._gauged

    def _snapshot(self, stream: Stream) -> tuple[int, bytes]:
        present = Present(self._people(), self._present.version)
        return self.shown.snapshot(stream, present)

    def _give_joined(
        self, member: Member, position: int, snapshot: bytes | None, *, reset: bool
    ) -> None:
        at = Position(self._epoch, member.stream, position)
        frame = encode_joined(self.room, at, member.may, member.name, snapshot, reset=reset)
        self._hand(member, self._prepare(frame))

    # Me

    def _give_mine(self, member: Member) -> None:
        assert member.account is not None
        self.send(member, Me(sight.mine(self.shown.state, member.account), all=True))
        member.mine_stale = False

    def _note_news(self, change: Change) -> None:
        for account, changed in sight.news(self.shown.state, change).items():
            if account in self._accounts:
                kept = self._news.setdefault(account, {})
                kept.update({(type(one), one.id): one for one in changed})

    def _tell_whole(self, account: AccountId) -> None:
        """Words of theirs are gone: what was kept to be told may hold them."""
        self._news.pop(account, None)
        for member in self.of(account):
            member.mine_stale = True

    def _tell_news(self) -> None:
        news, self._news = self._news, {}
        now = self._timers.now()
        for account, changed in news.items():
            frame = self._prepare(encode(Me(tuple(changed.values()))))
            for member in self.of(account):
                if member.ready(now):
                    self._hand(member, frame)
                else:
                    member.mine_stale = True

    # Gauges

    def _show_scores(self) -> None:
        dirty, self._dirty = self._dirty, set()
        version = self.shown.head.version
        self._show_gauges(Gauges(scores=scores(self.shown.state, version, dirty)))

    def _show_presence(self) -> None:
        people = self._people()
        if people != self._present.people:
            self._present = Present(people, max(self._present.version + 1, self._wall()))
            self._show_gauges(Gauges(present=self._present))

    def _people(self) -> int:
        return rounded(self.everybody)

    def _show_gauges(self, gauges: Gauges) -> None:
        if gauges == Gauges():
            return
        self._gauge_frames = {self._gauged: self._prepare(encode(gauges))}
        self._gauged += 1
        self.shown.new_gauges()
        self._tick.poke()

    def _gauge_frame(self, known: int) -> bytes:
        """The newest change for whoever had the one before; everything for all others."""
        if known not in self._gauge_frames:
            shown = self.shown
            whole = scores(shown.state, shown.head.version, shown.state.questions.questions)
            frame = encode(Gauges(scores=whole, present=self._present))
            self._gauge_frames[known] = self._prepare(frame)
        return self._gauge_frames[known]
