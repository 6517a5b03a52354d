"""Small events to test with, built the way an organiser would: a draft, then releases."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from access.audiences import Group, TimeLine, always
from access.resources import EventKind
from agenda.core.model import (
    Event,
    Role,
    RoleKind,
    Room,
    RoomKind,
    Session,
    SessionKind,
    Slot,
    Text,
    Track,
    WallTime,
)
from agenda.core.release import stamp

BERLIN = "Europe/Berlin"


def guid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def at(text: str) -> int:
    """An instant from an ISO text with offset."""
    return round(dt.datetime.fromisoformat(text).timestamp()) * 1000


def clock(text: str, fold: int = 0) -> WallTime:
    return WallTime(dt.datetime.fromisoformat(text), fold)


def room(name: str, position: int = 1, audience: TimeLine | None = None) -> Room:
    kind = RoomKind.PLENARY if name == "plenum" else RoomKind.BREAKOUT
    return Room(
        guid(name), name, Text(name.title(), f"{name.title()} (en)"), position, kind, audience
    )


def session(name: str, **fields: Any) -> Session:
    code = guid(name).replace("-", "")[:6].upper()
    title = Text(f"Sitzung {name}", f"Session {name}")
    base = Session(guid(name), code, f"sitzung-{name}", title, SessionKind.IMPULSE)
    return msgspec.structs.replace(base, **fields)


def slot(number: int, session: Session, start: str, end: str, room: Room | None = None) -> Slot:
    return Slot(
        guid=guid(f"slot {number}"),
        export_id=number,
        start=clock(start),
        end=clock(end),
        session=session.guid,
        room=room.guid if room else None,
    )


def pause(number: int, start: str, end: str) -> Slot:
    return Slot(
        guid(f"slot {number}"), number, clock(start), clock(end), pause=Text("Pause", "Break")
    )


PLENUM, WERKSTATT = room("plenum", 1), room("werkstatt", 2)
STRATEGY = Track(guid("strategy"), "strategie", Text("Strategie", "Strategy"), "#123456")
MODERATION = Role(guid("moderation"), RoleKind.MODERATOR, Text("Moderation", "Moderator"))
ULM = Role(guid("ulm"), RoleKind.SPEAKER, Text("Gastgeberin Ulm", "Host Ulm"))

WELCOME = session("welcome", people=(ULM, MODERATION), abstract=Text("Guten Tag, alle.", "Hello."))
WORKSHOP = session("workshop", kind=SessionKind.WORKSHOP, track=STRATEGY.guid)


def draft(**fields: Any) -> Event:
    """One day with a greeting in the Plenum, a break and a workshop."""
    base = Event(
        guid=guid("event"),
        slug="probe_2022",
        series=guid("series"),
        number=1,
        kind=EventKind.REGIONAL_CONFERENCE,
        title=Text("1. Regionalkonferenz, virtuell", "1st Regional Conference, virtual"),
        time_zone=BERLIN,
        first_day=dt.date(2022, 3, 22),
        last_day=dt.date(2022, 3, 22),
        audience=always(Group.PUBLIC),
        rooms=(PLENUM, WERKSTATT),
        tracks=(STRATEGY,),
        sessions=(WELCOME, WORKSHOP),
        slots=(
            slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
            pause(2, "2022-03-22T10:00", "2022-03-22T10:15"),
            slot(3, WORKSHOP, "2022-03-22T10:15", "2022-03-22T11:00", WERKSTATT),
        ),
    )
    return msgspec.structs.replace(base, **fields)


PUBLISHED = at("2022-03-01T12:00+01:00")
LATER = at("2022-03-10T12:00+01:00")


def released(event: Event | None = None) -> Event:
    return stamp(None, event or draft(), PUBLISHED)


def changed_slot(event: Event, number: int, **fields: Any) -> Event:
    """The event with one slot changed, still a draft."""
    slots = tuple(
        msgspec.structs.replace(s, **fields) if s.export_id == number else s for s in event.slots
    )
    return msgspec.structs.replace(event, slots=slots)


def changed_session(event: Event, guid: str, **fields: Any) -> Event:
    sessions = tuple(
        msgspec.structs.replace(s, **fields) if s.guid == guid else s for s in event.sessions
    )
    return msgspec.structs.replace(event, sessions=sessions)
