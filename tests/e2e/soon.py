"""A conference whose next session begins in four minutes: released beside a running server.

``python -m tests.e2e.soon [feedback]``, with the settings of that server.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import time
from zoneinfo import ZoneInfo

import httpx
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from access.audiences import Group, Instant, always
from access.resources import EventKind
from agenda.core.feedback import Answer
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
from agenda.participants import Participants
from agenda.publish import publish
from server.clock import SystemClock
from server.db.agenda import AgendaRows
from server.db.engine import create_engine
from server.db.participants import FeedbackRows, StarRows
from server.ids import guid
from server.settings import Settings
from tests.fixtures.server import PATIENCE, RunningServer

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


async def say(engine: AsyncEngine, store: AgendaRows, event: Event, at: Instant) -> None:
    """Five people say something of the first session."""
    people = Participants(StarRows(engine), FeedbackRows(engine), store)
    accounts = SQLModel.metadata.tables["account"].c.id
    async with engine.connect() as connection:
        found = (await connection.execute(select(accounts).limit(5))).scalars().all()
    for score, account in enumerate(found, 1):
        await people.say(account, event, event.sessions[0], Answer(score, f"Antwort {score}"), at)


def release_beside(server: RunningServer, *wishes: str) -> None:
    """Another process releases it; done once the server has noticed."""
    server.beside("tests.e2e.soon", *wishes)
    deadline = time.monotonic() + PATIENCE
    while httpx.get(f"{server.url}{EVENT}").status_code != 200:
        assert time.monotonic() < deadline, "the server did not notice the release"
        time.sleep(0.05)


async def main() -> None:
    settings, clock = Settings(), SystemClock()
    engine = create_engine(settings.database)
    store = AgendaRows(engine)
    now = dt.datetime.fromtimestamp(clock.now() / 1000, ZoneInfo(BERLIN))
    series = (await store.series())[0].guid
    whole = now.replace(second=0, microsecond=0, tzinfo=None)
    event = await publish(store, conference(series, whole), clock.now())
    if "feedback" in sys.argv:
        await say(engine, store, event, clock.now())
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
