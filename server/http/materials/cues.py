"""Cues of a deck, for whoever may edit it, in the presenter's view of its room. For nobody else."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.decisions import Denied
from access.permissions import Permission
from access.refusals import NOT_THERE
from access.resources import RoomResource
from agenda.materials import Materials
from server.http import problems
from server.http.api.answers import NEVER_KEPT
from server.http.places import Places
from server.http.surfaces import Surface, Visit


class DeckCues(msgspec.Struct, frozen=True):
    cues: tuple[str, ...]
    """One per page; pages at the end may be left out."""


class Cues:
    """For who speaks in the deck's session, also before their turn, and who moderates there.

    Whoever speaks in another session of the room may show what is released, and reads no cues.
    """

    def __init__(self, materials: Materials, places: Places) -> None:
        self._materials = materials
        self._places = places

    async def read(self, request: Request, visit: Visit) -> Response:
        assert isinstance(visit.resource, RoomResource)
        found = await self._materials.cues(visit.resource.guid, request.path_params["material"])
        if found is None:
            return problems.denied(NOT_THERE, 404, visit.language)
        session, cues = found
        asked = policy.decide(visit.actor, Permission.MATERIAL_EDIT, session, visit.at)
        if isinstance(asked, Denied):
            return problems.denied(NOT_THERE, 404, visit.language)
        body = msgspec.json.encode(DeckCues(cues))
        headers = {"cache-control": NEVER_KEPT}
        return Response(body, media_type="application/json", headers=headers)

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need."""
        return (
            Surface(
                "/events/{event}/rooms/{room}/cues/{material}.json",
                ("GET",),
                Permission.ROOM_STAGE,
                self.read,
                "cues",
                self._places.room,
                "api",
            ),
        )
