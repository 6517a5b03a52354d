"""What was answered while a session was on: shown on its page once it is over, without names."""

from __future__ import annotations

from collections.abc import Iterator

from access import policy
from access.decisions import Allowed
from access.permissions import Permission
from agenda.core.model import Event, Guid, Room, Slot
from agenda.core.timetable import next_in_room, sessions_in
from agenda.resources import room_resource
from rooms.afterwards import Afterwards, Past
from rooms.core import questions
from server.http.surfaces import Visit


async def of_session(
    afterwards: Afterwards, visit: Visit, event: Event, session: Guid, whole: Event
) -> tuple[str, ...]:
    """The questions in their order. ``event``: as the visitor may see it; ``whole``: all of it.

    What is said after the planned end belongs to the session until the next one in the room
    begins, also if that one is for others.

    Whoever may not enter the room reads nothing that was said in it, also if the session is theirs.
    """
    said: list[str] = []
    for slot, room in _held(event, session, visit):
        past = await afterwards.of(room.guid)
        if _may_enter(visit, event, room, past):
            until = next_in_room(whole, slot)
            found = questions.answered(past.answered, session, slot.starts_at, until)
            said += (one.text for one in found)
    return tuple(said)


def _held(event: Event, session: Guid, visit: Visit) -> Iterator[tuple[Slot, Room]]:
    """When and where it was; what is still on is not over."""
    rooms = {room.guid: room for room in event.rooms}
    for slot in sessions_in(event, None):
        if slot.session == session and slot.ends_at <= visit.at and slot.room in rooms:
            yield slot, rooms[slot.room]


def _may_enter(visit: Visit, event: Event, room: Room, past: Past) -> bool:
    actor = visit.actor.known_in(room.guid, past.removed)
    asked = policy.decide(actor, Permission.ROOM_ENTER, room_resource(event, room), visit.at)
    return isinstance(asked, Allowed)
