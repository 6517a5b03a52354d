"""What all pages of the desk stand on."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.decisions import Allowed
from access.permissions import Permission
from access.resources import PLATFORM, EventResource, Resource
from agenda.core.model import Event
from agenda.editing import Desk, Editing, GoneError
from agenda.planned import planned_event
from agenda.ports import AgendaStore
from agenda.resources import event_resource
from server.http.pages.forms import fields
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers
from server.http.pages.texts import Texts
from server.http.surfaces import Handler, Visit
from server.identity.service import Identity

LONGEST = 200_000
"""Bytes of a form: a long abstract in two languages, many people and times."""
MOST = 1_500
"""Fields: 99 people and 99 times have five each."""


@dataclass(frozen=True)
class Office:
    """Shared by the pages of the desk."""

    answers: Answers
    editing: Editing
    releases: AgendaStore
    """As stored: with old releases, and without moving rehearsals to the present."""
    identity: Identity

    async def resource(self, request: Request) -> Resource | None:
        """The event of the address. One that was never released exists for its staff alone."""
        event = await self.editing.find(request.path_params["event"])
        if event is None:
            return None
        released = await self.releases.event_by_guid(event.guid)
        return _asked(event, released)

    async def desk(self, visit: Visit) -> Desk:
        """The draft the visitor was let in to. Raises ``GoneError``."""
        if not isinstance(visit.resource, EventResource):
            raise GoneError
        return await self.editing.desk(visit.resource.guid)

    async def visible(self, visit: Visit) -> tuple[Event, ...]:
        """Events whose draft the visitor may edit, newest first."""
        found = []
        for event in await self.editing.events():
            resource = _asked(event, await self.releases.event_by_guid(event.guid))
            decision = policy.decide(visit.actor, Permission.AGENDA_EDIT, resource, visit.at)
            if isinstance(decision, Allowed):
                found.append(event)
        return tuple(reversed(found))

    def may_create(self, visit: Visit) -> bool:
        return self.may(visit, Permission.AGENDA_CREATE)

    def may(self, visit: Visit, action: Permission) -> bool:
        """Whether the visitor may do this with the site itself."""
        decision = policy.decide(visit.actor, action, PLATFORM, visit.at)
        return isinstance(decision, Allowed)

    def texts(self, visit: Visit) -> Texts:
        return self.answers.texts(visit.language)

    async def typed(self, request: Request) -> dict[str, str]:
        return await fields(request, LONGEST, MOST)

    def show(
        self, request: Request, visit: Visit, template: str, view: object, status: int = 200
    ) -> Response:
        return self.answers.show(
            request,
            visit,
            f"organise/{template}",
            view,
            section="organise",
            status=status,
            cache=NEVER_KEPT,
        )

    def or_gone(self, handler: Handler) -> Handler:
        """The handler; what somebody deleted meanwhile is a page that says so."""

        async def answer(request: Request, visit: Visit) -> Response:
            try:
                return await handler(request, visit)
            except GoneError:
                return self.gone(request, visit)

        return answer

    def gone(self, request: Request, visit: Visit) -> Response:
        return self.answers.not_found(request, visit)


def _asked(event: Event, released: Event | None) -> EventResource:
    return event_resource(released) if released is not None else planned_event(event)
