"""Who sees what of an event. Every page, feed, answer and export goes through here.

The result is an ``Event`` from which everything else has been taken out, so that no output can
show more than it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from access import policy
from access.actors import Actor
from access.audiences import Instant, TimeLine
from access.decisions import Allowed, Decision, Denied
from access.permissions import Permission
from access.resources import SessionResource
from agenda.core.model import Event, Guid, Session, SlotStatus, Text, WallTime
from agenda.core.timetable import in_order
from agenda.resources import anything_in, event_resource, session_resource

May = Callable[[SessionResource], Decision]
"""The policy's answer for this viewer on entering a session."""


class RestrictedSlot(msgspec.Struct, frozen=True):
    """Something takes place then, for others. Not what, not where, not with whom (D9)."""

    start: WallTime
    end: WallTime
    starts_at: Instant
    ends_at: Instant
    audience: TimeLine
    """Whom it is for: that much helps to be admitted."""
    refusal: Denied


class Visible(msgspec.Struct, frozen=True):
    """An event as one viewer may see it."""

    event: Event
    """Holds only what the viewer may see."""
    restricted: tuple[RestrictedSlot, ...] = ()
    refusal: Denied | None = None
    """Set when the viewer may not enter: then the event is an outline (title, dates)."""

    @property
    def closed(self) -> bool:
        return self.refusal is not None


def for_viewer(event: Event, actor: Actor, at: Instant) -> Visible | None:
    """The event for an actor; None where it must behave as not existing."""
    resource = event_resource(event)
    if isinstance(policy.decide(actor, Permission.EVENT_SEE, resource, at), Denied):
        return None
    entry = policy.decide(actor, Permission.EVENT_ENTER, resource, at)
    if isinstance(entry, Denied):
        return Visible(outline(event), refusal=entry)
    return visible(event, lambda asked: policy.decide(actor, Permission.SESSION_ENTER, asked, at))


def outline(event: Event) -> Event:
    """Visible but closed: title, dates, audience. Nothing of the content."""
    return msgspec.structs.replace(
        event,
        motto=Text(),
        summary=Text(),
        hosts=(),
        rooms=(),
        tracks=(),
        sessions=(),
        slots=(),
        sample=False,
    )


def visible(event: Event, may: May) -> Visible:
    """The event without the sessions and rooms that are narrower than the viewer.

    Times taken by what was left out stay as ``restricted``, unless even their existence is hidden.
    """
    rooms = tuple(room for room in event.rooms if _allowed(may(anything_in(event, room))))
    answers = {s.guid: may(session_resource(event, s)) for s in event.sessions}
    open_rooms = frozenset(room.guid for room in rooms)
    slots = tuple(
        slot
        for slot in event.slots
        if (slot.room is None or slot.room in open_rooms)
        and (slot.session is None or _allowed(answers[slot.session]))
    )
    sessions = tuple(s for s in event.sessions if _shown(event, s, answers, open_rooms))
    tracks = frozenset(session.track for session in sessions)
    seen = msgspec.structs.replace(
        event,
        rooms=rooms,
        sessions=sessions,
        slots=slots,
        tracks=tuple(track for track in event.tracks if track.guid in tracks),
    )
    return Visible(seen, tuple(_restricted(event, seen, may)))


def _allowed(decision: Decision) -> bool:
    return isinstance(decision, Allowed)


def _shown(
    event: Event, session: Session, answers: dict[Guid, Decision], open_rooms: frozenset[Guid]
) -> bool:
    rooms = [slot.room for slot in event.slots if slot.session == session.guid]
    somewhere = not rooms or any(room is None or room in open_rooms for room in rooms)
    return somewhere and _allowed(answers[session.guid])


def _restricted(event: Event, seen: Event, may: May) -> Iterator[RestrictedSlot]:
    shown = frozenset(slot.guid for slot in seen.slots)
    sessions = {session.guid: session for session in event.sessions}
    rooms = {room.guid: room for room in event.rooms}
    for slot in in_order(event):
        if slot.guid in shown or slot.session is None or slot.status is SlotStatus.CANCELLED:
            continue
        asked = session_resource(event, sessions[slot.session])
        refusal = may(asked)
        if isinstance(refusal, Allowed) and slot.room is not None:
            asked = anything_in(event, rooms[slot.room])
            refusal = may(asked)
        if isinstance(refusal, Denied) and refusal.existence == "visible":
            yield RestrictedSlot(
                start=slot.start,
                end=slot.end,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                audience=asked.audience or event.audience,
                refusal=refusal,
            )
