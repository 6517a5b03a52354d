"""A *Generalprobe*: a programme without a date, moved so that it is running at any moment.

The release of a rolling event holds one pass of its programme; passes follow each other without
a gap, so that somebody who wants to try a room always finds a session in it. Ids never change:
a new pass is a published change of time.
"""

from __future__ import annotations

import msgspec

from access.audiences import Instant
from agenda.core.model import Event, Slot
from agenda.core.timetable import MINUTE, day_of, instant, wall


def pass_at(event: Event, at: Instant) -> int:
    """Which pass is running: 0 is the one that was released."""
    first, length = _span(event)
    return (at - first) // length


def around(event: Event, at: Instant) -> Event:
    """The event with the pass that is running at the instant; any other event as it is."""
    if not event.rolling or not event.slots:
        return event
    first, length = _span(event)
    turn = pass_at(event, at)
    begins = first + turn * length
    slots = tuple(_moved(slot, event, turn, length, begins) for slot in event.slots)
    days = [day_of(slot.start, event) for slot in slots]
    return msgspec.structs.replace(
        event, slots=slots, first_day=min(days), last_day=max(days), published_at=begins
    )


def renewed_at(event: Event, at: Instant) -> Instant | None:
    """When a page that shows this pass is to be read again; None for an event with a date.

    Whoever sees the event in part may not see its last slot: then soon, until the pass is over.
    """
    if not event.rolling or not event.slots:
        return None
    over = max(slot.ends_at for slot in event.slots)
    return over if over > at else at + MINUTE


def _span(event: Event) -> tuple[Instant, Instant]:
    starts = [instant(slot.start, event.time_zone) for slot in event.slots]
    ends = [instant(slot.end, event.time_zone) for slot in event.slots]
    return min(starts), max(ends) - min(starts)


def _moved(slot: Slot, event: Event, turn: int, length: Instant, begins: Instant) -> Slot:
    starts_at = instant(slot.start, event.time_zone) + turn * length
    ends_at = instant(slot.end, event.time_zone) + turn * length
    return msgspec.structs.replace(
        slot,
        start=wall(starts_at, event.time_zone),
        end=wall(ends_at, event.time_zone),
        starts_at=starts_at,
        ends_at=ends_at,
        sequence=max(0, slot.sequence + turn),
        changed_at=begins,
        created_at=min(slot.created_at, begins),
    )
