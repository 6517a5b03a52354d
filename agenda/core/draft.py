"""A draft: what an organiser edits before it is released, as one row per object.

A session stands in its row with its times, because they are edited on one form.  Two people who
edit different objects never meet; two who edit the same one are told by the row's version.
Stamps of a release (sequences, instants of change) are not part of a draft.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from agenda.core.model import Event, Guid, Room, Session, Slot, Track
from agenda.core.snapshot import digest
from agenda.core.timetable import resolve


class Kind(StrEnum):
    """What a row holds."""

    EVENT = "event"
    ROOM = "room"
    TRACK = "track"
    SESSION = "session"
    PAUSE = "pause"


class Planned(msgspec.Struct, frozen=True):
    """A session with its times; without one it waits for a place in the programme."""

    session: Session
    slots: tuple[Slot, ...] = ()


Body = Event | Room | Track | Planned | Slot
"""Of a row: the event without its parts, a room, a track, a session with its times, a break."""

_BODIES: dict[Kind, type[Body]] = {
    Kind.EVENT: Event,
    Kind.ROOM: Room,
    Kind.TRACK: Track,
    Kind.SESSION: Planned,
    Kind.PAUSE: Slot,
}


class Row(msgspec.Struct, frozen=True):
    """One object of a draft. ``version`` rises with every edit."""

    kind: Kind
    guid: Guid
    version: int
    body: Body


class Difference(msgspec.Struct, frozen=True):
    """A field that two people left with different content."""

    field: str
    """As ``title``; of a session ``session.title`` or ``slots``."""
    current: object
    typed: object


class Conflict(msgspec.Struct, frozen=True):
    """Somebody else edited the row since it was read."""

    current: Row
    differences: tuple[Difference, ...]


def edit(row: Row, expected: int, new: Body) -> Row | Conflict:
    """The row with new content, if it is still the version the editor had read.

    The same content twice is no conflict: nothing is lost.
    """
    if not isinstance(new, _BODIES[row.kind]):
        raise TypeError(f"a {row.kind} cannot hold {type(new).__name__}")
    if row.body == new:
        return row
    if row.version != expected:
        return Conflict(row, differences(row.body, new))
    return Row(row.kind, row.guid, row.version + 1, new)


def differences(current: msgspec.Struct, typed: msgspec.Struct) -> tuple[Difference, ...]:
    """Field by field; the two must be of one kind."""
    found: list[Difference] = []
    for name in current.__struct_fields__:
        one, other = getattr(current, name), getattr(typed, name)
        if isinstance(one, Session) and isinstance(other, Session):
            inside = differences(one, other)
            found += [Difference(f"{name}.{d.field}", d.current, d.typed) for d in inside]
        elif one != other:
            found.append(Difference(name, one, other))
    return tuple(found)


def split(event: Event, version: int = 1) -> tuple[Row, ...]:
    """The event as rows: event, rooms, tracks, sessions, breaks.

    Their slots carry no instants: those follow the present rules of the time zone.
    """
    whole = in_row_order(plain(event))
    timeless = tuple(msgspec.structs.replace(s, starts_at=0, ends_at=0) for s in whole.slots)
    head = msgspec.structs.replace(whole, rooms=(), tracks=(), sessions=(), slots=())
    rows = [Row(Kind.EVENT, whole.guid, version, head)]
    rows += [Row(Kind.ROOM, room.guid, version, room) for room in whole.rooms]
    rows += [Row(Kind.TRACK, track.guid, version, track) for track in whole.tracks]
    for session in whole.sessions:
        slots = tuple(slot for slot in timeless if slot.session == session.guid)
        rows.append(Row(Kind.SESSION, session.guid, version, Planned(session, slots)))
    breaks = (slot for slot in timeless if slot.session is None)
    rows += [Row(Kind.PAUSE, slot.guid, version, slot) for slot in breaks]
    return tuple(rows)


def assemble(rows: tuple[Row, ...]) -> Event:
    """The event of these rows, in whatever order they come. Raises ``ValueError`` without one."""
    bodies = [row.body for row in rows]
    head = next((body for body in bodies if isinstance(body, Event)), None)
    if head is None:
        raise ValueError("a draft without its event")
    planned = [body for body in bodies if isinstance(body, Planned)]
    slots = [slot for body in planned for slot in body.slots]
    return in_row_order(
        resolve(
            msgspec.structs.replace(
                head,
                rooms=tuple(body for body in bodies if isinstance(body, Room)),
                tracks=tuple(body for body in bodies if isinstance(body, Track)),
                sessions=tuple(body.session for body in planned),
                slots=(*slots, *(body for body in bodies if isinstance(body, Slot))),
            )
        )
    )


def guids(event: Event) -> set[Guid]:
    """Of everything that lies in it."""
    things = (event.rooms, event.tracks, event.sessions, event.slots)
    return {thing.guid for part in things for thing in part}


def plain(event: Event) -> Event:
    """The event without what a release stamps on it, its instants derived anew."""
    slots = tuple(
        Slot(
            guid=slot.guid,
            export_id=slot.export_id,
            start=slot.start,
            end=slot.end,
            session=slot.session,
            pause=slot.pause,
            room=slot.room,
            status=slot.status,
        )
        for slot in event.slots
    )
    bare = msgspec.structs.replace(
        event, slots=slots, release=1, sequence=0, published_at=0, created_at=0
    )
    return resolve(bare)


def in_row_order(event: Event) -> Event:
    """Rooms and tracks by position, slots by number, sessions by their first slot."""
    slots = sorted(event.slots, key=lambda slot: (slot.export_id, slot.guid))
    first = {slot.session: n for n, slot in reversed(list(enumerate(slots)))}
    return msgspec.structs.replace(
        event,
        rooms=tuple(sorted(event.rooms, key=lambda room: (room.position, room.guid))),
        tracks=tuple(sorted(event.tracks, key=lambda track: (track.position, track.guid))),
        sessions=tuple(
            sorted(event.sessions, key=lambda s: (first.get(s.guid, len(slots)), s.guid))
        ),
        slots=tuple(slots),
    )


def publishable(event: Event) -> Event:
    """The draft without what is its organiser's own: roles that nobody fills yet, the buffer."""
    sessions = tuple(
        msgspec.structs.replace(s, people=tuple(role for role in s.people if role.name.de))
        for s in event.sessions
    )
    return msgspec.structs.replace(event, sessions=sessions, buffer_minutes=msgspec.UNSET)


def fingerprint(event: Event) -> str:
    """The same for the same content."""
    return digest(encode(plain(event)))


def encode(body: Body) -> bytes:
    """JSON, the same for the same body."""
    return msgspec.json.encode(body, order="sorted")


def decode(kind: Kind, body: bytes) -> Body:
    """Raises ``msgspec.MsgspecError`` on foreign bytes."""
    read: Body = msgspec.json.decode(body, type=_BODIES[kind])
    return read
