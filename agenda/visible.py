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
from agenda.core.model import Event, Guid, Session, Slot, Text, WallTime
from agenda.core.timetable import sessions_in
from agenda.resources import anything_in, event_resource, session_in, session_resource

May = Callable[[SessionResource], Decision]
"""The policy's answer for this viewer on entering a session."""
Answer = tuple[SessionResource, Decision]
"""What was asked for a slot, and what the policy said."""


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
    sessions = {session.guid: session for session in event.sessions}
    answers = {
        slot.guid: _ask(event, sessions[slot.session], slot, may)
        for slot in event.slots
        if slot.session is not None
    }
    wide = {room.guid for room in event.rooms if _allowed(may(anything_in(event, room)))}
    slots = tuple(slot for slot in event.slots if _open(slot, answers, wide))
    used = wide | {slot.room for slot in slots}
    shown = {slot.session for slot in slots} | _unplaced(event, may)
    tracks = frozenset(session.track for session in event.sessions if session.guid in shown)
    seen = msgspec.structs.replace(
        event,
        rooms=tuple(room for room in event.rooms if room.guid in used),
        sessions=tuple(session for session in event.sessions if session.guid in shown),
        slots=slots,
        tracks=tuple(track for track in event.tracks if track.guid in tracks),
    )
    return Visible(seen, tuple(_restricted(event, answers)))


def _allowed(decision: Decision) -> bool:
    return isinstance(decision, Allowed)


def _ask(event: Event, session: Session, slot: Slot, may: May) -> Answer:
    """The session, then the session in the room it lies in."""
    asked = session_resource(event, session)
    decision = may(asked)
    room = next((room for room in event.rooms if room.guid == slot.room), None)
    if room is not None and isinstance(decision, Allowed):
        asked = session_in(event, session, room)
        decision = may(asked)
    return asked, decision


def _unplaced(event: Event, may: May) -> set[Guid]:
    """Sessions without a time yet."""
    placed = {slot.session for slot in event.slots}
    return {
        session.guid
        for session in event.sessions
        if session.guid not in placed and _allowed(may(session_resource(event, session)))
    }


def _open(slot: Slot, answers: dict[Guid, Answer], wide: set[Guid]) -> bool:
    """A break has no audience of its own: it is for whoever may see anything in its room."""
    if slot.session is None:
        return slot.room is None or slot.room in wide
    return _allowed(answers[slot.guid][1])


def _restricted(event: Event, answers: dict[Guid, Answer]) -> Iterator[RestrictedSlot]:
    for slot in sessions_in(event, None):
        asked, refusal = answers[slot.guid]
        if isinstance(refusal, Denied) and refusal.existence == "visible":
            yield RestrictedSlot(
                start=slot.start,
                end=slot.end,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                audience=asked.audience or event.audience,
                refusal=refusal,
            )
