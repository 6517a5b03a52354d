"""What this process changed, the others learn at once.

A hint says where to look, never what is there.  Whatever it makes a process do, that process does
a few seconds later by itself: a bus that is dead, deaf or lying costs time, no data.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from itertools import islice
from typing import Protocol

import msgspec

from rooms.background import Background
from rooms.core.names import RoomId
from rooms.pace import Pace
from rooms.timers import Milliseconds, Timers

GAP_MS = 20
"""Busy, what happened in this time goes together; the first after a pause goes at once."""
BEAT_MS = 1_000
"""How often a process sends itself a sign of life."""
DEAF_MS = 3_000
"""Without a sign of life so long, nothing is heard from others either: connect anew."""
MOST_ROOMS = 100
"""In one hint: a notification of PostgreSQL holds less than 8,000 bytes."""

log = logging.getLogger(__name__)


class BusError(Exception):
    """The bus cannot be reached now."""


class Carrier(Protocol):
    """A channel that everybody hears who listens, whoever speaks included."""

    async def open(self, heard: Callable[[bytes], None]) -> None:
        """Listen from now on; a connection of before is given up. Raises ``BusError``."""

    async def send(self, message: bytes) -> None:
        """Say this to everybody. Raises ``BusError``; whether it was heard, nobody knows."""

    async def close(self) -> None:
        """Hear nothing more."""


class Hint(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where to look. Without anything: a sign of life."""

    sender: str
    rooms: tuple[RoomId, ...] = ()
    facts: bool = False
    """Facts about people changed."""


class Hints:
    """One per process. ``start`` it once; ``stop`` it at the end."""

    def __init__(
        self,
        carrier: Carrier,
        timers: Timers,
        sender: str,
        *,
        heard: Callable[[Hint], None],
        missed: Callable[[], None],
    ) -> None:
        """``sender``: who this process is, different for each.  ``heard``: another one's hint.

        ``missed``: some may not have been heard; look everywhere.
        """
        self._carrier = carrier
        self._timers = timers
        self._sender = sender
        self._tell = heard
        self._missed = missed
        self._rooms: dict[RoomId, None] = {}
        self._facts = False
        self._pace = Pace(timers, lambda: GAP_MS, lambda: self._spawn(self._send()))
        self._turn = asyncio.Lock()
        self._heard_at: Milliseconds | None = None
        self._background = Background()
        self._running = False
        self._told = False
        """That hints of others do not arrive."""

    @property
    def deaf(self) -> bool:
        """Whether hints of others do not arrive just now."""
        return self._heard_at is None or self._timers.now() - self._heard_at >= DEAF_MS

    @property
    def silent_for(self) -> Milliseconds | None:
        """Since the last sign of life; None: there was none since the bus was last lost."""
        return None if self._heard_at is None else self._timers.now() - self._heard_at

    async def start(self) -> None:
        """Listen. Also without a bus the process starts: it tries again and again."""
        self._running = True
        await self._open()
        self._timers.later(BEAT_MS, self._beat)

    async def stop(self) -> None:
        """Say what is left to say, then hear nothing more."""
        self._running = False
        self._pace.stop()
        await self._background.stop()
        if (self._rooms or self._facts) and not self.deaf:
            await self._guarded(self._send())
        await self._carrier.close()

    def wrote(self, rooms: Collection[RoomId]) -> None:
        """This process committed something in these rooms."""
        self._rooms |= dict.fromkeys(rooms)
        self._poke()

    def changed(self) -> None:
        """This process committed facts about people."""
        self._facts = True
        self._poke()

    def _poke(self) -> None:
        # A command that runs beside the servers says nothing: they find it within a second.
        if self._running:
            self._pace.poke()

    async def _open(self) -> None:
        async with self._turn:
            try:
                await self._carrier.open(self._hear)
            except BusError as error:
                self._lost(error)
                return
            self._heard_at = self._timers.now()
        self._missed()

    async def _send(self) -> None:
        async with self._turn:
            while True:
                some, facts = tuple(islice(self._rooms, MOST_ROOMS)), self._facts
                for room in some:
                    del self._rooms[room]
                self._facts = False
                # What cannot be sent is not kept: by the time the bus is back, all have looked.
                await self._carrier.send(msgspec.json.encode(Hint(self._sender, some, facts)))
                if not self._rooms:
                    return

    def _beat(self) -> None:
        if not self._running:
            return
        if self.deaf:
            self._lost(BusError("nothing is heard"))
            self._spawn(self._open())
        else:
            self._spawn(self._send())
        self._timers.later(BEAT_MS, self._beat)

    def _hear(self, message: bytes) -> None:
        try:
            hint = msgspec.json.decode(message, type=Hint)
        except msgspec.MsgspecError:
            log.warning("a hint that nobody understands was left out")
            return
        if hint.sender == self._sender:
            self._alive()
        elif self._running and (hint.rooms or hint.facts):
            self._tell(hint)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        self._background.start(self._guarded(work))

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except BusError as error:
            self._lost(error)
            self._heard_at = None

    def _lost(self, error: BusError) -> None:
        """Told once, however often it is tried again."""
        if not self._told:
            log.warning("hints of other processes do not arrive: %s", error)
        self._told = True

    def _alive(self) -> None:
        self._heard_at = self._timers.now()
        if self._told:
            log.info("hints of other processes arrive again")
        self._told = False
