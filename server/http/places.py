"""What an address is about: the event, session or room, for whoever asks the policy."""

from __future__ import annotations

from starlette.requests import Request

from access.resources import Missing, Resource
from agenda.core.model import Event
from agenda.ports import Agenda
from agenda.resources import event_resource, room_resource, session_resource
from agenda.visible import Visible, for_viewer
from server.http.surfaces import Visit


class Places:
    """Finds by the slugs in the path. Shared by pages, feeds and API."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    async def found(self, request: Request) -> Event | None:
        """The event of the address, with everything in it: not for showing."""
        return await self._agenda.event(request.path_params["event"])

    async def seen(self, request: Request, visit: Visit) -> Visible | None:
        """The event of the address, as the visitor may see it."""
        event = await self.found(request)
        return for_viewer(event, visit.actor, visit.at) if event else None

    async def event(self, request: Request) -> Resource | None:
        event = await self.found(request)
        return event_resource(event) if event else None

    async def session(self, request: Request) -> Resource | None:
        event = await self.found(request)
        if event is None:
            return None
        slug = request.path_params["session"]
        session = next((each for each in event.sessions if each.slug == slug), None)
        return session_resource(event, session) if session else Missing(event_resource(event))

    async def room(self, request: Request) -> Resource | None:
        event = await self.found(request)
        if event is None:
            return None
        slug = request.path_params["room"]
        room = next((each for each in event.rooms if each.slug == slug), None)
        return room_resource(event, room) if room else Missing(event_resource(event))
