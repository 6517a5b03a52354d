"""Shells of the live parts: the place where the browser's program takes over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from access.audiences import Instant
from agenda.core.model import Event, Guid, Room
from agenda.core.rehearsal import renewed_at
from agenda.core.timetable import now_and_next, sessions_in, still_on
from server.http.pages import links
from server.http.pages.cards import Cards, Following, Moment, State, following, moment
from server.http.pages.feedback import FeedbackView
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
    live: Following


@dataclass(frozen=True)
class Deck:
    """What can be put on the stage of the room. Read by the browser's program."""

    guid: str
    title: str
    pages: int
    until: Instant
    """When its session ends."""
    cues: str
    """Where its cues are read; empty: not by whoever asks."""


@dataclass(frozen=True)
class RoomView:
    guid: str
    title: str
    event: str
    kind: Literal["room", "desk", "present"]
    desk_href: str
    """The way to the moderator's desk; empty for whoever does not moderate here."""
    programme: Programme
    trail: tuple[Link, ...]
    present_href: str = ""
    """The way to the presenter's view; empty for whoever does not speak here."""
    decks: tuple[Deck, ...] = ()
    feedback: tuple[FeedbackView, ...] = ()
    """On what ends here."""
    kept: str = ""
    """How long words stay, for whoever writes some; empty: it stands elsewhere."""


def room(
    event: Event, room: Room, at: Instant, texts: Texts, *, moderates: bool, speaks: bool
) -> RoomView:
    name = room.name.read(texts.language)
    return RoomView(
        guid=room.guid,
        title=name,
        event=event.title.read(texts.language),
        kind="room",
        desk_href=links.desk(event, room) if moderates else "",
        programme=_programme(event, room, at, texts),
        trail=_trail(event, texts),
        present_href=links.present(event, room) if speaks else "",
    )


def kept(event: Event, days: int, texts: Texts) -> str:
    """How long words stay. A rehearsal is never over: there each word has its own days."""
    return texts("room.kept_each" if event.rolling else "room.kept", days=days)


def desk(event: Event, room: Room, at: Instant, texts: Texts) -> RoomView:
    return _behind(
        event, room, at, texts, kind="desk", title=texts("room.desk", room=_name(room, texts))
    )


def present(
    event: Event, room: Room, at: Instant, texts: Texts, decks: tuple[Deck, ...]
) -> RoomView:
    title = texts("room.present", room=_name(room, texts))
    return replace(_behind(event, room, at, texts, kind="present", title=title), decks=decks)


def held_in(event: Event, room: Room) -> dict[Guid, Instant]:
    """The sessions of a room in their order, and when each ends there.

    Without those over all rooms: their slides belong to no stage.
    """
    slots = (slot for slot in sessions_in(event, room.guid) if slot.room == room.guid)
    return {slot.session: slot.ends_at for slot in slots if slot.session}


def _name(room: Room, texts: Texts) -> str:
    return room.name.read(texts.language)


def _behind(
    event: Event,
    room: Room,
    at: Instant,
    texts: Texts,
    *,
    kind: Literal["desk", "present"],
    title: str,
) -> RoomView:
    name = _name(room, texts)
    return RoomView(
        guid=room.guid,
        title=title,
        event=event.title.read(texts.language),
        kind=kind,
        desk_href="",
        programme=_programme(event, room, at, texts),
        trail=(
            *_trail(event, texts),
            Link(links.room(event, room), name),
        ),
    )


def _programme(event: Event, room: Room, at: Instant, texts: Texts) -> Programme:
    cards = Cards(event, at, texts)
    coming = now_and_next(event, at, room.guid).next
    lines = (
        Line(
            title=cards.title(slot),
            start=moment(slot.starts_at, event, texts),
            end=moment(slot.ends_at, event, texts),
            state="running" if slot.starts_at <= at else "next" if slot in coming else "",
        )
        for slot in still_on(event, at, room.guid)
    )
    return Programme(at, renewed_at(event, at), tuple(lines), following(event))


def _trail(event: Event, texts: Texts) -> tuple[Link, ...]:
    return (
        Link("/events", texts("frame.events")),
        Link(links.event(event), event.title.read(texts.language)),
        Link(links.agenda(event), texts("agenda.title")),
    )
