"""What a room's sessions leave behind, read from the store: nobody needs to be in the room.

A room is folded once; after that only what was committed since is read, and nothing is folded while
its head stands still.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import msgspec

from rooms.core import questions
from rooms.core.names import AccountId, RoomId
from rooms.core.questions import Answered
from rooms.draft import Held, fold
from rooms.ports import RoomStore
from rooms.sequencer import start

ROOMS = 32
"""So many rooms are kept folded; the one that was asked for longest ago gives way."""


class Past(msgspec.Struct, frozen=True):
    """What is left of a room, as it stands now."""

    answered: tuple[Answered, ...]
    """In the order in which they were answered. Erased and dismissed ones are not among them."""
    removed: frozenset[AccountId]
    """Whom the room sent out: what happened in it is not theirs to read."""


class _Read(msgspec.Struct, frozen=True):
    held: Held
    past: Past


class _Kept:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.read: _Read | None = None


class Afterwards:
    """Made once per process. Many may ask at once; each room is read by one of them."""

    def __init__(self, store: RoomStore, most: int = ROOMS) -> None:
        self._store = store
        self._most = most
        self._rooms: OrderedDict[RoomId, _Kept] = OrderedDict()

    async def of(self, room: RoomId) -> Past:
        """As committed at this moment. Raises ``StoreUnavailableError``."""
        kept = self._rooms.setdefault(room, _Kept())
        self._rooms.move_to_end(room)
        if len(self._rooms) > self._most:
            self._rooms.popitem(last=False)
        async with kept.lock:
            before, kept.read = kept.read, None  # whoever is interrupted leaves nothing half folded
            kept.read = await self._follow(before, room)
            return kept.read.past

    async def _follow(self, before: _Read | None, room: RoomId) -> _Read:
        """Brought up to the store."""
        if before is None:
            held, _ = await start(self._store, room)
            return _Read(held, _past(held))
        held = before.held
        head, events, votes = await self._store.since(held.head)
        if head.version == held.head.version:
            return before
        # Quotes of old messages stay empty: nobody reads the chat of this state.
        fold(held, head, events, votes, {})
        return _Read(held, _past(held))


def _past(held: Held) -> Past:
    sanctions = held.state.people.sanctions.values()
    return Past(
        questions.over(held.state.questions),
        frozenset(one.account for one in sanctions if one.removed),
    )
