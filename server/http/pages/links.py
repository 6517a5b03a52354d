"""Addresses of pages. The one place that spells them."""

from __future__ import annotations

from agenda.core.examples import PracticeExample
from agenda.core.model import Event, Room, Session


def event(event: Event) -> str:
    return f"/events/{event.slug}"


def agenda(event: Event) -> str:
    return f"/events/{event.slug}/agenda"


def calendar(event: Event) -> str:
    return f"/events/{event.slug}/agenda.ics"


def register(event: Event) -> str:
    return f"/events/{event.slug}/register"


def session(event: Event, session: Session) -> str:
    return f"/events/{event.slug}/sessions/{session.slug}"


def session_calendar(event: Event, session: Session) -> str:
    return f"/events/{event.slug}/sessions/{session.slug}.ics"


def room(event: Event, room: Room) -> str:
    return f"/events/{event.slug}/rooms/{room.slug}"


def desk(event: Event, room: Room) -> str:
    return f"/events/{event.slug}/rooms/{room.slug}/desk"


def example(example: PracticeExample) -> str:
    return f"/examples/{example.slug}"


def edit_example(example: PracticeExample) -> str:
    return f"/examples/{example.slug}/edit"


def inside(path: str) -> str:
    """The path if it leads to a page of ours, else the start page: no open redirects."""
    foreign = not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable()
    return "/" if foreign else path
