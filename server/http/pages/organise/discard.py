"""Throwing away an event that was never released, after asking."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.model import Event
from agenda.editing import GoneError, ReleasedError
from server.http.pages.organise import links
from server.http.pages.organise.base import Office
from server.http.pages.site import account, see_other
from server.http.surfaces import Surface, Visit
from server.identity.staff import Staff


@dataclass(frozen=True)
class DiscardView:
    title: str
    slug: str


class DiscardPages:
    """For whoever makes events: the organiser alone, as for making them."""

    def __init__(self, office: Office, staff: Staff) -> None:
        self._office = office
        self._staff = staff

    async def ask(self, request: Request, visit: Visit) -> Response:
        event = await self._unreleased(request)
        if event is None:
            return self._office.gone(request, visit)
        title = event.title.read(visit.language)
        return self._office.show(request, visit, "discard", DiscardView(title, event.slug))

    async def discard(self, request: Request, visit: Visit) -> Response:
        """With the offices that were given in it: before it, for nobody finds them after it."""
        event = await self._unreleased(request)
        if event is None:
            return self._office.gone(request, visit)
        for held in await self._staff.of(event.guid):
            await self._office.identity.records.dismiss(held.account, held.guid, by=account(visit))
        try:
            await self._office.editing.discard(event.guid)
        except (GoneError, ReleasedError):
            return self._office.gone(request, visit)
        return see_other(f"{links.DESK}?discarded=1")

    async def _unreleased(self, request: Request) -> Event | None:
        event = await self._office.editing.find(request.path_params["event"])
        if event is None or await self._office.releases.event_by_guid(event.guid):
            return None
        return event

    def surfaces(self) -> tuple[Surface, ...]:
        way, create = "/organise/{event}/discard", Permission.AGENDA_CREATE
        found = self._office.or_gone
        return (
            Surface(way, ("GET",), create, found(self.ask), "discard-form"),
            Surface(way, ("POST",), create, found(self.discard), "discard-event"),
        )
