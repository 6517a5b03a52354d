"""Shells of the live parts: the place where the browser's program takes over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from access.audiences import Instant
from agenda.core.model import Event, Room
from agenda.core.rehearsal import renewed_at
from agenda.core.timetable import now_and_next, still_on
from server.http.pages import links
from server.http.pages.cards import Cards, Moment, State, moment
from server.http.pages.texts import Texts
from server.http.pages.words import Link


@dataclass(frozen=True)
class Line:
    """Something on the programme of this room."""

    title: str
    start: Moment
    end: Moment
    state: State


@dataclass(frozen=True)
class Programme:
    """What is on in the room and what comes; the site's script keeps it true (``now.ts``)."""

    now: Instant
    renewed_at: Instant | None
    """When to read this again: the next pass of a rehearsal."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class RoomView:
    guid: str
    title: str
    event: str
    kind: Literal["room", "desk"]
    desk_href: str
    """The way to the moderator's desk; empty for whoever does not moderate here."""
    programme: Programme
    trail: tuple[Link, ...]


def room(event: Event, room: Room, at: Instant, texts: Texts, *, moderates: bool) -> RoomView:
    name = room.name.read(texts.language)
    return RoomView(
        guid=room.guid,
        title=name,
        event=event.title.read(texts.language),
        kind="room",
        desk_href=links.desk(event, room) if moderates else "",
        programme=_programme(event, room, at, texts),
        trail=_trail(event, texts),
    )


def desk(event: Event, room: Room, at: Instant, texts: Texts) -> RoomView:
    name = room.name.read(texts.language)
    return RoomView(
        guid=room.guid,
        title=texts("room.desk", room=name),
        event=event.title.read(texts.language),
        kind="desk",
        desk_href="",
        programme=_programme(event, room, at, texts),
        trail=(
            *_trail(event, texts),
            Link(links.room(event, room), name),
        ),
    )


def _programme(event: Event, room: Room, at: Instant, texts: Texts) -> Programme:
    cards = Cards(event, at, texts)
    following = now_and_next(event, at, room.guid).next
    lines = (
        Line(
            title=cards.title(slot),
            start=moment(slot.starts_at, event, texts),
            end=moment(slot.ends_at, event, texts),
            state="running" if slot.starts_at <= at else "next" if slot in following else "",
        )
        for slot in still_on(event, at, room.guid)
    )
    return Programme(at, renewed_at(event, at), tuple(lines))


def _trail(event: Event, texts: Texts) -> tuple[Link, ...]:
    return (
        Link("/events", texts("frame.events")),
        Link(links.event(event), event.title.read(texts.language)),
        Link(links.agenda(event), texts("agenda.title")),
    )
