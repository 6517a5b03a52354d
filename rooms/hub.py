"""The hub shows rooms: it folds what is committed and brings it to everybody who may see it.

Nothing uncommitted reaches it.  It follows this process's sequencer (``publish``) and other
processes (``hint``, and a look at the store every few seconds).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Coroutine, Iterable, Sequence
from functools import partial

from rooms.attendance import NOBODY, Attendances, together
from rooms.background import Background
from rooms.core.names import AccountId, Person, Refusal, RoomId
from rooms.core.stage import DeckId
from rooms.draft import Committed, whole
from rooms.erasures import completed
from rooms.feed import Feed
from rooms.here import Glance, Here, glance, here
from rooms.leases import Leases
from rooms.member import Member, Nowhere, Outlet
from rooms.meter import UNMEASURED, Meter, Occupancy, Occurrence
from rooms.ports import Admission, Clock, Credential, RoomStore
from rooms.recall import missing
from rooms.sequencer import start
from rooms.shown import Prepare, Shown
from rooms.timers import Timers
from rooms.wire.messages import AnyServerFrame, Out, Position

CHECK_MS = 1_000
"""How often leases and slow readers are looked at."""
FOLLOW_MS = 3_000
"""How often the store is asked for what other processes wrote."""

log = logging.getLogger(__name__)


class Hub:
    """Every room that somebody is in. ``start`` it once; ``close`` it at the end."""

    def __init__(
        self,
        store: RoomStore,
        admission: Admission,
        clock: Clock,
        timers: Timers,
        prepare: Prepare,
        *,
        meter: Meter = UNMEASURED,
    ) -> None:
        self._store = store
        self._clock = clock
        self._timers = timers
        self._prepare = prepare
        self._meter = meter
        self._leases = Leases(admission, clock, timers, self.leave, meter=meter)
        self._feeds: dict[RoomId, Feed] = {}
        self._opening: dict[RoomId, asyncio.Task[None]] = {}
        self._missed: dict[RoomId, list[Committed]] = {}
        self._elsewhere: Attendances = {}
        self._hinted: set[RoomId] = set()
        """Rooms in which somebody wrote since they were last read."""
        self._background = Background()
        self._reconsidered = 0
        self._closed = False
        self.epoch = ""

    async def start(self) -> None:
        """Learn the epoch and begin to look after leases."""
        self.epoch = await self._store.epoch()
        self._timers.later(CHECK_MS, self._check)
        self._timers.later(FOLLOW_MS, self._follow)

    async def close(self) -> None:
        """Stop all work. Connections are closed by their server."""
        self._closed = True
        for feed in self._feeds.values():
            feed.stop()
        await self._background.stop()
        for task in self._opening.values():
            task.cancel()
        await asyncio.gather(*self._opening.values(), return_exceptions=True)

    # Connections

    async def enter(
        self, room: RoomId, credential: Credential, outlet: Outlet, after: Position | None
    ) -> Member | Out:
        """Let a connection in, or say why not.

        On success ``joined`` and what belongs to it was handed to the outlet. Raises
        ``StoreUnavailableError`` when the room cannot be read now.
        """
        if after is not None:
            await self._level(room, after)
        while True:
            feed, considered = self._feeds.get(room), self._reconsidered
            removed = feed.shown.removed if feed is not None else {}
            grant = await self._leases.ask(credential, room, removed)
            if isinstance(grant, Out):
                return grant
            if feed is None:
                await self._open(room)
            elif (considered, removed) == (self._reconsidered, feed.shown.removed):
                member = Member(room, credential, outlet, grant, self._leases.lease(grant))
                feed.join(member, after)
                return member

    async def stand(self, room: RoomId, credential: Credential) -> Member | Out:
        """For one command that comes without a connection: as ``enter``, but nothing is delivered
        and nobody sees it. Trusted for a lease at most. Raises ``StoreUnavailableError``."""
        feed = await self._looked_at(room)
        grant = await self._leases.ask(credential, room, feed.shown.removed)
        if isinstance(grant, Out):
            return grant
        return Member(room, credential, Nowhere(), grant, self._leases.lease(grant))

    async def _level(self, room: RoomId, after: Position) -> None:
        """Somebody was told a number by another process that has not come here yet."""
        feed = self._feeds.get(room)
        if feed is not None and after.n > feed.shown.position(after.stream):
            await self._caught_up(feed)

    def leave(self, member: Member) -> None:
        """A connection left or was lost. Harmless to repeat."""
        self._feeds[member.room].leave(member)

    def drained(self, member: Member) -> None:
        """A slow reader has read what was waiting for it."""
        if member.missed:
            self._meter.count(Occurrence.DRAINED)
        self._feeds[member.room].bring(member)

    def send(self, member: Member, frame: AnyServerFrame) -> None:
        """A frame for one connection, such as an ack."""
        if not member.away:
            self._feeds[member.room].send(member, frame)
            member.ready(self._timers.now())

    def sender(self, member: Member) -> Person | Refusal:
        """Who gives a command of this connection, at this moment."""
        return member.sender(self._timers.now())

    def tell(self, rooms: Collection[RoomId], frame: AnyServerFrame) -> None:
        """A hint for everybody in these rooms. It is not kept: who is away asks by themselves."""
        for room in rooms:
            if room in self._feeds:
                self._feeds[room].tell(frame)

    # Facts

    async def removed(self, room: RoomId) -> frozenset[AccountId]:
        """Whom this room sent out, for the policy."""
        feed = await self._looked_at(room)
        return frozenset(feed.shown.removed)

    async def removal(self, room: RoomId, account: AccountId) -> str:
        """The reason this room's moderators gave for sending a person out; empty: none."""
        feed = await self._looked_at(room)
        return feed.shown.removed.get(account, "")

    async def here(self, room: RoomId) -> Here:
        """Who is in the room, and who is under a sanction."""
        feed = await self._looked_at(room)
        present = (*self._elsewhere.get(room, NOBODY).persons.values(), *feed.persons)
        return here(present, feed.shown.state.people, self._clock.now())

    async def staged(self, room: RoomId) -> DeckId | None:
        """Which deck is on the stage of a room."""
        feed = await self._looked_at(room)
        return feed.shown.state.stage.deck

    async def glance(self, room: RoomId) -> Glance:
        """How a room is doing."""
        feed = await self._looked_at(room)
        return glance(feed.everybody, feed.shown.state, self._clock.now())

    @property
    def attendances(self) -> Attendances:
        """Who is in the rooms by this process's connections, to be told to other processes."""
        return {feed.room: feed.attendance for feed in self._feeds.values() if not feed.empty}

    def attended_elsewhere(self, processes: Iterable[Attendances]) -> None:
        """What all other processes told, the last time they did."""
        self._elsewhere = together(processes)
        for room, feed in self._feeds.items():
            feed.attended_elsewhere(self._elsewhere.get(room, NOBODY))

    @property
    def occupancy(self) -> Occupancy:
        """Who is in the rooms now."""
        feeds = [feed for feed in self._feeds.values() if not feed.empty]
        return Occupancy(
            len(feeds),
            sum(feed.people for feed in feeds),
            sum(feed.connections for feed in feeds),
            sum(feed.lagging for feed in feeds),
        )

    async def _looked_at(self, room: RoomId) -> Feed:
        """A room for somebody who is not in it: what other processes wrote there, included."""
        if room not in self._feeds:
            await self._open(room)
        elif self._feeds[room].empty:
            await self._caught_up(self._feeds[room])
        return self._feeds[room]

    async def reconsider(self, accounts: Collection[AccountId] | None = None) -> None:
        """Facts changed: ask the policy again, for these persons' connections or for all.

        Returns when it was applied. Who is no longer admitted is out by then.
        """
        self._reconsidered += 1
        for feed in list(self._feeds.values()):
            members = [
                member
                for member in feed.members
                if accounts is None or member.credential.account in accounts
            ]
            if members:
                await self._leases.renew(feed, members)

    # Commits

    def publish(self, commits: Sequence[Committed]) -> None:
        """What this process's sequencer committed. Call after the commit, in its order."""
        for committed in commits:
            room = committed.head.room
            if room in self._missed:
                self._missed[room].append(committed)
            elif room in self._feeds:
                self._take(self._feeds[room], committed)

    def hint(self, room: RoomId) -> None:
        """Another process says that it wrote in this room."""
        if room in self._feeds or room in self._missed:
            self._hinted.add(room)
        if room in self._feeds:
            self._catch_up(self._feeds[room])

    def look(self) -> None:
        """Hints may have been lost: compare where the rooms somebody is in stand."""
        self._spawn(self._compared())

    async def _compared(self) -> None:
        rooms = [room for room, feed in self._feeds.items() if not feed.empty]
        for room, head in (await self._store.heads(rooms)).items() if rooms else ():
            if head.version > self._feeds[room].shown.head.version:
                self.hint(room)

    def _take(self, feed: Feed, committed: Committed) -> None:
        if committed.head.version <= feed.shown.head.version:
            return
        if not feed.shown.follows(committed):
            self._catch_up(feed)
            return
        try:
            feed.take(committed, partial(self._cut, feed))
        except Exception:
            log.exception("a commit could not be shown; the room is loaded again")
            self._reload(feed)

    def _cut(self, feed: Feed, member: Member, out: Out) -> None:
        self._leases.cut(member, out, feed)

    def _catch_up(self, feed: Feed) -> None:
        if not feed.catching_up and not self._closed:
            feed.catching_up = True
            self._spawn(self._caught_up(feed))

    async def _caught_up(self, feed: Feed) -> None:
        try:
            while not await self._read_on(feed) or feed.room in self._hinted:
                pass
        finally:
            feed.catching_up = False

    async def _read_on(self, feed: Feed) -> bool:
        """Show what was written until now. False: a commit of this process came in between."""
        self._hinted.discard(feed.room)
        known = feed.shown.head
        head, events, votes = await self._store.since(known)
        if feed.shown.head is not known:
            return False  # its part must not come twice
        if head.version <= known.version:
            return True
        if not whole(known, head, events):
            await self._reloaded(feed)
            return False
        events = await completed(self._store, feed.shown.state, events)
        changes = [logged.event for logged in events]
        recalled = await missing(self._store, feed.shown.state, changes)
        if feed.shown.head is not known:
            return False
        feed.take(Committed(head, events, votes, recalled), partial(self._cut, feed))
        return True

    # Rooms

    async def _open(self, room: RoomId) -> None:
        """Load a room once, however many wait for it."""
        if room in self._feeds:
            return
        task = self._opening.get(room)
        if task is None:
            task = asyncio.create_task(self._load(room))
            self._opening[room] = task
        await asyncio.shield(task)

    async def _load(self, room: RoomId) -> None:
        self._missed[room] = []
        self._hinted.discard(room)
        try:
            shown = await self._shown(room)
        finally:
            missed = self._missed.pop(room)
            del self._opening[room]
        wall, meter = self._clock.now, self._meter
        feed = Feed(shown, self.epoch, self._timers, self._prepare, wall, meter=meter)
        feed.attended_elsewhere(self._elsewhere.get(room, NOBODY))
        self._feeds[room] = feed
        for committed in missed:
            self._take(feed, committed)
        if room in self._hinted:
            self._catch_up(feed)

    async def _shown(self, room: RoomId) -> Shown:
        held, recent = await start(self._store, room)
        return Shown(held, recent, self._prepare)

    def _reload(self, feed: Feed) -> None:
        """Damage: forget the state, load again; everybody gets a reset."""
        self._spawn(self._reloaded(feed))

    async def _reloaded(self, feed: Feed) -> None:
        feed.shown = await self._shown(feed.room)
        for member in feed.members:
            feed.again(member)
        self._catch_up(feed)

    # Looking after

    def _check(self) -> None:
        for feed in self._feeds.values():
            due = self._leases.check(feed)
            if due and not feed.renewing:
                feed.renewing = True
                self._spawn(self._renew(feed, due))
        if not self._closed:
            self._timers.later(CHECK_MS, self._check)

    async def _renew(self, feed: Feed, due: Sequence[Member]) -> None:
        try:
            await self._leases.renew(feed, due)
        finally:
            feed.renewing = False

    def _follow(self) -> None:
        self._spawn(self._followed())

    async def _followed(self) -> None:
        try:
            await self._compared()
        finally:
            # Only now: with a database that does not answer, questions would pile up.
            if not self._closed:
                self._timers.later(FOLLOW_MS, self._follow)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        self._background.start(self._guarded(work))

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except Exception:
            # The store is away for a moment: the next look, hint or commit tries again.
            self._meter.count(Occurrence.UNREAD)
            log.warning("background work of the hub failed", exc_info=True)
