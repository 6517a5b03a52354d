"""Running late: what is not over yet moves by some minutes, and can be moved back exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from access.audiences import Instant
from agenda.core.gate import Fault, Finding, check
from agenda.core.model import Event, Guid, Slot, WallTime
from agenda.core.timetable import MINUTE, day_end, day_of, in_order, instant, taking_place, wall

SHORTEST_BREAK: Instant = 5 * MINUTE
"""What is left of a break that takes up a delay."""


class Pauses(StrEnum):
    """What becomes of breaks when the day is late."""

    MOVE = "move"
    """They move like everything else."""
    SHORTEN = "shorten"
    """They take up as much of the delay as they can; what comes after is less late."""


class Late(msgspec.Struct, frozen=True):
    """Who is late, from when on, and by how much."""

    day: dt.date
    since: Instant
    """What is over by then stays; what is running is prolonged; what comes moves."""
    minutes: int
    """Negative: earlier."""
    room: Guid | None = None
    """None: the whole day."""
    pauses: Pauses = Pauses.MOVE


class Span(msgspec.Struct, frozen=True):
    start: WallTime
    end: WallTime


class Move(msgspec.Struct, frozen=True):
    """One slot from a time to another."""

    slot: Guid
    before: Span
    after: Span


class Shift(msgspec.Struct, frozen=True):
    moves: tuple[Move, ...]
    """In the order of the programme. None: nothing is left that could move."""
    findings: tuple[Finding, ...]
    """What the shifted programme brings with it that was not there before."""


Spans = Mapping[Guid, Span]
"""When each slot of a release takes place."""


class Replacement(msgspec.Struct, frozen=True):
    """A release takes the place of the one before."""

    before: Spans
    after: Spans
    late: bool
    """It moved times because something ran late, or took that back; else it is a new plan."""


class NotThereError(Exception):
    """A slot is not (or no longer) where a move begins: something else was released since."""


def shift(event: Event, late: Late) -> Shift:
    """What would move, and what is wrong with it. The event itself stays as it is."""
    moves = tuple(_moves(event, late))
    after = apply(event, moves)
    known = set(check(event))
    over = _over_day_end(after, moves, late.day, known)
    brought = [f for f in check(after) if f not in known and f.fault is not Fault.OVER_DAY_END]
    return Shift(moves, (*over, *brought))


def apply(event: Event, moves: tuple[Move, ...]) -> Event:
    """The event with these moves made. Raises ``NotThereError`` if one cannot begin."""
    planned = {move.slot: move for move in moves}
    found = [slot for slot in event.slots if slot.guid in planned]
    if len(found) < len(planned) or any(span(s) != planned[s.guid].before for s in found):
        raise NotThereError
    zone = event.time_zone
    slots = tuple(
        placed(slot, planned[slot.guid].after, zone) if slot.guid in planned else slot
        for slot in event.slots
    )
    return msgspec.structs.replace(event, slots=slots)


def inverse(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """The moves that lead back."""
    return tuple(Move(move.slot, move.after, move.before) for move in moves)


def moved(before: Event, after: Event) -> tuple[Move, ...]:
    """Which slots of both stand at another time."""
    old = {slot.guid: slot for slot in before.slots}
    return tuple(
        Move(slot.guid, span(old[slot.guid]), span(slot))
        for slot in after.slots
        if slot.guid in old and span(old[slot.guid]) != span(slot)
    )


def possible(event: Event, moves: tuple[Move, ...]) -> bool:
    """Whether there are any, and every slot stands where they begin."""
    try:
        apply(event, moves)
    except NotThereError:
        return False
    return bool(moves)


def times_before_delays(now: Spans, replacements: Sequence[Replacement]) -> Spans:
    """When each slot was to take place by its newest plan.

    ``replacements``: the releases that led to what holds ``now``, newest first.
    """
    plan = dict(now)
    followed = set(plan)
    for replacement in replacements:
        for slot, after in replacement.after.items():
            before = replacement.before.get(slot)
            if slot not in followed or before == after:
                continue
            if replacement.late and before is not None:
                plan[slot] = before
            else:
                followed.discard(slot)
    return plan


def spans(event: Event) -> Spans:
    return {slot.guid: span(slot) for slot in event.slots}


def span(slot: Slot) -> Span:
    """When a slot takes place by the clock on the wall."""
    return Span(slot.start, slot.end)


def placed(slot: Slot, when: Span, zone: str) -> Slot:
    """The slot at another time."""
    return msgspec.structs.replace(
        slot,
        start=when.start,
        end=when.end,
        starts_at=instant(when.start, zone),
        ends_at=instant(when.end, zone),
    )


def _moves(event: Event, late: Late) -> Iterator[Move]:
    delay = late.minutes * MINUTE
    for slot in taking_place(event):
        if not _concerned(slot, event, late):
            continue
        start, end = slot.starts_at + delay, slot.ends_at + delay
        if slot.starts_at < late.since:
            start = slot.starts_at
        elif slot.pause is not None and late.pauses is Pauses.SHORTEN:
            taken = min(max(delay, 0), max(slot.ends_at - slot.starts_at - SHORTEST_BREAK, 0))
            delay -= taken
            end -= taken
        after = Span(_wall(slot.start, slot.starts_at, start, event), wall(end, event.time_zone))
        if after != span(slot):
            yield Move(slot.guid, span(slot), after)


def _wall(before: WallTime, was: Instant, now: Instant, event: Event) -> WallTime:
    """What did not move keeps the clock it was planned with."""
    return before if was == now else wall(now, event.time_zone)


def _concerned(slot: Slot, event: Event, late: Late) -> bool:
    """Slots over all rooms move with the whole day only: other rooms keep to them."""
    return (
        day_of(slot.start, event) == late.day
        and slot.ends_at > late.since
        and late.room in (None, slot.room)
    )


def _over_day_end(
    event: Event, moves: tuple[Move, ...], day: dt.date, known: Collection[Finding]
) -> Iterator[Finding]:
    """What moved out of its day, or over its end and did not reach over it before."""
    moved = {move.slot for move in moves}
    for slot in in_order(event):
        finding = Finding(Fault.OVER_DAY_END, slot.guid)
        away = day_of(slot.start, event) != day
        over = slot.ends_at > day_end(day, event) and finding not in known
        if slot.guid in moved and (away or over):
            yield finding
