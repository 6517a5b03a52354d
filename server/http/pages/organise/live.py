"""All rooms of an event at a glance, and announcements to them.

What is on, how late, how many people, open questions: put anew every few seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from access.audiences import Instant
from access.permissions import Permission
from access.resources import EventResource
from agenda.core.model import Event, Guid, Room, Slot
from agenda.core.shift import Spans
from agenda.core.timetable import MINUTE, instant, now_and_next
from agenda.editing import GoneError
from agenda.lateness import Lateness
from rooms.core.announcements import ClearAnnouncement
from rooms.core.names import Refusal
from rooms.here import Glance
from server.http.pages import links as public
from server.http.pages import when
from server.http.pages.cards import Cards
from server.http.pages.organise import announce, links
from server.http.pages.organise.announce import Announcing
from server.http.pages.organise.base import LONGEST, Office
from server.http.pages.organise.form import Field, Sheet, Typed, Values
from server.http.pages.site import see_other
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit


class Rooms(Protocol):
    """The live rooms; see ``rooms.hub.Hub``."""

    async def glance(self, room: Guid) -> Glance: ...


@dataclass(frozen=True)
class RoomLine:
    guid: Guid
    name: str
    href: str
    desk_href: str
    now: str
    late: str
    next: str
    counts: tuple[str, ...]
    on_air: str
    announced: str


@dataclass(frozen=True)
class LiveView:
    title: str
    slug: str
    at: str
    rooms: tuple[RoomLine, ...]
    fields: tuple[Field, ...]
    said: str
    """What became of an announcement that was just made or ended."""
    error: str


class LivePage:
    def __init__(self, office: Office, rooms: Rooms, announcing: Announcing) -> None:
        self._office = office
        self._lateness = Lateness(office.releases)
        self._rooms = rooms
        self._announcing = announcing

    async def show(self, request: Request, visit: Visit) -> Response:
        said = next((c for c in ("announced", "ended") if c in request.query_params), "")
        return await self._page(request, visit, announce.defaults(), said=said)

    async def announce(self, request: Request, visit: Visit) -> Response:
        """Put a banner before everybody in a room, or in all."""
        values, event = await self._office.typed(request), await self._event(visit)
        command, rooms, errors = announce.read(values, event, visit.at)
        if errors:
            return await self._page(request, visit, values, errors, status=422)
        refused = await self._announcing.tell(visit.actor, rooms, command)
        wrong = announce.wrong_text(refused)
        if wrong:
            return await self._page(request, visit, values, {"announcement": wrong}, status=422)
        if refused:
            return await self._page(request, visit, values, missed=refused, status=503)
        return see_other(f"{links.act(event.slug, 'live')}?announced=1")

    async def end(self, request: Request, visit: Visit) -> Response:
        values, event = await self._office.typed(request), await self._event(visit)
        rooms = announce.rooms(Typed(values), "room", event)
        refused = await self._announcing.tell(visit.actor, rooms, ClearAnnouncement())
        if refused:
            return await self._page(request, visit, announce.defaults(), missed=refused, status=503)
        return see_other(f"{links.act(event.slug, 'live')}?ended=1")

    async def _event(self, visit: Visit) -> Event:
        """As it stands now: a rehearsal is moved to the present."""
        asked = visit.resource
        agenda = self._office.answers.site.agenda
        event = await agenda.event_by_guid(asked.guid) if isinstance(asked, EventResource) else None
        if event is None:
            raise GoneError
        return event

    async def _page(
        self,
        request: Request,
        visit: Visit,
        values: Values,
        errors: Mapping[str, str] | None = None,
        *,
        said: str = "",
        missed: Mapping[Guid, Refusal] | None = None,
        status: int = 200,
    ) -> Response:
        event, texts = await self._event(visit), self._office.texts(visit)
        view = LiveView(
            title=event.title.read(texts.language),
            slug=event.slug,
            at=when.stamp(visit.at, event.time_zone, texts),
            rooms=await self._lines(event, visit.at, texts),
            fields=announce.fields(event, Sheet(texts, values, errors or {})),
            said=texts(f"announcement.{said}") if said else "",
            error=_error(event, errors or {}, missed or {}, texts),
        )
        return self._office.show(request, visit, "live", view, status)

    async def _lines(self, event: Event, at: Instant, texts: Texts) -> tuple[RoomLine, ...]:
        # A rehearsal is moved by the clock, not by somebody who ran late.
        planned = {} if event.rolling else await self._lateness.planned_times(event, at)
        rooms = sorted(event.rooms, key=lambda room: room.position)
        lines = Lines(event, planned, at, texts)
        return tuple([lines.of(room, await self._rooms.glance(room.guid)) for room in rooms])

    def surfaces(self) -> tuple[Surface, ...]:
        event, found, post = self._office.resource, self._office.or_gone, ("POST",)
        edit, speak = Permission.AGENDA_EDIT, Permission.ANNOUNCE
        way = "/organise/{event}/live"
        return (
            Surface(way, ("GET",), edit, found(self.show), "live-overview", event),
            Surface(
                f"{way}/announce",
                post,
                speak,
                found(self.announce),
                "announce",
                event,
                longest_body=LONGEST,
            ),
            Surface(f"{way}/end", post, speak, found(self.end), "end-announcement", event),
        )


def _error(
    event: Event, errors: Mapping[str, str], missed: Mapping[Guid, Refusal], texts: Texts
) -> str:
    if missed:
        named = [r.name.read(texts.language) for r in event.rooms if r.guid in missed]
        return texts("announcement.missed", rooms=", ".join(named))
    return texts.count("form.errors", len(errors)) if errors else ""


class Lines:
    """Says how rooms of an event are doing."""

    def __init__(self, event: Event, planned: Spans, at: Instant, texts: Texts) -> None:
        self._event = event
        self._planned = planned
        self._at = at
        self._texts = texts
        self._cards = Cards(event, at, texts)

    def of(self, room: Room, glance: Glance) -> RoomLine:
        event, texts = self._event, self._texts
        found = now_and_next(event, self._at, room.guid)
        delay = late(found.now, found.next, self._planned, event.time_zone)
        return RoomLine(
            guid=room.guid,
            name=room.name.read(texts.language),
            href=public.room(event, room),
            desk_href=public.desk(event, room),
            now=self._said(found.now),
            late=texts("live.late", minutes=delay) if delay > 0 else "",
            next=self._said(found.next),
            counts=_counts(glance, texts),
            on_air=glance.on_air,
            announced=glance.announced,
        )

    def _said(self, slots: tuple[Slot, ...]) -> str:
        return " · ".join(
            self._texts(
                "live.item",
                title=self._cards.title(slot),
                start=when.clock(slot.start.clock),
                end=when.clock(slot.end.clock),
            )
            for slot in slots
        )


def _counts(glance: Glance, texts: Texts) -> tuple[str, ...]:
    """People, and what waits for somebody; what is empty is said once."""
    waiting = [
        texts.count(f"live.{name}", number)
        for name, number in (("pending", glance.pending), ("open", glance.open))
        if number
    ]
    return (texts.count("live.people", glance.people), *(waiting or [texts("live.no_questions")]))


def late(now: Sequence[Slot], following: Sequence[Slot], planned: Spans, zone: str) -> int:
    """By how many minutes what is on ends, or what comes begins, later than planned."""
    ends = [s.ends_at - instant(planned[s.guid].end, zone) for s in now if s.guid in planned]
    starts = [
        s.starts_at - instant(planned[s.guid].start, zone) for s in following if s.guid in planned
    ]
    return max((*ends, *starts), default=0) // MINUTE
