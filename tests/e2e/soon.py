"""A conference whose next session begins in four minutes: released beside a running server.

``python -m tests.e2e.soon``, with the settings of that server.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from access.audiences import Group, always
from access.resources import EventKind
from agenda.core.model import (
    Event,
    Room,
    RoomKind,
    Session,
    SessionKind,
    Slot,
    Text,
    WallTime,
)
from agenda.core.timetable import day_of
from agenda.publish import publish
from server.clock import SystemClock
from server.db.agenda import AgendaRows
from server.db.engine import create_engine
from server.ids import guid
from server.settings import Settings

EVENT = "/events/heute_probe"
BERLIN = "Europe/Berlin"
PLENUM = Room(guid(), "plenum", Text("Plenum", "Plenary"), 1, RoomKind.PLENARY)
WORKSHOP = Room(guid(), "werkstatt", Text("Werkstatt", "Workshop"), 2)
SESSIONS = (
    ("RUECK1", "rueckblick", Text("Rückblick", "Looking back"), -40, -10, PLENUM),
    ("GLEICH", "netze", Text("Offene Netze", "Open networks"), 4, 34, PLENUM),
    ("NEBEN1", "quartiere", Text("Quartiere planen", "Planning quarters"), 10, 40, WORKSHOP),
)
"""Code, slug, title, minutes from now to its start and its end, room."""


def conference(series: str, now: dt.datetime) -> Event:
    """``now``: in whole minutes, on the wall clock of Berlin."""
    sessions, slots = [], []
    for number, (code, slug, title, start, end, room) in enumerate(SESSIONS, 1):
        session = Session(guid(), code, slug, title, SessionKind.IMPULSE)
        sessions.append(session)
        begins, ends = (WallTime(now + dt.timedelta(minutes=each)) for each in (start, end))
        slots.append(Slot(guid(), number, begins, ends, session.guid, room=room.guid))
    event = Event(
        guid=guid(),
        slug=EVENT.rpartition("/")[2],
        series=series,
        number=99,
        kind=EventKind.REGIONAL_CONFERENCE,
        title=Text("Konferenz von heute", "Today's conference"),
        time_zone=BERLIN,
        first_day=now.date(),
        last_day=now.date(),
        audience=always(Group.PUBLIC),
        rooms=(PLENUM, WORKSHOP),
        sessions=tuple(sessions),
        slots=tuple(slots),
    )
    days = [day_of(slot.start, event) for slot in slots]
    return replace(event, first_day=min(days), last_day=max(days))


async def main() -> None:
    settings, clock = Settings(), SystemClock()
    engine = create_engine(settings.database)
    store = AgendaRows(engine)
    now = dt.datetime.fromtimestamp(clock.now() / 1000, ZoneInfo(BERLIN))
    series = (await store.series())[0].guid
    whole = now.replace(second=0, microsecond=0, tzinfo=None)
    await publish(store, conference(series, whole), clock.now())
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
