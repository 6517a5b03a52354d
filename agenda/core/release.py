"""From a draft to a release: what changed since the last one, and the numbers that say so."""

from __future__ import annotations

import msgspec

from access.audiences import Instant
from agenda.core.model import Event, Session, SessionStatus, Slot, SlotStatus, WallTime
from agenda.core.timetable import resolve

MOVED_NOTE: Instant = 14 * 24 * 3_600_000
"""How long the former time of a moved slot is named (I12)."""


def stamp(previous: Event | None, draft: Event, at: Instant) -> Event:
    """The draft as the next release, published at an instant.

    Each slot keeps its stamps unless something about it changed; time, room, status and title
    also raise ``sequence`` (I6, I7, I12).  Sequences never fall.
    """
    event = resolve(draft)
    before = {slot.guid: slot for slot in previous.slots} if previous else {}
    slots = tuple(
        _stamped(previous, before.get(slot.guid), event, slot, at) for slot in event.slots
    )
    return msgspec.structs.replace(
        event,
        slots=slots,
        release=previous.release + 1 if previous else 1,
        sequence=_event_sequence(previous, event),
        published_at=at,
        created_at=previous.created_at if previous else at,
    )


def _event_sequence(previous: Event | None, event: Event) -> int:
    if previous is None:
        return 0
    return previous.sequence + (_as_a_whole(previous) != _as_a_whole(event))


def _as_a_whole(event: Event) -> tuple[object, ...]:
    """What the entry of the event shows: its hours only where it takes a single day (I15)."""
    hours: tuple[Instant, ...] = ()
    if event.first_day == event.last_day and event.slots:
        hours = (min(s.starts_at for s in event.slots), max(s.ends_at for s in event.slots))
    return event.title, event.first_day, event.last_day, hours


def _stamped(
    previous: Event | None, old: Slot | None, event: Event, slot: Slot, at: Instant
) -> Slot:
    if previous is None or old is None:
        return msgspec.structs.replace(
            slot, sequence=0, created_at=at, changed_at=at, moved_from=None, moved_at=None
        )
    raised = _announced(previous, old) != _announced(event, slot)
    changed = raised or _content(previous, old) != _content(event, slot)
    moved_from, moved_at = _former(old, slot, at)
    return msgspec.structs.replace(
        slot,
        sequence=old.sequence + 1 if raised else old.sequence,
        created_at=old.created_at,
        changed_at=at if changed else old.changed_at,
        moved_from=moved_from,
        moved_at=moved_at,
    )


def _former(old: Slot, slot: Slot, at: Instant) -> tuple[WallTime | None, Instant | None]:
    """Where a slot stood before it moved, and since when it no longer does.

    Moved again while its former time is still named, it keeps that one, which is what people
    have noted; back there, it has not moved at all.
    """
    if old.start == slot.start:  # one that only lasts longer begins where it did
        return old.moved_from, old.moved_at
    named = old.moved_at is not None and at < old.moved_at + MOVED_NOTE
    first = old.moved_from if named and old.moved_from is not None else old.start
    return (None, None) if first == slot.start else (first, at)


def _announced(event: Event, slot: Slot) -> tuple[object, ...]:
    """What a calendar entry must follow at once: a change raises its sequence."""
    session = session_of(event, slot)
    room = next((r.name for r in event.rooms if r.guid == slot.room), None)
    title = session.title if session else slot.pause
    return slot.starts_at, slot.ends_at, slot.room, room, cancelled(session, slot), title


def _content(event: Event, slot: Slot) -> tuple[object, ...]:
    return slot.status, session_of(event, slot), slot.pause


def session_of(event: Event, slot: Slot) -> Session | None:
    """The session that takes place in a slot; a break has none."""
    return next((s for s in event.sessions if s.guid == slot.session), None)


def cancelled(session: Session | None, slot: Slot) -> bool:
    """Called off: the slot alone, or its session as a whole."""
    off = session is not None and session.status is SessionStatus.CANCELLED
    return off or slot.status is SlotStatus.CANCELLED
