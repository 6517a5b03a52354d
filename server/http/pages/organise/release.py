"""Releasing: a look before, the act, one item alone, and old releases to read again."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.changes import Change, ChangeKind
from agenda.core.draft import Row
from agenda.core.model import Event, Guid, Text
from agenda.core.timetable import in_order
from agenda.editing import Desk, MovedOnError, NothingToReleaseError
from agenda.ports import Release
from agenda.publish import NotReleasableError
from server.http.pages import when
from server.http.pages.cards import Cards
from server.http.pages.changes import sentences, told
from server.http.pages.forms import whole
from server.http.pages.organise import findings, links
from server.http.pages.organise.base import Office
from server.http.pages.organise.edit import PARTS
from server.http.pages.organise.findings import FindingLine
from server.http.pages.organise.origin import version
from server.http.pages.site import account, see_other
from server.http.pages.texts import Texts
from server.http.pages.words import Rewritten
from server.http.surfaces import Handler, Surface, Visit


@dataclass(frozen=True)
class ToldChange:
    sentence: str
    texts: tuple[Rewritten, ...]
    """What the sentence does not tell: a text in German, in English, or in both."""


@dataclass(frozen=True)
class ReleaseView:
    title: str
    slug: str
    notice: str
    findings: tuple[FindingLine, ...]
    changes: tuple[ToldChange, ...]
    first: bool
    blocked: bool
    act: str
    """Address to release it at."""
    seen: tuple[str, str]
    """Name and value of what goes with the act: a fingerprint of what the page shows."""
    submit: str


@dataclass(frozen=True)
class HistoryLine:
    number: int
    href: str
    at: str
    by: str
    act: str


@dataclass(frozen=True)
class HistoryView:
    title: str
    slug: str
    releases: tuple[HistoryLine, ...]


@dataclass(frozen=True)
class OldLine:
    time: str
    title: str
    room: str


@dataclass(frozen=True)
class OldView:
    title: str
    slug: str
    number: int
    changes: tuple[str, ...]
    lines: tuple[OldLine, ...]


class ReleasePages:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def preview(self, request: Request, visit: Visit) -> Response:
        desk = await self._office.desk(visit)
        return self._page(request, visit, desk)

    async def release(self, request: Request, visit: Visit) -> Response:
        desk = await self._office.desk(visit)
        seen = (await self._office.typed(request)).get("fingerprint", "")
        try:
            await self._office.editing.release(desk.draft.guid, by=account(visit), seen=seen)
        except MovedOnError:
            fresh = await self._office.desk(visit)
            return self._page(request, visit, fresh, "organise.moved_on", 409)
        except NotReleasableError:
            return self._page(request, visit, desk, "organise.not_releasable", 422)
        except NothingToReleaseError:
            return self._page(request, visit, desk, "organise.nothing_new", 409)
        return see_other(f"{links.event(desk.draft.slug)}?released=1")

    async def one(self, request: Request, visit: Visit) -> Response:
        """Only this item of the programme."""
        desk = await self._office.desk(visit)
        part = PARTS.get(request.path_params["part"])
        if part is None:
            return self._office.gone(request, visit)
        guid = request.path_params["guid"]
        seen = version(await self._office.typed(request))
        try:
            await self._office.editing.release_one(
                desk.draft.guid, part.kind, guid, by=account(visit), seen=seen
            )
        except MovedOnError:
            fresh = await self._office.desk(visit)
            row = fresh.row(part.kind, guid)
            return self._page(request, visit, fresh, "organise.moved_on", 409, one=row)
        except NotReleasableError:
            return self._page(request, visit, desk, "organise.one_not_releasable", 422)
        except NothingToReleaseError:
            return self._page(request, visit, desk, "organise.nothing_new", 409)
        return see_other(f"{links.event(desk.draft.slug)}?released=1#{guid}")

    def _page(
        self,
        request: Request,
        visit: Visit,
        desk: Desk,
        notice: str = "",
        status: int = 200,
        *,
        one: Row | None = None,
    ) -> Response:
        """``one``: what alone is looked at; None: the whole draft."""
        texts = self._office.texts(visit)
        changes = [each for each in desk.changes if one is None or each.guid == one.guid]
        view = ReleaseView(
            title=desk.draft.title.read(texts.language),
            slug=desk.draft.slug,
            notice=texts(notice) if notice else "",
            findings=findings.lines(desk.findings, desk.draft, texts, desk.beside),
            changes=tuple(
                ToldChange(each.sentence, _rewritten(each.change, texts))
                for each in told(desk.released, desk.draft, texts, changes)
            ),
            first=desk.released is None,
            blocked=desk.blocked and one is None,
            act=_act(desk.draft, one),
            seen=("version", str(one.version)) if one else ("fingerprint", desk.fingerprint),
            submit=texts("organise.release_one" if one else "organise.release_now"),
        )
        return self._office.show(request, visit, "release", view, status)

    async def history(self, request: Request, visit: Visit) -> Response:
        desk = await self._office.desk(visit)
        texts = self._office.texts(visit)
        found = await self._office.releases.history(desk.draft.guid)
        view = HistoryView(
            desk.draft.title.read(texts.language),
            desk.draft.slug,
            tuple([await self._line(desk.draft, release, texts) for release in found]),
        )
        return self._office.show(request, visit, "history", view)

    async def _line(self, event: Event, release: Release, texts: Texts) -> HistoryLine:
        return HistoryLine(
            release.number,
            links.act(event.slug, f"releases/{release.number}"),
            when.stamp(release.published_at, event.time_zone, texts),
            await self._name(release.by, texts),
            texts.of("act", release.act),
        )

    async def _name(self, by: Guid, texts: Texts) -> str:
        actor = await self._office.identity.facts.actor_of(by)
        return actor.name if actor else texts("organise.by_system")

    async def old(self, request: Request, visit: Visit) -> Response:
        """A release as it was, and what it changed."""
        desk = await self._office.desk(visit)
        number = whole(request.path_params["number"], 9) or 0
        event = await self._office.releases.release(desk.draft.guid, number)
        if event is None:
            return self._office.gone(request, visit)
        before = await self._office.releases.release(desk.draft.guid, number - 1)
        texts = self._office.texts(visit)
        view = OldView(
            title=event.title.read(texts.language),
            slug=desk.draft.slug,
            number=number,
            changes=sentences(before, event, texts) if before else (),
            lines=tuple(_lines(event, visit, texts)),
        )
        return self._office.show(request, visit, "old_release", view)

    def surfaces(self) -> tuple[Surface, ...]:
        event, found = self._office.resource, self._office.or_gone
        way = "/organise/{event}"

        def surface(path: str, method: str, handler: Handler, name: str) -> Surface:
            may = Permission.AGENDA_EDIT
            return Surface(f"{way}/{path}", (method,), may, found(handler), name, event)

        return (
            surface("release", "GET", self.preview, "release-preview"),
            surface("release", "POST", self.release, "release"),
            surface("releases", "GET", self.history, "releases"),
            surface("releases/{number}", "GET", self.old, "old-release"),
            surface("{part}/{guid}/release", "POST", self.one, "release-one"),
        )


def _act(event: Event, one: Row | None) -> str:
    if one is None:
        return links.act(event.slug, "release")
    part = next(name for name, each in PARTS.items() if each.kind is one.kind)
    return f"{links.row(event.slug, part, one.guid)}/release"


def _rewritten(change: Change, texts: Texts) -> tuple[Rewritten, ...]:
    """Of a text whose sentence says only that it changed; of what moved or was renamed nothing."""
    match change.kind, change.before, change.after:
        case ChangeKind.TITLE, Text() as was, Text() as now if was.read(texts.language) != now.read(
            texts.language
        ):
            return ()
        case ChangeKind.TEXT | ChangeKind.TITLE, Text() as was, Text() as now:
            german = texts(f"change.field.{change.field}")
            pairs = (
                (german, was.de, now.de),
                (texts("change.field_en", field=german), was.en, now.en),
            )
            none = texts("form.empty")
            return tuple(
                Rewritten(label, old or none, new or none)
                for label, old, new in pairs
                if old != new
            )
    return ()


def _lines(event: Event, visit: Visit, texts: Texts) -> list[OldLine]:
    cards = Cards(event, visit.at, texts)
    return [
        OldLine(
            time=texts(
                "organise.day_time",
                day=when.day(slot.start.clock.date(), texts),
                start=when.clock(slot.start.clock),
                end=when.clock(slot.end.clock),
            ),
            title=cards.title(slot),
            room=cards.room_name(slot),
        )
        for slot in in_order(event)
    ]
