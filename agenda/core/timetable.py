"""Arithmetic of the timetable: wall clock and instants, days, now and next, clashes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

import msgspec

from access.audiences import Instant
from agenda.core.model import Event, Guid, Room, RoomKind, SessionStatus, Slot, SlotStatus, WallTime

MINUTE: Instant = 60_000
DAY = dt.timedelta(days=1)


def instant(wall: WallTime, zone: str) -> Instant:
    """When a clock of the zone shows this.

    An hour that is left out in spring is read with the offset before the change, so that 02:30
    is half an hour after 02:00; of a doubled hour in autumn ``fold`` chooses the first or second.
    """
    local = wall.clock.replace(tzinfo=ZoneInfo(zone), fold=wall.fold)
    return round(local.timestamp()) * 1000


def season(wall: WallTime, zone: str) -> str:
    """What the zone calls the time in force then: ``CET`` or ``CEST``."""
    return wall.clock.replace(tzinfo=ZoneInfo(zone), fold=wall.fold).tzname() or zone


def wall(at: Instant, zone: str) -> WallTime:
    """What a clock of the zone shows at an instant, in whole minutes."""
    minutes = at - at % MINUTE
    local = dt.datetime.fromtimestamp(minutes // 1000, ZoneInfo(zone))
    return WallTime(local.replace(tzinfo=None, fold=0), local.fold)


def doubtful(time: WallTime, zone: str) -> bool:
    """Whether the clock shows this never or twice (rule I9)."""
    other = WallTime(time.clock, 1 - time.fold)
    return instant(time, zone) != instant(other, zone)


def resolve(event: Event) -> Event:
    """The event with its instants derived from wall time and the present rules of the zone."""
    return msgspec.structs.replace(
        event, slots=tuple(_resolved(slot, event.time_zone) for slot in event.slots)
    )


def _resolved(slot: Slot, zone: str) -> Slot:
    starts_at, ends_at = instant(slot.start, zone), instant(slot.end, zone)
    if (slot.starts_at, slot.ends_at) == (starts_at, ends_at):
        return slot
    return msgspec.structs.replace(slot, starts_at=starts_at, ends_at=ends_at)


class Day(msgspec.Struct, frozen=True):
    """A day of the programme, from day change to day change."""

    index: int
    """From 1, without gaps."""
    date: dt.date
    opens: Instant
    closes: Instant
    slots: tuple[Slot, ...]
    """By start, position of the room, id (E12)."""


def day_of(time: WallTime, event: Event) -> dt.date:
    """The day of the programme a wall time belongs to: before the day change, yesterday (E9)."""
    early = time.clock.time() < event.day_change
    return time.clock.date() - DAY if early else time.clock.date()


def days(event: Event) -> tuple[Day, ...]:
    """Every day of the event, also the empty ones (E10)."""
    ordered = in_order(event)
    count = (event.last_day - event.first_day).days + 1
    dates = [event.first_day + n * DAY for n in range(count)]
    return tuple(
        Day(
            index=index,
            date=date,
            opens=_change(event, date),
            closes=_change(event, date + DAY),
            slots=tuple(slot for slot in ordered if day_of(slot.start, event) == date),
        )
        for index, date in enumerate(dates, start=1)
    )


def day_end(date: dt.date, event: Event) -> Instant:
    """When a day of the programme ends: at the day change of the next."""
    return _change(event, date + DAY)


def _change(event: Event, date: dt.date) -> Instant:
    return instant(WallTime(dt.datetime.combine(date, event.day_change)), event.time_zone)


def in_order(event: Event) -> tuple[Slot, ...]:
    """The slots by start, then position of the room (all rooms first), then id (E12)."""
    positions = {room.guid: room.position for room in event.rooms}

    def key(slot: Slot) -> tuple[Instant, int, int]:
        return slot.starts_at, positions.get(slot.room or "", -1), slot.export_id

    return tuple(sorted(event.slots, key=key))


class NowAndNext(msgspec.Struct, frozen=True):
    now: tuple[Slot, ...]
    """Running at the instant."""
    next: tuple[Slot, ...]
    """All that begin together as the next thing."""


def now_and_next(event: Event, at: Instant, room: Guid | None = None) -> NowAndNext:
    """What runs and what comes; with a room only what takes place there. Half-open intervals."""
    slots = [slot for slot in taking_place(event) if _in_room(slot, room)]
    running = tuple(slot for slot in slots if slot.starts_at <= at < slot.ends_at)
    coming = [slot for slot in slots if slot.starts_at > at]
    first = coming[0].starts_at if coming else None
    return NowAndNext(running, tuple(slot for slot in coming if slot.starts_at == first))


def still_on(event: Event, at: Instant, room: Guid) -> tuple[Slot, ...]:
    """What runs in a room at the instant and everything after it there."""
    slots = (slot for slot in taking_place(event) if _in_room(slot, room))
    return tuple(slot for slot in slots if slot.ends_at > at)


def next_in_room(event: Event, slot: Slot) -> Instant | None:
    """When the next session begins in the room of a slot that is over; a break is none."""
    later = (other.starts_at for other in sessions_in(event, slot.room))
    return next((starts_at for starts_at in later if starts_at >= slot.ends_at), None)


def sessions_in(event: Event, room: Guid | None) -> Iterator[Slot]:
    """What takes place in a room, in its order; breaks are left out."""
    for slot in taking_place(event):
        if slot.session is not None and _in_room(slot, room):
            yield slot


def taking_place(event: Event) -> Iterator[Slot]:
    """What is not called off, neither by itself nor with its session."""
    off = {s.guid for s in event.sessions if s.status is SessionStatus.CANCELLED}
    for slot in in_order(event):
        if slot.status is not SlotStatus.CANCELLED and slot.session not in off:
            yield slot


def _in_room(slot: Slot, room: Guid | None) -> bool:
    return room is None or slot.room in (None, room)


class ClashKind(StrEnum):
    ROOM = "room"
    """Two things in one room that is not a market."""
    PERSON = "person"
    """One person in two places, in whatever role."""


class Clash(msgspec.Struct, frozen=True):
    """Two slots that cannot both take place as planned."""

    kind: ClashKind
    first: Guid
    second: Guid
    subject: Guid
    """The room or the person."""


def clashes(events: Sequence[Event], buffer_minutes: int = 0) -> tuple[Clash, ...]:
    """Overlaps within events and, for persons, across events that run in parallel.

    Half-open: back to back is no clash, unless a buffer between is asked for. Two breaks, and
    slots over all rooms with nothing in them but breaks, do not clash.
    """
    planned = [(event, slot) for event in events for slot in taking_place(event)]
    planned.sort(key=lambda pair: (pair[1].starts_at, pair[1].guid))
    buffer = buffer_minutes * MINUTE
    found: list[Clash] = []
    for (one, first), (two, second) in combinations(planned, 2):
        if second.starts_at >= first.ends_at + buffer:
            continue
        if one.guid == two.guid:
            found += _in_one_room(one, first, second)
        found += [
            Clash(ClashKind.PERSON, first.guid, second.guid, person)
            for person in sorted(_people(one, first) & _people(two, second))
        ]
    return tuple(found)


def _in_one_room(event: Event, first: Slot, second: Slot) -> Iterator[Clash]:
    if first.pause and second.pause:
        return
    for room in event.rooms:
        parallel = room.kind is RoomKind.MARKET
        if not parallel and _in_room(first, room.guid) and _in_room(second, room.guid):
            yield Clash(ClashKind.ROOM, first.guid, second.guid, room.guid)


def _people(event: Event, slot: Slot) -> frozenset[Guid]:
    people = [s.people for s in event.sessions if s.guid == slot.session]
    return frozenset(role.guid for roles in people for role in roles)


def rooms_of(event: Event, slot: Slot) -> tuple[Room, ...]:
    """Where a slot takes place: one room, or all of them."""
    rooms = sorted(event.rooms, key=lambda room: room.position)
    return tuple(room for room in rooms if _in_room(slot, room.guid))
