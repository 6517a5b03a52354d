"""All rooms of an event at a glance: what is on, how late, how many people, open questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from access.audiences import Instant
from access.permissions import Permission
from agenda.core.model import Event, Guid, Room, Slot
from agenda.core.timetable import MINUTE, instant, now_and_next
from rooms.here import Glance
from server.http.pages import links as public
from server.http.pages import when
from server.http.pages.cards import Cards
from server.http.pages.organise.base import Office
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit


class Rooms(Protocol):
    """The live rooms; see ``rooms.hub.Hub``."""

    async def glance(self, room: Guid) -> Glance: ...


@dataclass(frozen=True)
class RoomLine:
    name: str
    href: str
    desk_href: str
    now: str
    late: str
    next: str
    people: str
    pending: str
    open: str
    on_air: str


@dataclass(frozen=True)
class LiveView:
    title: str
    slug: str
    at: str
    rooms: tuple[RoomLine, ...]
    rolling: bool


class LivePage:
    def __init__(self, office: Office, rooms: Rooms) -> None:
        self._office = office
        self._rooms = rooms

    async def show(self, request: Request, visit: Visit) -> Response:
        desk, texts = await self._office.desk(visit), self._office.texts(visit)
        # As it stands now: a rehearsal is moved to the present.
        event = await self._office.answers.site.agenda.event_by_guid(desk.draft.guid)
        if event is None:
            return self._office.gone(request, visit)
        lines = [
            _line(event, room, await self._rooms.glance(room.guid), visit.at, texts)
            for room in sorted(event.rooms, key=lambda room: room.position)
        ]
        view = LiveView(
            title=event.title.read(texts.language),
            slug=event.slug,
            at=when.stamp(visit.at, event.time_zone, texts),
            rooms=tuple(lines),
            rolling=event.rolling,
        )
        return self._office.show(request, visit, "live", view)

    def surfaces(self) -> tuple[Surface, ...]:
        return (
            Surface(
                "/organise/{event}/live",
                ("GET",),
                Permission.AGENDA_EDIT,
                self.show,
                "live-overview",
                self._office.resource,
            ),
        )


def _line(event: Event, room: Room, glance: Glance, at: Instant, texts: Texts) -> RoomLine:
    cards = Cards(event, at, texts)
    found = now_and_next(event, at, room.guid)

    def said(slots: tuple[Slot, ...]) -> str:
        return " · ".join(
            texts(
                "live.item",
                title=cards.title(slot),
                start=when.clock(slot.start.clock),
                end=when.clock(slot.end.clock),
            )
            for slot in slots
        )

    delay = max((late(slot, event) for slot in found.now or found.next), default=0)
    return RoomLine(
        name=room.name.read(texts.language),
        href=public.room(event, room),
        desk_href=public.desk(event, room),
        now=said(found.now),
        late=texts("live.late", minutes=delay) if delay > 0 else "",
        next=said(found.next),
        people=texts.count("live.people", glance.people),
        pending=texts.count("live.pending", glance.pending),
        open=texts.count("live.open", glance.open),
        on_air=glance.on_air,
    )


def late(slot: Slot, event: Event) -> int:
    """Minutes a slot begins after the time it was announced for before."""
    if slot.moved_from is None or slot.moved_from.clock.date() != slot.start.clock.date():
        return 0
    return (slot.starts_at - instant(slot.moved_from, event.time_zone)) // MINUTE
