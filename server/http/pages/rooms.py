"""Shells of the live parts: the place where the browser's program takes over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agenda.core.model import Event, Room
from server.http.pages import links
from server.http.pages.texts import Texts
from server.http.pages.words import Link


@dataclass(frozen=True)
class RoomView:
    guid: str
    title: str
    event: str
    kind: Literal["room", "desk"]
    desk_href: str
    """The way to the moderator's desk; empty for whoever does not moderate here."""
    trail: tuple[Link, ...]


def room(event: Event, room: Room, texts: Texts, *, moderates: bool) -> RoomView:
    name = room.name.read(texts.language)
    return RoomView(
        guid=room.guid,
        title=name,
        event=event.title.read(texts.language),
        kind="room",
        desk_href=links.desk(event, room) if moderates else "",
        trail=_trail(event, texts),
    )


def desk(event: Event, room: Room, texts: Texts) -> RoomView:
    name = room.name.read(texts.language)
    return RoomView(
        guid=room.guid,
        title=texts("room.desk", room=name),
        event=event.title.read(texts.language),
        kind="desk",
        desk_href="",
        trail=(
            *_trail(event, texts),
            Link(links.room(event, room), name),
        ),
    )


def _trail(event: Event, texts: Texts) -> tuple[Link, ...]:
    return (
        Link("/events", texts("frame.events")),
        Link(links.event(event), event.title.read(texts.language)),
        Link(links.agenda(event), texts("agenda.title")),
    )
