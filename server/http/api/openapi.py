"""``/api/openapi.json``: the API described in OpenAPI 3.1, made from the table of surfaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.actors import GUEST
from access.audiences import Group, always
from access.decisions import Allowed
from access.permissions import Permission
from access.resources import PLATFORM, EventResource, Resource, RoomResource, SessionResource
from server.http.api.answers import MEDIA_TYPE
from server.http.language import LANGUAGES
from server.http.problems import MEDIA_TYPE as PROBLEM
from server.http.problems import Problem
from server.http.surfaces import Surface, Visit

BELOW = "/api/v1/"
VERSION = "1.0.0"
"""Of the API; rises with every change of it."""

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_PLACES = {
    "event": "Slug of an event, from `/api/v1/events`.",
    "session": "Slug of a session, from the agenda.",
    "room": "Guid of a room, from `/api/v1/events/{event}/rooms`.",
}
_PROBLEMS = {
    400: "A parameter makes no sense; `code` says how, `detail` what would.",
    401: "Sign in first, or again: a token that is not valid is refused at every address.",
    403: "Not for the asker; `rule` says why, `next_step` what to do.",
    404: "There is no such thing, or the asker may not know of it.",
    503: "The database does not answer; try again after `Retry-After` seconds.",
}
_ABOUT = (
    "The programme and the registers of this conference server, for programs. Every answer shows "
    "what the asker may see, and nothing else; without a credential it is what guests may see. "
    "Times are ISO 8601 with offset. Texts come in both languages (without English, German stands "
    "in); problems and reasons in the one asked for by `lang` or `Accept-Language`. The live rooms "
    "speak over the WebSocket at `/ws`, or over events at `/sse/rooms/{room}` where none passes."
)


class UndescribedSurfaceError(Exception):
    """An address of the API does not say what it answers; the server does not start."""


def described(surfaces: Iterable[Surface]) -> tuple[Surface, ...]:
    """The surfaces of the API. Raises ``UndescribedSurfaceError``."""
    found = tuple(s for s in surfaces if s.kind == "api" and s.path.startswith(BELOW))
    for surface in found:
        if surface.answers is None or not surface.summary:
            raise UndescribedSurfaceError(f"{surface.path} does not say what it answers")
        for name in _path_parameters(surface):
            if name not in _PLACES:
                raise UndescribedSurfaceError(f"{surface.path} does not say what {{{name}}} is")
    return found


def document(surfaces: Sequence[Surface], *, cookie: str) -> Json:
    """The whole description. ``cookie``: name of the session cookie."""
    table = described(surfaces)
    types = [Problem, *(surface.answers for surface in table)]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    answers = {s.path: schema for s, schema in zip(table, schemas[1:], strict=True)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Plenum",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            surface.path: {
                method.lower(): _operation(surface, answers[surface.path])
                for method in surface.methods
            }
            for surface in table
        },
        "components": {
            "schemas": components,
            "parameters": {"lang": _LANGUAGE},
            "responses": {str(status): _response(status) for status in _PROBLEMS},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


_LANGUAGE: Json = {
    "name": "lang",
    "in": "query",
    "description": "Language of problems and reasons. Before `Accept-Language`; German otherwise.",
    "schema": {"type": "string", "enum": list(LANGUAGES)},
}


def _operation(surface: Surface, answers: Json) -> Json:
    people: list[Json] = [{"session": []}, {"token": []}]
    return {
        "operationId": surface.name,
        "summary": surface.summary,
        "parameters": _parameters(surface),
        "security": [{}, *people] if guests_may(surface.needs) else people,
        "responses": {
            "200": {
                "description": surface.summary,
                "content": {MEDIA_TYPE: {"schema": answers}},
            },
            **{
                str(status): {"$ref": f"#/components/responses/{status}"}
                for status in sorted(_failures(surface))
            },
        },
    }


def _failures(surface: Surface) -> set[int]:
    found = {401, 503}
    if surface.resource is not None:
        found |= {403, 404}
    if surface.needs is not Permission.OPEN:
        found |= {403}
    return found | ({400} if surface.query else set())


def _response(status: int) -> Json:
    schema = {"$ref": _REF.format(name=Problem.__name__)}
    return {"description": _PROBLEMS[status], "content": {PROBLEM: {"schema": schema}}}


def _parameters(surface: Surface) -> list[Json]:
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PLACES[name],
            "schema": {"type": "string"},
        }
        for name in _path_parameters(surface)
    ]
    query = [
        {
            "name": each.name,
            "in": "query",
            "required": each.required,
            "description": each.summary,
            "schema": msgspec.json.schema(each.type),
        }
        for each in surface.query
    ]
    return [*path, *query, {"$ref": "#/components/parameters/lang"}]


def _path_parameters(surface: Surface) -> list[str]:
    return re.findall(r"\{(\w+)\}", surface.path)


_EVENT = EventResource("", "", "", always(Group.PUBLIC), guests_read=True)
_OPENEST: tuple[Resource, ...] = (
    PLATFORM,
    _EVENT,
    SessionResource("", _EVENT),
    RoomResource("", _EVENT),
)


def guests_may(needs: Permission) -> bool:
    """Whether the policy ever grants this without a credential."""
    return any(isinstance(policy.decide(GUEST, needs, each, 0), Allowed) for each in _OPENEST)


class OpenApi:
    """The description as it is served. Made once, when the server starts."""

    def __init__(self, surfaces: Sequence[Surface], *, cookie: str) -> None:
        """Raises ``UndescribedSurfaceError``."""
        self._body = msgspec.json.encode(document(surfaces, cookie=cookie))

    def surfaces(self) -> tuple[Surface, ...]:
        """Open to all: it says what there is to ask, not what anybody would be answered."""
        return (
            Surface(
                "/api/openapi.json",
                ("GET",),
                Permission.OPEN,
                self.serve,
                "openapi",
                kind="api",
            ),
        )

    async def serve(self, _: Request, __: Visit) -> Response:
        return Response(
            self._body, media_type=MEDIA_TYPE, headers={"cache-control": "public, max-age=300"}
        )
