"""Running late: choose how much and from where, look at it, and tell everybody in one act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.audiences import Instant
from access.permissions import Permission
from agenda.core.model import Event, Slot
from agenda.core.release import session_of
from agenda.core.shift import Late, Pauses, Shift, Span
from agenda.core.timetable import day_of, in_order
from agenda.editing import GoneError, MovedOnError, NothingToReleaseError
from agenda.publish import NotReleasableError
from server.http.pages import when
from server.http.pages.cards import Cards
from server.http.pages.forms import whole
from server.http.pages.organise import findings, links
from server.http.pages.organise.base import Office
from server.http.pages.organise.findings import FindingLine
from server.http.pages.organise.form import Field, Option, Sheet, Typed, Values, members
from server.http.pages.site import account, see_other
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit

MOST_MINUTES = 240
CHOICES = (5, 10, 15, 20, 30)


@dataclass(frozen=True)
class MoveLine:
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class LateView:
    title: str
    slug: str
    notice: str
    fields: tuple[Field, ...]
    moves: tuple[MoveLine, ...]
    findings: tuple[FindingLine, ...]
    blocked: bool
    asked: tuple[tuple[str, str], ...]
    """What is looked at, to be sent along with the act; empty: nothing yet."""
    undo: bool
    release: int
    """Number of the release that is looked at; it goes with each act."""


class LatePages:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def form(self, request: Request, visit: Visit) -> Response:
        """The form; with an answer in the address, what it would move."""
        return await self._page(request, visit, dict(request.query_params))

    async def run(self, request: Request, visit: Visit) -> Response:
        values = await self._office.typed(request)
        event = await self._released(visit)
        late, errors = read(values, event, visit.at)
        if errors:
            return await self._page(request, visit, values, status=422)
        try:
            await self._office.editing.run_late(
                event.guid, late, by=account(visit), seen=_seen(values)
            )
        except MovedOnError:
            return await self._page(request, visit, values, "late.moved_on", 409)
        except NotReleasableError:
            return await self._page(request, visit, values, "late.blocked", 422)
        except NothingToReleaseError:
            return await self._page(request, visit, values, "late.nothing", 409)
        return see_other(f"{links.act(event.slug, 'late')}?done=1")

    async def undo(self, request: Request, visit: Visit) -> Response:
        seen = _seen(await self._office.typed(request))
        event = await self._released(visit)
        try:
            await self._office.editing.undo_late(event.guid, by=account(visit), seen=seen)
        except MovedOnError:
            return await self._page(request, visit, {}, "late.moved_on", 409)
        except NothingToReleaseError:
            return await self._page(request, visit, {}, "late.no_undo", 409)
        return see_other(f"{links.event(event.slug)}?undone=1")

    async def _released(self, visit: Visit) -> Event:
        desk = await self._office.desk(visit)
        if desk.released is None or desk.released.rolling:
            raise GoneError
        return desk.released

    async def _page(
        self,
        request: Request,
        visit: Visit,
        values: Values,
        notice: str = "",
        status: int = 200,
    ) -> Response:
        event, texts = await self._released(visit), self._office.texts(visit)
        asked = "minutes" in values
        late, errors = read(values, event, visit.at) if asked else (None, {})
        shift = None
        if late is not None and not errors:
            shift = await self._office.editing.late(event.guid, late)
            notice = notice or ("" if shift.moves else "late.nothing")
        if "done" in values:
            notice = "late.done"
        back = await self._office.editing.latest_delay(event.guid)
        sheet = Sheet(texts, {**_defaults(event, visit.at), **values}, errors)
        view = LateView(
            title=event.title.read(texts.language),
            slug=event.slug,
            notice=texts(notice) if notice else "",
            fields=_fields(event, sheet),
            moves=_moves(event, shift, texts) if shift else (),
            findings=findings.lines(shift.findings, event, texts) if shift else (),
            blocked=shift is not None and any(finding.blocks for finding in shift.findings),
            asked=_asked(shift, values),
            undo=bool(back),
            release=event.release,
        )
        return self._office.show(request, visit, "late", view, status)

    def surfaces(self) -> tuple[Surface, ...]:
        may, event, get, post = Permission.AGENDA_EDIT, self._office.resource, ("GET",), ("POST",)
        found = self._office.or_gone
        way = "/organise/{event}/late"
        return (
            Surface(way, get, may, found(self.form), "late-form", event),
            Surface(way, post, may, found(self.run), "run-late", event),
            Surface(f"{way}/undo", post, may, found(self.undo), "undo-late", event),
        )


def read(values: Values, event: Event, at: Instant) -> tuple[Late, dict[str, str]]:
    """From which slot on: what begins with it or later moves. "Now": what is not over yet."""
    typed = Typed(values)
    minutes = _minutes(values.get("minutes", ""))
    if not minutes:
        typed.errors["minutes"] = "minutes"
    room = typed.one_of("late_room", [room.guid for room in event.rooms])
    slots = {slot.guid: slot for slot in event.slots}
    first = typed.one_of("since", slots)
    start = slots.get(first or "")
    day = day_of(start.start, event) if start else _today(event, at)
    since = start.starts_at if start else at
    pauses = typed.choice("pauses", Pauses, Pauses.MOVE)
    return Late(day, since, minutes, room, pauses), typed.errors


def _seen(values: Values) -> int:
    """Which release was looked at; 0: none, so nothing is done."""
    return whole(values.get("release", ""), 9) or 0


def _minutes(text: str) -> int:
    """Earlier with a minus; 0 where it makes no sense."""
    text = text.strip().replace("\u2212", "-")
    minutes = whole(text.removeprefix("-"), 3) or 0
    if minutes > MOST_MINUTES:
        return 0
    return -minutes if text.startswith("-") else minutes


def _today(event: Event, at: Instant) -> dt.date:
    local = when.local(at, event.time_zone)
    early = local.time() < event.day_change
    return local.date() - dt.timedelta(days=1) if early else local.date()


def _defaults(event: Event, at: Instant) -> dict[str, str]:
    """Now, while the event is on; else from its first item on."""
    slots = in_order(event)
    running = bool(slots) and slots[0].starts_at <= at and any(s.ends_at > at for s in slots)
    since = "" if running or not slots else slots[0].guid
    return {"minutes": "15", "since": since, "pauses": Pauses.MOVE.value, "late_room": ""}


def _fields(event: Event, sheet: Sheet) -> tuple[Field, ...]:
    texts = sheet.texts
    rooms = [Option(r.guid, r.name.read(texts.language)) for r in event.rooms]
    since = [Option(slot.guid, _called(event, slot, texts)) for slot in in_order(event)]
    return (
        sheet.make("minutes", hint="minutes_hint", required=True),
        sheet.make("since", "select", options=(Option("", texts("late.now")), *since)),
        sheet.make("late_room", "select", options=(Option("", texts("late.whole_day")), *rooms)),
        sheet.make("pauses", "select", options=members("pauses", Pauses, texts)),
    )


def _asked(shift: Shift | None, values: Values) -> tuple[tuple[str, str], ...]:
    if shift is None or not shift.moves:
        return ()
    named = ("minutes", "since", "late_room", "pauses")
    return tuple((name, values.get(name, "")) for name in named)


def _moves(event: Event, shift: Shift, texts: Texts) -> tuple[MoveLine, ...]:
    slots = {slot.guid: slot for slot in event.slots}
    cards = Cards(event, 0, texts)

    def span(times: Span) -> str:
        start, end = (when.clock(at.clock) for at in (times.start, times.end))
        return texts("organise.time", start=start, end=end)

    return tuple(
        MoveLine(cards.title(slots[move.slot]), span(move.before), span(move.after))
        for move in shift.moves
    )


def _called(event: Event, slot: Slot, texts: Texts) -> str:
    session = session_of(event, slot)
    name = session.title if session else slot.pause
    time = texts(
        "organise.day_time",
        day=when.day(slot.start.clock.date(), texts),
        start=when.clock(slot.start.clock),
        end=when.clock(slot.end.clock),
    )
    return f"{time}: {name.read(texts.language) if name else ''}"
