"""The programme as it stands now: the stored releases, rehearsals moved to the present."""

from __future__ import annotations

from typing import Protocol

from access.actors import Actor
from access.audiences import Instant
from agenda.core.model import Event, Guid, Room, Series
from agenda.core.rehearsal import around, pass_at
from agenda.ports import Agenda
from agenda.visible import Visible, for_viewer


class Clock(Protocol):
    def now(self) -> Instant:
        """Milliseconds since 1970, UTC."""


class Programme:
    """An ``Agenda`` that knows what time it is. What pages, feeds and rooms read."""

    def __init__(self, store: Agenda, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._passes: dict[Guid, tuple[tuple[int, int], Event]] = {}

    async def series(self) -> tuple[Series, ...]:
        return await self._store.series()

    async def events(self) -> tuple[Event, ...]:
        events = [self._present(event) for event in await self._store.events()]
        return tuple(sorted(events, key=lambda event: (event.first_day, event.number)))

    async def event(self, slug: str) -> Event | None:
        found = await self._store.event(slug)
        return self._present(found) if found else None

    async def event_by_guid(self, guid: Guid) -> Event | None:
        found = await self._store.event_by_guid(guid)
        return self._present(found) if found else None

    async def room(self, guid: Guid) -> tuple[Event, Room] | None:
        found = await self._store.room(guid)
        return (self._present(found[0]), found[1]) if found else None

    async def seen_by(self, actor: Actor) -> tuple[Visible, ...]:
        """Every event the actor may know of, as they may see it, in order of time."""
        now = self._clock.now()
        seen = [for_viewer(event, actor, now) for event in await self.events()]
        return tuple(event for event in seen if event is not None)

    def _present(self, event: Event) -> Event:
        if not event.rolling or not event.slots:
            return event
        now = self._clock.now()
        key = (event.release, pass_at(event, now))
        known = self._passes.get(event.guid)
        if known is None or known[0] != key:
            known = (key, around(event, now))
            self._passes[event.guid] = known
        return known[1]
