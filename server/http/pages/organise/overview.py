"""The list of events to organise, and everything about one of them at a glance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from access.audiences import audience_at
from access.permissions import Permission
from agenda.core.changes import Change, Subject
from agenda.core.clone import New
from agenda.core.draft import Kind
from agenda.core.model import Event, Room, RoomKind, Session, SessionStatus, Slot, Text
from agenda.core.release import cancelled
from agenda.core.slugs import ACRONYM
from agenda.core.timetable import days
from agenda.editing import Desk
from server.http.pages import links as public
from server.http.pages import when
from server.http.pages.cards import dates
from server.http.pages.changes import sentences
from server.http.pages.organise import event_form, findings, links
from server.http.pages.organise.base import LONGEST, Office
from server.http.pages.organise.findings import FindingLine
from server.http.pages.organise.form import FormView, Group, Sheet, Typed, Values, notice, stacked
from server.http.pages.site import see_other
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit
from server.ids import guid


@dataclass(frozen=True)
class EventLine:
    title: str
    href: str
    dates: str
    state: str
    clone_href: str


@dataclass(frozen=True)
class ListView:
    events: tuple[EventLine, ...]
    may_create: bool
    may_operate: bool
    said: str


@dataclass(frozen=True)
class Item:
    """A session or a break at one of its times."""

    anchor: str
    title: str
    href: str
    time: str
    room: str
    people: str
    off: bool
    changed: bool
    release_href: str
    """To release this one alone; empty where it cannot be."""
    version: int
    """Of the row that is looked at; it goes with the act."""


@dataclass(frozen=True)
class DayBlock:
    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Thing:
    anchor: str
    title: str
    href: str
    detail: str


@dataclass(frozen=True)
class OverviewView:
    title: str
    slug: str
    dates: str
    audience: str
    state: str
    public_href: str
    """Empty before the first release."""
    findings: tuple[FindingLine, ...]
    changes: tuple[str, ...]
    days: tuple[DayBlock, ...]
    unplaced: tuple[Thing, ...]
    rooms: tuple[Thing, ...]
    tracks: tuple[Thing, ...]
    may_clone: bool
    rolling: bool
    saved: str
    undo: bool
    """Whether a delay can be taken back."""
    release: int
    """Number of the release the page shows; 0: there is none."""


class OverviewPages:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def events(self, request: Request, visit: Visit) -> Response:
        texts = self._office.texts(visit)
        lines = [await self._line(event, texts) for event in await self._office.visible(visit)]
        said = texts("discard.done") if "discarded" in request.query_params else ""
        operate = self._office.may(visit, Permission.OPERATIONS_SEE)
        view = ListView(tuple(lines), self._office.may_create(visit), operate, said)
        return self._office.show(request, visit, "list", view)

    async def _line(self, event: Event, texts: Texts) -> EventLine:
        released = await self._office.releases.event_by_guid(event.guid)
        return EventLine(
            title=event.title.read(texts.language),
            href=links.event(event.slug),
            dates=dates(event, texts),
            state=_state(released, texts),
            clone_href=links.act(event.slug, "clone"),
        )

    async def event(self, request: Request, visit: Visit) -> Response:
        desk = await self._office.desk(visit)
        back = await self._office.editing.latest_delay(desk.draft.guid)
        texts = self._office.texts(visit)
        query = request.query_params
        said = next(
            (code for code in ("saved", "removed", "released", "undone") if code in query), ""
        )
        view = overview(
            desk,
            visit,
            texts,
            may_clone=self._office.may_create(visit),
            saved=texts(f"organise.{said}") if said else "",
            undo=bool(back),
        )
        return self._office.show(request, visit, "overview", view)

    # New events

    async def blank(self, request: Request, visit: Visit) -> Response:
        today = when.local(visit.at, event_form.ZONE).date()
        values = event_form.fill(event_form.blank("", today))
        return await self._new_page(request, visit, values, {})

    async def create(self, request: Request, visit: Visit) -> Response:
        values = await self._office.typed(request)
        today = when.local(visit.at, event_form.ZONE).date()
        series = await self._office.releases.series()
        before = event_form.blank(guid(), today)
        after, errors = event_form.read(values, before, series, released=False)
        if "slug" not in errors and await self._office.editing.find(after.slug):
            errors["slug"] = "slug_taken"
        if errors:
            return await self._new_page(request, visit, values, errors)
        texts = self._office.texts(visit)
        plenary = Room(guid(), "plenum", Text(texts("room_kind.plenary"), ""), 1, RoomKind.PLENARY)
        await self._office.editing.create(replace(after, rooms=(plenary,)))
        return see_other(links.event(after.slug))

    async def _new_page(
        self, request: Request, visit: Visit, values: Values, errors: dict[str, str]
    ) -> Response:
        texts = self._office.texts(visit)
        series = await self._office.releases.series()
        view = FormView(
            title=texts("form.title.new_event"),
            over=texts("organise.title"),
            action=f"{links.DESK}/new",
            version=0,
            groups=event_form.groups(Sheet(texts, values, errors), series, released=False),
            submit=texts("organise.create"),
            notice=notice(texts, errors),
            back=links.DESK,
        )
        return self._office.show(request, visit, "form", view, 422 if errors else 200)

    # Clones

    async def pattern(self, request: Request, visit: Visit) -> Response:
        event = await self._office.editing.find(request.path_params["event"])
        if event is None:
            return self._office.gone(request, visit)
        values = {
            "title_de": event.title.de,
            "title_en": event.title.en,
            "number": str(event.number + 1),
        }
        return self._clone_page(request, visit, event, values, {})

    async def clone(self, request: Request, visit: Visit) -> Response:
        event = await self._office.editing.find(request.path_params["event"])
        if event is None:
            return self._office.gone(request, visit)
        values = await self._office.typed(request)
        new, errors = _read_clone(values)
        if "slug" not in errors and await self._office.editing.find(new.slug):
            errors["slug"] = "slug_taken"
        if errors:
            return self._clone_page(request, visit, event, values, errors)
        made = await self._office.editing.clone(event.guid, new)
        return see_other(links.event(made.slug))

    def _clone_page(
        self, request: Request, visit: Visit, event: Event, values: Values, errors: dict[str, str]
    ) -> Response:
        texts = self._office.texts(visit)
        sheet = Sheet(texts, values, errors)
        fields = (
            *sheet.both("title", required=True),
            sheet.make("first_day", "date", required=True),
            sheet.make("number", required=True),
            sheet.make("slug", required=True, hint="slug_hint"),
        )
        view = FormView(
            title=texts("form.title.clone"),
            over=event.title.read(texts.language),
            action=links.act(event.slug, "clone"),
            version=0,
            groups=(Group(texts("form.clone"), stacked(fields), texts("form.clone_hint")),),
            submit=texts("organise.clone"),
            notice=texts.count("form.errors", len(errors)) if errors else "",
            back=links.event(event.slug),
        )
        return self._office.show(request, visit, "form", view, 422 if errors else 200)

    def surfaces(self) -> tuple[Surface, ...]:
        edit, create = Permission.AGENDA_EDIT, Permission.AGENDA_CREATE
        event, get, post = self._office.resource, ("GET",), ("POST",)
        return (
            Surface("/organise", get, edit, self.events, "organise"),
            Surface("/organise/new", get, create, self.blank, "new-event"),
            Surface(
                "/organise/new", post, create, self.create, "create-event", longest_body=LONGEST
            ),
            Surface("/organise/{event}", get, edit, self.event, "organise-event", event),
            Surface("/organise/{event}/clone", get, create, self.pattern, "clone-form"),
            Surface("/organise/{event}/clone", post, create, self.clone, "clone-event"),
        )


def _read_clone(values: Values) -> tuple[New, dict[str, str]]:
    typed = Typed(values)
    slug = typed.line("slug", required=True)
    if not ACRONYM.fullmatch(slug):
        typed.errors["slug"] = "slug"
    new = New(
        slug=slug,
        title=typed.both("title", required=True),
        first_day=typed.date("first_day") or dt.date.min,
        number=typed.number("number", 1),
    )
    return new, typed.errors


def _state(released: Event | None, texts: Texts) -> str:
    if released is None:
        return texts("organise.never_released")
    return texts("organise.released_as", number=released.release)


def overview(
    desk: Desk, visit: Visit, texts: Texts, *, may_clone: bool, saved: str, undo: bool
) -> OverviewView:
    event = desk.draft
    present, _ = audience_at(event.audience, visit.at)
    return OverviewView(
        title=event.title.read(texts.language),
        slug=event.slug,
        dates=dates(event, texts),
        audience=texts.of("audience", present.group),
        state=_state(desk.released, texts),
        public_href=public.event(desk.released) if desk.released else "",
        findings=findings.lines(desk.findings, event, texts, desk.beside),
        changes=sentences(desk.released, event, texts, desk.changes) if desk.released else (),
        days=_days(desk, texts),
        unplaced=_unplaced(event, texts),
        rooms=tuple(
            Thing(
                room.guid,
                room.name.read(texts.language),
                links.row(event.slug, "rooms", room.guid),
                texts.of("room_kind", room.kind),
            )
            for room in event.rooms
        ),
        tracks=tuple(
            Thing(
                track.guid,
                track.name.read(texts.language),
                links.row(event.slug, "tracks", track.guid),
                "",
            )
            for track in event.tracks
        ),
        may_clone=may_clone,
        rolling=event.rolling,
        saved=saved,
        undo=undo,
        release=desk.released.release if desk.released else 0,
    )


def _days(desk: Desk, texts: Texts) -> tuple[DayBlock, ...]:
    """Every day of the event; times outside of them are findings, and stand at the end."""
    rows = Items(desk, texts)
    blocks = []
    shown: set[str] = set()
    for day in days(desk.draft):
        shown |= {slot.guid for slot in day.slots}
        items = tuple(rows.item(slot) for slot in day.slots)
        blocks.append(DayBlock(day.date.isoformat(), when.day(day.date, texts), items))
    outside = tuple(rows.item(slot) for slot in desk.draft.slots if slot.guid not in shown)
    if outside:
        blocks.append(DayBlock("outside", texts("organise.outside"), outside))
    return tuple(blocks)


class Items:
    """Lines of the programme, marked where they differ from what is published."""

    def __init__(self, desk: Desk, texts: Texts) -> None:
        self._desk = desk
        self._texts = texts
        self._sessions = {session.guid: session for session in desk.draft.sessions}
        self._rooms = {room.guid: room for room in desk.draft.rooms}
        self._changed = {_subject(change) for change in desk.changes}
        self._versions = {(row.kind, row.guid): row.version for row in desk.rows}

    def item(self, slot: Slot) -> Item:
        event, texts = self._desk.draft, self._texts
        session = self._sessions.get(slot.session or "")
        kind, subject = (Kind.SESSION, session.guid) if session else (Kind.PAUSE, slot.guid)
        part = "sessions" if session else "breaks"
        changed = (kind, subject) in self._changed
        href = links.row(event.slug, part, subject)
        room = self._rooms.get(slot.room or "")
        start, end = (when.clock(at.clock) for at in (slot.start, slot.end))
        return Item(
            anchor=subject if not session or _first(event, slot) else slot.guid,
            title=(session.title if session else slot.pause or Text()).read(texts.language),
            href=href,
            time=texts("organise.time", start=start, end=end),
            room=room.name.read(texts.language) if room else texts("session.all_rooms"),
            people=_people(session, texts),
            off=cancelled(session, slot),
            changed=changed,
            release_href=f"{href}/release" if changed and self._desk.released else "",
            version=self._versions[kind, subject],
        )


def _subject(change: Change) -> tuple[Kind, str]:
    kinds = {Subject.SESSION: Kind.SESSION, Subject.PAUSE: Kind.PAUSE}
    return kinds.get(change.subject, Kind.EVENT), change.guid


def _first(event: Event, slot: Slot) -> bool:
    return next(s.guid for s in event.slots if s.session == slot.session) == slot.guid


def _people(session: Session | None, texts: Texts) -> str:
    people = session.people if session else ()
    named = (
        role.name.read(texts.language)
        or texts("organise.open_role", kind=texts.of("role", role.kind))
        for role in people
    )
    return ", ".join(named)


def _unplaced(event: Event, texts: Texts) -> tuple[Thing, ...]:
    placed = {slot.session for slot in event.slots}
    return tuple(
        Thing(
            session.guid,
            session.title.read(texts.language),
            links.row(event.slug, "sessions", session.guid),
            texts("session.cancelled") if session.status is SessionStatus.CANCELLED else "",
        )
        for session in event.sessions
        if session.guid not in placed
    )
