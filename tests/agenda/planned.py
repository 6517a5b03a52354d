"""Events as an organiser could have planned them, for the laws."""

from __future__ import annotations

import datetime as dt

import msgspec
from hypothesis import settings
from hypothesis import strategies as st

from access.audiences import Group, always
from agenda.core.model import (
    Event,
    Host,
    HostRole,
    Role,
    RoleKind,
    Room,
    Session,
    SessionKind,
    SessionStatus,
    Slot,
    SlotStatus,
    Text,
    Track,
    WallTime,
)
from agenda.core.timetable import resolve
from tests.agenda.events import draft, guid

FIRST = dt.date(2022, 3, 26)
"""A Saturday: the night to the second day has no hour from 2:00 to 3:00."""

law = settings(max_examples=40)
"""Events are large to make; each holds many cases at once."""

names = st.sampled_from(["Impuls", "Podium", "Straße", "Werkstatt", "Ausblick"])
texts = st.builds(Text, names, st.sampled_from(["", "Panel", "Outlook"]))
audiences = st.sampled_from([None, always(Group.FUNDED), always(Group.NAMED)])
minutes = st.integers(0, 2 * 24 * 60 - 61)
kinds = st.sampled_from(list(RoleKind))


@st.composite
def roles(draw: st.DrawFn) -> Role:
    name = draw(st.sampled_from(["Moderation", "Gastgeberin Ulm", "Projektteam", ""]))
    return Role(guid(f"role {name}"), draw(kinds), Text(name))


@st.composite
def slots(draw: st.DrawFn, number: int, session: Session | None, rooms: int) -> Slot:
    start = dt.datetime.combine(FIRST, dt.time()) + dt.timedelta(minutes=draw(minutes))
    length = dt.timedelta(minutes=draw(st.integers(5, 60)))
    room = draw(st.none() | st.integers(1, rooms))
    return Slot(
        guid=guid(f"planned slot {number}"),
        export_id=number,
        start=WallTime(start),
        end=WallTime(start + length),
        session=session.guid if session else None,
        pause=None if session else draw(texts),
        room=guid(f"planned room {room}") if room and session else None,
        status=draw(st.sampled_from([SlotStatus.SCHEDULED, SlotStatus.CANCELLED])),
    )


@st.composite
def sessions(draw: st.DrawFn, number: int) -> Session:
    return Session(
        guid=guid(f"planned session {number}"),
        code=f"AAAAA{number}",
        slug=f"sitzung-{number}",
        title=draw(texts),
        kind=draw(st.sampled_from(list(SessionKind))),
        abstract=draw(texts),
        track=draw(st.sampled_from([None, guid("planned track")])),
        audience=draw(audiences),
        people=tuple(draw(st.lists(roles(), max_size=3))),
        status=draw(st.sampled_from(list(SessionStatus))),
    )


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Two days with rooms, sessions at up to two times, and breaks. Not always releasable."""
    rooms = draw(st.integers(1, 3))
    held = [draw(sessions(number)) for number in range(draw(st.integers(0, 4)))]
    places: list[Session | None] = [*held, *held[:1], *[None] * draw(st.integers(0, 2))]
    return resolve(
        draft(
            title=draw(texts),
            first_day=FIRST,
            last_day=FIRST + dt.timedelta(days=1),
            hosts=(Host("Ulm"), Host("KTS", HostRole.ORGANISER)),
            rooms=tuple(
                Room(guid(f"planned room {n}"), f"raum-{n}", Text(f"Raum {n}"), n)
                for n in range(1, rooms + 1)
            ),
            tracks=(Track(guid("planned track"), "strang", draw(texts), "#123456"),),
            sessions=tuple(held),
            slots=tuple(draw(slots(n, place, rooms)) for n, place in enumerate(places, start=1)),
        )
    )


@st.composite
def edited(draw: st.DrawFn, event: Event) -> Event:
    """The event, or the event with something about it changed."""
    other = draw(events())
    kept = {
        name: draw(st.sampled_from([getattr(event, name), getattr(other, name)]))
        for name in ("title", "tracks", "hosts", "last_day")
    }
    planned = draw(st.sampled_from([event, other]))
    kept |= {name: getattr(planned, name) for name in ("rooms", "sessions", "slots")}
    return resolve(msgspec.structs.replace(event, **kept))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Event, Event]:
    event = draw(events())
    return event, draw(edited(event))
