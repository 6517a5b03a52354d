"""Editing the things of a draft, one form for each. What was typed is never lost.

409: somebody else was faster.  The form comes back with what both changed, and with the new
version: saving again is then a decision.  Beside what both changed stands what is stored now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.draft import Body, Conflict, Kind, Planned, Row
from agenda.core.examples import PracticeExample
from agenda.core.merge import Merged, Rows
from agenda.core.model import Event, Guid, Slot
from agenda.editing import Desk, GoneError, ReleasedError
from server.http.pages.organise import event_form, links, room_form, session_form
from server.http.pages.organise.base import LONGEST, Office
from server.http.pages.organise.form import (
    ROWS,
    FormView,
    Group,
    Option,
    Sheet,
    Values,
    both_changed,
    notice,
    one_more,
    too_many,
)
from server.http.pages.organise.origin import merged, shown_marks, shown_version, version
from server.http.pages.organise.removal import Removal, removable
from server.http.pages.site import see_other
from server.http.pages.texts import Texts
from server.http.pages.words import Link
from server.http.surfaces import Handler, Surface, Visit
from server.ids import guid

Read = tuple[Any, dict[str, str]]


@dataclass(frozen=True)
class Part:
    """How one kind of thing is edited."""

    kind: Kind
    blank: Callable[[Guid, Event], Any]
    fill: Callable[[Any, str], dict[str, str]]
    groups: Callable[[Sheet, Event], tuple[Group, ...]]
    read: Callable[[Values, Any, Event], Read]


def _sessions(examples: Sequence[Option] = ()) -> Part:
    """``examples``: practice examples that a session can be given."""

    def read(values: Values, before: Planned, event: Event) -> Read:
        return session_form.read(values, before, event, examples, guid)

    return Part(
        Kind.SESSION,
        lambda guid, _: session_form.blank(guid),
        session_form.fill,
        lambda sheet, event: session_form.groups(sheet, event, examples),
        read,
    )


PARTS: Mapping[str, Part] = {
    "rooms": Part(
        Kind.ROOM,
        room_form.blank_room,
        room_form.fill_room,
        lambda sheet, _: room_form.room_groups(sheet),
        room_form.read_room,
    ),
    "tracks": Part(
        Kind.TRACK,
        room_form.blank_track,
        room_form.fill_track,
        lambda sheet, _: room_form.track_groups(sheet),
        room_form.read_track,
    ),
    "sessions": _sessions(),
    "breaks": Part(
        Kind.PAUSE,
        session_form.blank_pause,
        session_form.fill_pause,
        session_form.pause_groups,
        session_form.read_pause,
    ),
}


class Work(NamedTuple):
    """What a request is about."""

    desk: Desk
    part: Part


class EditPages:
    """Forms of the event and of everything in it."""

    def __init__(self, office: Office, removal: Removal) -> None:
        self._office = office
        self._removal = removal

    # The event itself

    async def event(self, request: Request, visit: Visit) -> Response:
        desk = await self._office.desk(visit)
        row = desk.row(Kind.EVENT, desk.draft.guid)
        return await self._event_page(request, visit, desk, event_form.fill(desk.draft), row)

    async def save_event(self, request: Request, visit: Visit) -> Response:
        values = await self._office.typed(request)
        desk = await self._office.desk(visit)
        row = desk.row(Kind.EVENT, desk.draft.guid)
        series = await self._office.releases.series()
        assert isinstance(row.body, Event)
        stale = None
        if row.version != version(values):
            stale = merged(values, event_form.fill(row.body))
        after, errors = event_form.read(
            stale.values if stale else values, row.body, series, released=desk.released is not None
        )
        if stale and (errors or after != row.body):
            return await self._event_page(request, visit, desk, values, row, stale=stale)
        if errors:
            return await self._event_page(request, visit, desk, values, row, errors=errors)
        done = await self._office.editing.change(
            desk.draft.guid, row.kind, row.guid, version(values), after
        )
        if isinstance(done, Conflict):
            assert isinstance(done.current.body, Event)
            stale = merged(values, event_form.fill(done.current.body))
            return await self._event_page(request, visit, desk, values, done.current, stale=stale)
        return see_other(f"{links.event(after.slug)}?saved=1")

    async def _event_page(
        self,
        request: Request,
        visit: Visit,
        desk: Desk,
        values: Values,
        row: Row,
        *,
        errors: Mapping[str, str] | None = None,
        stale: Merged | None = None,
    ) -> Response:
        texts = self._office.texts(visit)
        sheet = _sheet(texts, values, errors, stale)
        series = await self._office.releases.series()
        groups = event_form.groups(sheet, series, released=desk.released is not None)
        both = both_changed(groups)
        assert isinstance(row.body, Event)
        view = FormView(
            title=texts("form.title.event"),
            over=desk.draft.title.read(texts.language),
            action=links.act(desk.draft.guid, "edit"),
            version=shown_version(values, row, bool(errors)),
            was=shown_marks(values, bool(errors), groups, event_form.fill(row.body)),
            groups=groups,
            submit=texts("form.save"),
            notice=_notice(texts, errors, stale, both),
            both=both,
            back=links.event(desk.draft.slug),
        )
        return self._office.show(request, visit, "form", view, _status(errors, stale))

    # What lies in it

    async def _work(self, request: Request, visit: Visit) -> Work:
        part = PARTS.get(request.path_params["part"])
        if part is None:
            raise GoneError
        if part.kind is Kind.SESSION:
            part = _sessions(await self._examples(visit))
        return Work(await self._office.desk(visit), part)

    async def _examples(self, visit: Visit) -> tuple[Option, ...]:
        """Released ones that the editor may read, each with its project."""
        projects = await self._office.identity.registers.projects()
        named = {project.id: project.name for project in projects}

        def called(example: PracticeExample) -> str:
            project = named.get(example.project, example.project)
            return f"{example.title.read(visit.language)} ({project})"

        found = await self._office.answers.site.examples.read_by(visit.actor)
        return tuple(Option(example.guid, called(example)) for example in found)

    async def show(self, request: Request, visit: Visit) -> Response:
        work = await self._work(request, visit)
        desk, part = work
        row = desk.row(part.kind, request.path_params["guid"])
        values = part.fill(row.body, desk.draft.time_zone)
        return self._page(request, visit, work, values, row)

    async def save(self, request: Request, visit: Visit) -> Response:
        values = await self._office.typed(request)
        work = await self._work(request, visit)
        desk, part = work
        row = desk.row(part.kind, request.path_params["guid"])
        if (rows := _asked_for(part, values)) is not None:
            more, first = one_more(values, rows)
            return self._page(request, visit, work, more, row, focus=first)
        stale = self._stale(work, values, row) if row.version != version(values) else None
        body, errors = part.read(stale.values if stale else values, row.body, desk.draft)
        if stale and (errors or body != row.body):
            # Said before numbers are given to new times: nothing is stored.
            return self._page(request, visit, work, values, row, stale=stale)
        if errors:
            return self._page(request, visit, work, values, row, errors=errors)
        numbered = await self._numbered(desk, body)
        try:
            done = await self._office.editing.change(
                desk.draft.guid, row.kind, row.guid, version(values), numbered
            )
        except ReleasedError:
            return self._page(request, visit, work, values, row, errors={"": "released"})
        if isinstance(done, Conflict):
            stale = self._stale(work, values, done.current)
            return self._page(request, visit, work, values, done.current, stale=stale)
        return see_other(f"{links.event(desk.draft.slug)}?saved={row.guid}#{row.guid}")

    def _stale(self, work: Work, values: Values, current: Row) -> Merged:
        return merged(values, work.part.fill(current.body, work.desk.draft.time_zone))

    async def blank(self, request: Request, visit: Visit) -> Response:
        work = await self._work(request, visit)
        desk, part = work
        body = part.blank(guid(), desk.draft)
        values = part.fill(body, desk.draft.time_zone)
        return self._page(request, visit, work, values, None)

    async def add(self, request: Request, visit: Visit) -> Response:
        values = await self._office.typed(request)
        work = await self._work(request, visit)
        desk, part = work
        if (rows := _asked_for(part, values)) is not None:
            more, first = one_more(values, rows)
            return self._page(request, visit, work, more, None, focus=first)
        new = guid()
        body, errors = part.read(values, part.blank(new, desk.draft), desk.draft)
        if errors:
            return self._page(request, visit, work, values, None, errors=errors)
        numbered = await self._numbered(desk, body)
        await self._office.editing.add(desk.draft.guid, part.kind, new, numbered)
        return see_other(f"{links.event(desk.draft.slug)}?saved={new}#{new}")

    async def remove(self, request: Request, visit: Visit) -> Response:
        values = await self._office.typed(request)
        work = await self._work(request, visit)
        desk, part = work
        row = desk.row(part.kind, request.path_params["guid"])
        shown = part.fill(row.body, desk.draft.time_zone)
        along = await self._removal.along(desk, row)
        if removable(desk, row) and row.version == version(values) and along.untold(values):
            return self._removal.ask(request, visit, desk, row, along)
        try:
            gone = await self._office.editing.remove(
                desk.draft.guid, row.kind, row.guid, version(values)
            )
        except ReleasedError:
            return self._page(request, visit, work, shown, row, errors={"": "released"})
        if not gone:
            return self._page(
                request, visit, work, shown, row, stale=Merged(shown), said="form.not_removed"
            )
        await self._removal.dismiss(along, visit)
        return see_other(f"{links.event(desk.draft.slug)}?removed=1")

    async def _numbered(self, desk: Desk, body: Body) -> Body:
        """With a number for each new time."""
        if isinstance(body, Slot):
            return await self._numbered_slot(desk, body)
        if not isinstance(body, Planned):
            return body
        slots = [await self._numbered_slot(desk, slot) for slot in body.slots]
        return msgspec.structs.replace(body, slots=tuple(slots))

    async def _numbered_slot(self, desk: Desk, slot: Slot) -> Slot:
        if slot.export_id:
            return slot
        number = await self._office.editing.number(desk.draft.guid)
        return msgspec.structs.replace(slot, export_id=number)

    def _page(
        self,
        request: Request,
        visit: Visit,
        work: Work,
        values: Values,
        row: Row | None,
        *,
        errors: Mapping[str, str] | None = None,
        stale: Merged | None = None,
        said: str = "",
        focus: str = "",
    ) -> Response:
        """``row`` None: a new thing. ``said``: what is said instead of that a save was late.

        ``focus``: first field of a row that was asked for.
        """
        desk, texts = work.desk, self._office.texts(visit)
        slug = desk.draft.slug
        name = request.path_params["part"]
        new = "new_" if row is None else ""
        # A form finds its event also when that has got another address meanwhile.
        event = desk.draft.guid
        action = links.new(event, name) if row is None else links.row(event, name, row.guid)
        sheet = _sheet(texts, values, errors, stale)
        sheet.focus = focus
        groups = work.part.groups(sheet, desk.draft)
        both = both_changed(groups)
        stored = work.part.fill(row.body, desk.draft.time_zone) if row else {}
        same = bool(errors or focus)
        view = FormView(
            title=texts(f"form.title.{new}{name}"),
            over=desk.draft.title.read(texts.language),
            action=action,
            version=shown_version(values, row, same) if row else 0,
            was=shown_marks(values, same, groups, stored) if row else "",
            groups=groups,
            submit=texts("form.save"),
            notice=texts(said) if said else _notice(texts, errors, stale, both),
            both=both,
            back=links.event(slug),
            remove=f"{action}/remove" if row and removable(desk, row) else "",
        )
        return self._office.show(request, visit, "form", view, _status(errors, stale))

    def surfaces(self) -> tuple[Surface, ...]:
        may, event = Permission.AGENDA_EDIT, self._office.resource
        one, new = "/organise/{event}/{part}/{guid}", "/organise/{event}/{part}/new"
        get, found = ("GET",), self._office.or_gone

        def form(path: str, handler: Handler, name: str) -> Surface:
            act = found(handler)
            return Surface(path, ("POST",), may, act, name, event, longest_body=LONGEST)

        return (
            Surface("/organise/{event}/edit", get, may, found(self.event), "edit-event", event),
            form("/organise/{event}/edit", self.save_event, "save-event"),
            Surface(new, get, may, found(self.blank), "new-part", event),
            form(new, self.add, "add-part"),
            Surface(one, get, may, found(self.show), "edit-part", event),
            form(one, self.save, "save-part"),
            form(f"{one}/remove", self.remove, "remove-part"),
        )


def _asked_for(part: Part, values: Values) -> Rows | None:
    """The rows of which another was asked for, instead of saving."""
    return session_form.MORE.get(values.get("more", "")) if part.kind is Kind.SESSION else None


def _sheet(
    texts: Texts, values: Values, errors: Mapping[str, str] | None, stale: Merged | None
) -> Sheet:
    if stale is None:
        return Sheet(texts, values, errors or {})
    return Sheet(texts, stale.values, theirs={**stale.values, **stale.theirs})


def _notice(
    texts: Texts, errors: Mapping[str, str] | None, stale: Merged | None, both: Sequence[Link]
) -> str:
    """``both``: ways to what both changed, where somebody else was faster."""
    if stale is None:
        return notice(texts, errors or {})
    late = texts("conflict.both" if both else "conflict.merged")
    if any(too_many(stale.values, rows) for rows in ROWS):
        return f"{texts('form.too_many_rows')} {late}"
    return late


def _status(errors: Mapping[str, str] | None, stale: Merged | None) -> int:
    if stale is not None:
        return 409
    return 422 if errors else 200
