"""Taking something out of a draft: what would go along with it is told before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from agenda.core.draft import Kind, Planned, Row, guids
from agenda.core.materials import OwnerKind
from agenda.core.merge import mark
from agenda.core.model import Room
from agenda.editing import Desk
from agenda.materials import Shelf
from server.http.pages.organise import links
from server.http.pages.organise.base import Office
from server.http.pages.organise.form import Values
from server.http.pages.site import account
from server.http.pages.texts import Texts
from server.http.surfaces import Visit
from server.identity.staff import Held, Staff


@dataclass(frozen=True)
class Along:
    """What would go with a thing of the draft."""

    shelves: Sequence[Shelf] = ()
    offices: Sequence[Held] = ()

    @property
    def seen(self) -> str:
        """Another one as soon as something else would go along; empty for nothing."""
        guids = [each.material.guid for each in self.shelves]
        return mark(" ".join(sorted([*guids, *(held.guid for held in self.offices)])))

    def untold(self, values: Values) -> bool:
        """Whether something would go along that nobody was asked about."""
        return self.seen not in ("", values.get("along"))


@dataclass(frozen=True)
class RemovalView:
    slug: str
    title: str
    """Of the event."""
    what: str
    along: tuple[str, ...]
    act: str
    """Address to delete it at."""
    back: str
    version: int
    seen: str


class Removal:
    def __init__(self, office: Office, staff: Staff) -> None:
        self._office = office
        self._staff = staff

    async def along(self, desk: Desk, row: Row) -> Along:
        shelves: Sequence[Shelf] = ()
        if row.kind is Kind.SESSION:
            materials = self._office.answers.site.materials
            shelves = await materials.of_owner(OwnerKind.SESSION, row.guid)
        held = await self._staff.of(desk.draft.guid)
        return Along(shelves, [each for each in held if each.scope == row.guid])

    def ask(self, request: Request, visit: Visit, desk: Desk, row: Row, along: Along) -> Response:
        texts = self._office.texts(visit)
        back = links.row(desk.draft.guid, request.path_params["part"], row.guid)
        view = RemovalView(
            slug=desk.draft.slug,
            title=desk.draft.title.read(texts.language),
            what=texts("remove.what", title=_title(row, texts)),
            along=tuple(_lines(along, texts)),
            act=f"{back}/remove",
            back=back,
            version=row.version,
            seen=along.seen,
        )
        return self._office.show(request, visit, "remove", view)

    async def dismiss(self, along: Along, visit: Visit) -> None:
        """After the thing itself: whoever was interrupted still finds its offices at the event."""
        for held in along.offices:
            await self._office.identity.records.dismiss(held.account, held.guid, by=account(visit))


def removable(desk: Desk, row: Row) -> bool:
    """What was published is cancelled instead; a break may go."""
    published = guids(desk.released) if desk.released and row.kind is not Kind.PAUSE else set()
    return row.kind is not Kind.EVENT and row.guid not in published


def _title(row: Row, texts: Texts) -> str:
    match row.body:
        case Planned(session=session):
            return session.title.read(texts.language)
        case Room(name=name):
            return name.read(texts.language)
    raise TypeError(f"nothing goes along with a {row.kind}")


def _lines(along: Along, texts: Texts) -> list[str]:
    shown = [each.material.title.read(texts.language) for each in along.shelves]
    names = [held.name or held.address for held in along.offices]
    return [
        *(texts("remove.material", title=title or texts("form.empty")) for title in shown),
        *(texts("remove.office", name=name) for name in names),
    ]
