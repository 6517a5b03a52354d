"""What must be right before an event is released (rules E1–E11, E30). Typed findings, no prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import chain
from zoneinfo import available_timezones

import msgspec

from access.audiences import TimeLine
from agenda.core.model import Event, Guid, Room, Slot
from agenda.core.slugs import ACRONYM, SLUG
from agenda.core.timetable import MINUTE, ClashKind, clashes, day_end, day_of, doubtful
from agenda.core.years import possible, reachable, too_many_days

CODE = re.compile(r"[0-9A-Z]{6}")
SHORTEST, LONGEST = 5 * MINUTE, (24 * 60 - 1) * MINUTE
LONG = 12 * 60 * MINUTE


class Fault(StrEnum):
    """Why an event cannot be released, or what the editor should look at."""

    ACRONYM = "acronym"
    ACRONYM_TAKEN = "acronym_taken"
    TIME_ZONE = "time_zone"
    DAYS = "days"
    TOO_MANY_DAYS = "too_many_days"
    YEARS = "years"
    """A date that no programme can have; nothing can be reckoned with it."""
    ID_TWICE = "id_twice"
    SLUG = "slug"
    SLUG_TWICE = "slug_twice"
    ROOM_NAME_TWICE = "room_name_twice"
    CODE = "code"
    UNKNOWN_REFERENCE = "unknown_reference"
    DURATION = "duration"
    OUTSIDE_THE_DAYS = "outside_the_days"
    ROOM_WIDER_THAN_SESSION = "room_wider_than_session"
    ROOM_CLASH = "room_clash"
    PERSON_CLASH = "person_clash"
    DOUBTFUL_TIME = "doubtful_time"
    OVER_DAY_END = "over_day_end"
    LONG = "long"
    """More than half a day, as when an end was typed that lies before the start."""
    TIGHT = "tight"
    """Less time between two things than wanted, in one room or for one person."""
    PARALLEL_EVENT = "parallel_event"
    """A person stands in another event of the series at the same time."""
    OPEN_ROLE = "open_role"
    NO_TIME = "no_time"


WARNINGS = frozenset(
    {
        Fault.PERSON_CLASH,
        Fault.DOUBTFUL_TIME,
        Fault.OVER_DAY_END,
        Fault.LONG,
        Fault.TIGHT,
        Fault.PARALLEL_EVENT,
        Fault.OPEN_ROLE,
        Fault.NO_TIME,
    }
)
"""Shown to the editor; the release goes through."""


class Finding(msgspec.Struct, frozen=True):
    fault: Fault
    subject: str
    """Guid or slug of what it is about."""
    other: str = ""
    """Guid of the slot it clashes with."""
    about: str = ""
    """Guid of the room or person two slots share; of an open role."""

    @property
    def blocks(self) -> bool:
        return self.fault not in WARNINGS


def check(event: Event, beside: Sequence[Event] = ()) -> tuple[Finding, ...]:
    """Everything found, in a stable order. An unknown time zone hides what needs one.

    ``beside``: other events whose people may be wanted in two places at once.
    """
    found = [*_event(event), *_years(event), *_names(event), *_references(event)]
    if not any(finding.blocks for finding in found):
        found += [*_times(event), *_audiences(event), *_clashes(event)]
        found += [*_tight(event), *_parallel(event, beside)]
    return (*found, *_taken(event, beside), *_unfinished(event))


def _event(event: Event) -> Iterator[Finding]:
    if not ACRONYM.fullmatch(event.slug):
        yield Finding(Fault.ACRONYM, event.slug)
    if event.time_zone not in _zones():
        yield Finding(Fault.TIME_ZONE, event.time_zone)
    if event.last_day < event.first_day:
        yield Finding(Fault.DAYS, event.guid)
    if too_many_days(event.first_day, event.last_day):
        yield Finding(Fault.TOO_MANY_DAYS, event.guid)


def _years(event: Event) -> Iterator[Finding]:
    if not (possible(event.first_day) and possible(event.last_day)):
        yield Finding(Fault.YEARS, event.guid)
    for slot in event.slots:
        if not possible(slot.start.clock):
            yield Finding(Fault.YEARS, slot.guid)
    lines: list[tuple[Guid, TimeLine | None]] = [(event.guid, event.audience)]
    lines += [(room.guid, room.audience) for room in event.rooms]
    lines += [(session.guid, session.audience) for session in event.sessions]
    yield from (Finding(Fault.YEARS, guid) for guid, line in lines if not reachable(line))


@cache
def _zones() -> frozenset[str]:
    """Asking for them reads the disk."""
    return frozenset(available_timezones())


def _names(event: Event) -> Iterator[Finding]:
    guids = [[room.guid for room in event.rooms], [track.guid for track in event.tracks]]
    guids += [[s.guid for s in event.sessions], [slot.guid for slot in event.slots]]
    yield from _twice(Fault.ID_TWICE, chain.from_iterable(guids))
    yield from _twice(Fault.ID_TWICE, [slot.export_id for slot in event.slots])
    yield from _twice(Fault.SLUG_TWICE, [session.slug for session in event.sessions])
    yield from _twice(Fault.SLUG_TWICE, [room.slug for room in event.rooms])
    yield from _twice(Fault.ROOM_NAME_TWICE, [room.name.de for room in event.rooms])
    yield from _twice(Fault.CODE, [session.code for session in event.sessions])
    for session in event.sessions:
        if not CODE.fullmatch(session.code):
            yield Finding(Fault.CODE, session.guid)
    slugs = [room.slug for room in event.rooms] + [session.slug for session in event.sessions]
    for slug in slugs:
        if not SLUG.fullmatch(slug):
            yield Finding(Fault.SLUG, slug)
    for slot in event.slots:
        if slot.export_id < 1:
            yield Finding(Fault.ID_TWICE, slot.guid)


def _twice(fault: Fault, values: Iterable[Hashable]) -> Iterator[Finding]:
    return (Finding(fault, str(value)) for value, n in Counter(values).items() if n > 1)


def _references(event: Event) -> Iterator[Finding]:
    rooms: set[Guid | None] = {room.guid for room in event.rooms} | {None}
    sessions: set[Guid | None] = {session.guid for session in event.sessions} | {None}
    tracks: set[Guid | None] = {track.guid for track in event.tracks} | {None}
    for slot in event.slots:
        if slot.room not in rooms or slot.session not in sessions:
            yield Finding(Fault.UNKNOWN_REFERENCE, slot.guid)
    for session in event.sessions:
        if session.track not in tracks:
            yield Finding(Fault.UNKNOWN_REFERENCE, session.guid)


def _times(event: Event) -> Iterator[Finding]:
    for slot in event.slots:
        if not SHORTEST <= slot.ends_at - slot.starts_at <= LONGEST:
            yield Finding(Fault.DURATION, slot.guid)
        if not event.first_day <= day_of(slot.start, event) <= event.last_day:
            yield Finding(Fault.OUTSIDE_THE_DAYS, slot.guid)
        elif slot.ends_at - slot.starts_at > LONG:
            yield Finding(Fault.LONG, slot.guid)
        elif slot.ends_at > day_end(day_of(slot.start, event), event):
            yield Finding(Fault.OVER_DAY_END, slot.guid)
        if doubtful(slot.start, event.time_zone) or doubtful(slot.end, event.time_zone):
            yield Finding(Fault.DOUBTFUL_TIME, slot.guid)


def _audiences(event: Event) -> Iterator[Finding]:
    """A session with an audience of its own needs a room for the same people.

    The live history of a room has one audience for the whole event (architecture, section 2).
    """
    own = {s.guid: s.audience for s in event.sessions if s.audience is not None}
    rooms = {room.guid: room for room in event.rooms}
    for slot in event.slots:
        if slot.session in own and not _as_narrow(slot, rooms, own):
            yield Finding(Fault.ROOM_WIDER_THAN_SESSION, slot.guid)


def _as_narrow(slot: Slot, rooms: dict[Guid, Room], own: dict[Guid, TimeLine]) -> bool:
    if slot.room is None or slot.session is None:
        return False
    return rooms[slot.room].audience == own[slot.session]


def _clashes(event: Event) -> Iterator[Finding]:
    faults = {ClashKind.ROOM: Fault.ROOM_CLASH, ClashKind.PERSON: Fault.PERSON_CLASH}
    for clash in clashes([event]):
        yield Finding(faults[clash.kind], clash.second, clash.first, clash.subject)


def _tight(event: Event) -> Iterator[Finding]:
    """Each pair once, whatever they share: the room, or else the first person."""
    breaks = {slot.guid for slot in event.slots if slot.pause is not None}
    told = {(clash.first, clash.second) for clash in clashes([event])}
    for clash in clashes([event], event.buffer_minutes or 0):
        pair = clash.first, clash.second
        if pair not in told and not breaks.intersection(pair):
            told.add(pair)
            yield Finding(Fault.TIGHT, clash.second, clash.first, clash.subject)


def _parallel(event: Event, beside: Sequence[Event]) -> Iterator[Finding]:
    own = {slot.guid for slot in event.slots}
    for other in beside:
        for clash in clashes([event, other]) if other.guid != event.guid else ():
            here = [guid for guid in (clash.first, clash.second) if guid in own]
            if len(here) == 1:
                there = clash.second if here[0] == clash.first else clash.first
                yield Finding(Fault.PARALLEL_EVENT, here[0], there, clash.subject)


def _taken(event: Event, beside: Sequence[Event]) -> Iterator[Finding]:
    if any(other.slug == event.slug and other.guid != event.guid for other in beside):
        yield Finding(Fault.ACRONYM_TAKEN, event.slug)


def _unfinished(event: Event) -> Iterator[Finding]:
    placed = {slot.session for slot in event.slots}
    for session in event.sessions:
        if session.guid not in placed:
            yield Finding(Fault.NO_TIME, session.guid)
        for role in session.people:
            if not role.name.de:
                yield Finding(Fault.OPEN_ROLE, session.guid, about=role.guid)
