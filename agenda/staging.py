"""Which decks are shown in rooms, and until when: an open stage must not stay a door."""

from __future__ import annotations

from typing import Protocol

from access.audiences import Instant
from access.resources import OnStage, SessionResource
from agenda.core.model import Event, Guid
from agenda.core.timetable import next_in_room, sessions_in
from agenda.ports import Agenda
from agenda.resources import room_resource

OVERRUN: Instant = 3_600_000
"""Milliseconds. As long after the end of its session a deck is shown at most."""


class LiveStages(Protocol):
    """The stages of rooms as their logs have them."""

    async def staged(self, room: Guid) -> Guid | None:
        """Which deck is on the stage of this room just now."""


class Stages:
    """``agenda.materials.Stage``, by the newest release."""

    def __init__(self, agenda: Agenda, live: LiveStages) -> None:
        self._agenda = agenda
        self._live = live

    async def shown(self, deck: Guid, session: SessionResource) -> OnStage | None:
        """See ``agenda.materials.Stage``."""
        if session.room is None or await self._live.staged(session.room) != deck:
            return None
        found = await self._agenda.room(session.room)
        if found is None:
            return None
        event, room = found
        return OnStage(room_resource(event, room), shown_until(event, session.guid, room.guid))


def shown_until(event: Event, session: Guid, room: Guid) -> Instant | None:
    """When a session is over in a room, the last time it takes place there: who speaks longer may
    do so until the next session begins. 0: it does not take place there. None: never; the stage of
    a rehearsal is free to be tried, and what is tried is seen."""
    slots = [
        slot for slot in sessions_in(event, room) if (slot.session, slot.room) == (session, room)
    ]
    last = max(slots, key=lambda slot: slot.ends_at, default=None)
    if last is None:
        return 0
    if event.rolling:
        return None
    begins = next_in_room(event, last)
    overrun = last.ends_at + OVERRUN
    return overrun if begins is None else min(overrun, begins)
