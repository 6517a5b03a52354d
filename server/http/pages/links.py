"""Addresses of pages. The one place that spells them."""

from __future__ import annotations

from agenda.core.model import Event, Room, Series, Session

MY_AGENDA = "/my"


def series_calendar(series: Series) -> str:
    return f"/series/{series.slug}.ics"


def event(event: Event) -> str:
    return f"/events/{event.slug}"


def agenda(event: Event) -> str:
    return f"/events/{event.slug}/agenda"


def now(event: Event) -> str:
    return f"/events/{event.slug}/now.json"


def calendar(event: Event) -> str:
    return f"/events/{event.slug}/agenda.ics"


def register(event: Event) -> str:
    return f"/events/{event.slug}/register"


def session(event: Event, session: Session) -> str:
    return f"/events/{event.slug}/sessions/{session.slug}"


def star(event: Event, session: Session) -> str:
    return f"/events/{event.slug}/sessions/{session.slug}/star"


def feedback(event: Event, session: Session) -> str:
    return f"/events/{event.slug}/sessions/{session.slug}/feedback"


def session_calendar(event: Event, session: Session) -> str:
    return f"/events/{event.slug}/sessions/{session.slug}.ics"


def room(event: Event, room: Room) -> str:
    return f"/events/{event.slug}/rooms/{room.slug}"


def desk(event: Event, room: Room) -> str:
    return f"/events/{event.slug}/rooms/{room.slug}/desk"


def present(event: Event, room: Room) -> str:
    return f"/events/{event.slug}/rooms/{room.slug}/present"


def cues(event: Event, room: Room, deck: str) -> str:
    return f"/events/{event.slug}/rooms/{room.slug}/cues/{deck}.json"


def material(guid: str) -> str:
    return f"/materials/{guid}"


def material_view(guid: str) -> str:
    return f"/materials/{guid}/view"


def material_edit(guid: str) -> str:
    return f"/materials/{guid}/edit"


def material_check(guid: str) -> str:
    return f"/materials/{guid}/check"


def material_page(guid: str, number: int, *, small: bool = False) -> str:
    return f"/materials/{guid}/pages/{number}{'-small' if small else ''}.webp"


def upload(file: str) -> str:
    return f"/uploads/{file}"


def materials_of(kind: str, owner: str) -> str:
    return f"/materials/of/{kind}/{owner}"


def example(slug: str) -> str:
    return f"/examples/{slug}"


def edit_example(slug: str) -> str:
    return f"/examples/{slug}/edit"


def inside(path: str) -> str:
    """The path if it leads to a page of ours, else the start page: no open redirects."""
    foreign = not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable()
    return "/" if foreign else path
