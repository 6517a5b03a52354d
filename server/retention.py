"""Words said in rooms are erased some days after their event; what was answered stays.

A chore of housekeeping.  Of several processes each does it: the second finds nothing left.  It is
no command, and stands in no erasure journal: a backup that is put back is looked through anew.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

from access.audiences import Instant
from agenda.core.model import Event
from agenda.core.timetable import day_end
from rooms import erasures
from rooms.core.names import Ref, RoomId
from rooms.ports import RoomStore

DAY_MS = 24 * 3_600_000

log = logging.getLogger(__name__)


class Words(RoomStore, Protocol):
    """A room store that knows how old words are."""

    async def words_before(self, before: Instant) -> Mapping[RoomId, Sequence[Ref]]:
        """What was last written to before this instant and still has words, by room.

        A person: somebody whose sanctions there have reasons.
        """


class Retention:
    """Made once per process."""

    def __init__(
        self, events: Callable[[], Awaitable[Iterable[Event]]], store: Words, days: int
    ) -> None:
        """``events``: all that are released, as they stand.

        ``days``: how long words stay after the last day of their event.
        """
        self._events = events
        self._store = store
        self._days = days
        self._stay: dict[RoomId, frozenset[Ref]] = {}
        """What was found to stay, so that its room is not read again every hour."""

    async def __call__(self, now: Instant) -> None:
        """Erase what is due. Raises ``StoreUnavailableError``; the rest is due again next time."""
        before = now - self._days * DAY_MS
        going_on = rooms_not_over(await self._events(), before)
        for room, old in (await self._store.words_before(before)).items():
            known = self._stay.get(room, frozenset())
            if room not in going_on and not known.issuperset(old):
                stay = await erasures.expire(self._store, room, old)
                self._stay[room] = frozenset(stay)
                if len(stay) < len(old):
                    log.info("%d old texts erased", len(old) - len(stay))


def rooms_not_over(events: Iterable[Event], before: Instant) -> frozenset[RoomId]:
    """Rooms of the events that were not over at this instant.

    A rehearsal never is, so there every word has its own days; so it has in a room that no event
    has any more.
    """
    return frozenset(
        room.guid
        for event in events
        if not event.rolling and day_end(event.last_day, event) >= before
        for room in event.rooms
    )
