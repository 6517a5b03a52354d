"""A new event after the pattern of another one: its rooms and times, nobody's rights.

Rights are copied by nothing (access page, D13): every guid is new, so no office, invitation,
registration or material of the old event means anything in it.  Whoever stood on the programme
becomes an open role, to be filled anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from access.audiences import TimeLine
from agenda.core.draft import plain
from agenda.core.model import (
    Event,
    Guid,
    HostRole,
    Role,
    Session,
    SessionStatus,
    Slot,
    SlotStatus,
    Text,
    WallTime,
)
from agenda.core.slugs import code
from agenda.core.timetable import in_order, resolve


class New(msgspec.Struct, frozen=True):
    """What a clone does not take from its pattern."""

    slug: str
    title: Text
    first_day: dt.date
    number: int = 1
    series: Guid | None = None
    """None: the series of the pattern."""


def clone(event: Event, new: New, ids: Iterator[Guid]) -> Event:
    """The draft of a new event; slots stand at the same wall times, counted from the first day.

    ``ids``: fresh guids, as many as there are things.
    """
    event = resolve(event)
    renewed: dict[Guid | None, Guid | None] = {None: None}
    for things in (event.rooms, event.tracks, event.sessions, event.slots):
        renewed |= {thing.guid: next(ids) for thing in things}
    days = new.first_day - event.first_day
    made = msgspec.structs.replace(
        event,
        guid=next(ids),
        slug=new.slug,
        series=new.series or event.series,
        number=new.number,
        title=new.title,
        first_day=new.first_day,
        last_day=event.last_day + days,
        audience=_from_the_start(event.audience),
        sample=False,
        rolling=False,
        hosts=tuple(host for host in event.hosts if host.role is not HostRole.HOST),
        rooms=tuple(
            msgspec.structs.replace(
                room, guid=renewed[room.guid], audience=_narrowed(room.audience)
            )
            for room in event.rooms
        ),
        tracks=tuple(msgspec.structs.replace(t, guid=renewed[t.guid]) for t in event.tracks),
        sessions=tuple(_session(session, renewed, ids) for session in event.sessions),
        slots=tuple(
            _slot(slot, number, days, renewed)
            for number, slot in enumerate(in_order(event), start=1)
        ),
    )
    return plain(made)


def _session(
    session: Session, renewed: dict[Guid | None, Guid | None], ids: Iterator[Guid]
) -> Session:
    guid = renewed[session.guid] or ""
    return msgspec.structs.replace(
        session,
        guid=guid,
        code=code(guid),
        track=renewed.get(session.track),
        audience=_narrowed(session.audience),
        people=tuple(Role(next(ids), role.kind, Text()) for role in session.people),
        practice_examples=(),
        status=SessionStatus.CONFIRMED,
    )


def _slot(
    slot: Slot, number: int, days: dt.timedelta, renewed: dict[Guid | None, Guid | None]
) -> Slot:
    return msgspec.structs.replace(
        slot,
        guid=renewed[slot.guid],
        export_id=number,
        session=renewed.get(slot.session),
        room=renewed.get(slot.room),
        start=WallTime(slot.start.clock + days),
        end=WallTime(slot.end.clock + days),
        status=SlotStatus.SCHEDULED,
    )


def _from_the_start(line: TimeLine) -> TimeLine:
    """Steps are instants around the old dates."""
    return TimeLine(line.first)


def _narrowed(line: TimeLine | None) -> TimeLine | None:
    return _from_the_start(line) if line is not None else None
