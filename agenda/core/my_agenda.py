"""My agenda: the sessions somebody starred, by time; what of it overlaps; what begins next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

import msgspec

from access.audiences import Instant
from agenda.core.model import Event, Guid, Slot, SlotStatus
from agenda.core.timetable import MINUTE, in_order, taking_place

AHEAD: Instant = 5 * MINUTE
"""How long before its start somebody is told of a session."""
NOW_FOR: Instant = 2 * MINUTE
"""How long after its start they still are: that it begins now."""


def times_of(event: Event, sessions: Collection[Guid]) -> tuple[Slot, ...]:
    """The times of these sessions, in order. What is cancelled stays and is marked so."""
    on = {slot.guid for slot in taking_place(event)}
    return tuple(
        slot if slot.guid in on else msgspec.structs.replace(slot, status=SlotStatus.CANCELLED)
        for slot in in_order(event)
        if slot.session in sessions
    )


def overlaps(slots: Iterable[Slot]) -> Mapping[Guid, tuple[Slot, ...]]:
    """For each slot that overlaps others: which, by start. Half-open: back to back is none."""
    found: dict[Guid, list[Slot]] = defaultdict(list)
    for one, other in combinations(_held(slots), 2):
        if one.session != other.session and other.starts_at < one.ends_at:
            found[one.guid].append(other)
            found[other.guid].append(one)
    return {guid: _by_start(others) for guid, others in found.items()}


def next_due(slots: Iterable[Slot], at: Instant) -> Slot | None:
    """What begins within five minutes, or began just now."""
    due = (each for each in _held(slots) if at - NOW_FOR < each.starts_at <= at + AHEAD)
    return next(due, None)


def _held(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    return _by_start(slot for slot in slots if slot.status is not SlotStatus.CANCELLED)


def _by_start(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    return tuple(sorted(slots, key=lambda slot: (slot.starts_at, slot.guid)))
