"""What an address of the programme is about: its event, session or room, for the policy."""

from __future__ import annotations

from starlette.requests import Request

from access.resources import Missing, Resource
from agenda.core.model import Event
from agenda.ports import Agenda
from agenda.resources import event_resource, room_resource, session_resource


class Finding:
    """Reads ``{event}``, ``{session}`` and ``{room}`` of an address. Shared by pages and feeds."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    async def event(self, request: Request) -> Event | None:
        """The event of the address, with everything in it: not for showing."""
        return await self._agenda.event(request.path_params["event"])

    async def event_resource(self, request: Request) -> Resource | None:
        event = await self.event(request)
        return event_resource(event) if event else None

    async def session_resource(self, request: Request) -> Resource | None:
        event = await self.event(request)
        if event is None:
            return None
        slug = request.path_params["session"]
        found = next((each for each in event.sessions if each.slug == slug), None)
        return session_resource(event, found) if found else Missing(event_resource(event))

    async def room_resource(self, request: Request) -> Resource | None:
        event = await self.event(request)
        if event is None:
            return None
        slug = request.path_params["room"]
        found = next((each for each in event.rooms if each.slug == slug), None)
        return room_resource(event, found) if found else Missing(event_resource(event))
