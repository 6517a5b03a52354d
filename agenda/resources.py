"""What the policy must know about things of the agenda to decide on them."""

from __future__ import annotations

from access.audiences import TimeLine
from access.resources import EventResource, RoomResource, SessionResource, Turn
from agenda.core.model import Event, Guid, Room, Session
from agenda.core.timetable import sessions_in
from agenda.ports import Agenda


def event_resource(event: Event) -> EventResource:
    return EventResource(
        guid=event.guid,
        slug=event.slug,
        title=event.title.de,
        audience=event.audience,
        hidden=event.hidden,
        kind=event.kind,
    )


def session_resource(event: Event, session: Session) -> SessionResource:
    """A session; without an audience of its own it takes that of the first room it lies in."""
    rooms = {room.guid: room for room in event.rooms}
    lies_in = [rooms[s.room] for s in event.slots if s.session == session.guid and s.room in rooms]
    room = lies_in[0] if lies_in else None
    audience = session.audience or (room.audience if room else None)
    return _inside(event, session.guid, audience, room.guid if room else None)


def anything_in(event: Event, room: Room) -> SessionResource:
    """Whatever would take place in the room: whoever may not see this may not see the room."""
    return _inside(event, room.guid, room.audience, room.guid)


def session_in(event: Event, session: Session, room: Room) -> SessionResource:
    """A session where it lies: a room narrower than the session narrows it, too.

    Asked by the session's own guid, so that its speakers are known as its speakers.
    """
    return _inside(event, session.guid, room.audience, room.guid)


def room_resource(event: Event, room: Room) -> RoomResource:
    held = frozenset(s.session for s in event.slots if s.room == room.guid and s.session)
    on = () if event.rolling else sessions_in(event, room.guid)
    turns = (Turn(s.session or "", s.starts_at, s.ends_at) for s in on if s.room == room.guid)
    return RoomResource(
        guid=room.guid,
        event=event_resource(event),
        audience=room.audience,
        speakers_of=held,
        turns=tuple(turns),
    )


def _inside(
    event: Event, guid: Guid, audience: TimeLine | None, room: Guid | None
) -> SessionResource:
    return SessionResource(guid=guid, event=event_resource(event), audience=audience, room=room)


class RoomDirectory:
    """Finds the resource of a room for those who only know its id: the live rooms."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    async def room(self, guid: Guid) -> RoomResource | None:
        found = await self._agenda.room(guid)
        return room_resource(*found) if found else None
