"""Every page, feed and route of the API is a *surface*: it states the permission it needs.

``routes`` turns a table of surfaces into Starlette routes that ask the policy before the handler
runs.  A surface without a permission does not start the server; nothing is open by omission.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from access import policy
from access.actors import GUEST, Actor
from access.audiences import Instant
from access.decisions import Allowed, Denied
from access.permissions import Permission
from access.refusals import FOREIGN_PAGE, NOT_THERE, SIGN_IN_AGAIN, asks_to_sign_in
from access.resources import PLATFORM, Resource
from server.http import language
from server.http.language import Language

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
LONGEST_BODY = 16_384
"""Bytes. Our longest form is a name and a token."""

Kind = Literal["page", "api", "feed", "stream"]
"""How a refusal looks: as a page, as problem details, in few words, or as a frame of a room."""


@dataclass(frozen=True)
class Visit:
    """Somebody was let in: who, to what, by which decision, when, in which language."""

    actor: Actor
    resource: Resource
    allowed: Allowed
    language: Language
    at: Instant


Handler = Callable[[Request, Visit], Awaitable[Response]]
Finder = Callable[[Request], Awaitable[Resource | None]]
"""What the address of a request is about; None: there is no such thing."""
Afford = Callable[[Request, Actor, Language], Response | None]
"""Charges the asker's budget; the answer when it is used up."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query, as the description of the API shows it. The handler checks it."""

    name: str
    type: object
    """A type that msgspec can describe, with its limits."""
    summary: str
    required: bool = False


@dataclass(frozen=True)
class Surface:
    """One address, its methods and the permission it needs on what it is about."""

    path: str
    methods: tuple[str, ...]
    needs: Permission
    handler: Handler
    name: str
    resource: Finder | None = None
    """None: the site itself."""
    kind: Kind = "page"
    answers: type | None = None
    """What it answers when all is well; every address below ``/api/v1`` says so."""
    query: tuple[Parameter, ...] = ()
    summary: str = ""
    """One line for whoever writes a program against it."""
    longest_body: int | None = LONGEST_BODY
    """Bytes; None: the handler knows only while it reads."""
    afford: Afford | None = None
    """Asked before the policy, so that a flood costs little. None: no budget."""


@dataclass(frozen=True)
class Refused:
    """What the policy refused, for whoever answers it. Status 401, 403 or 404."""

    denied: Denied
    status: int
    kind: Kind
    actor: Actor
    resource: Resource | None
    """What was asked for, where the actor may know that it exists."""
    language: Language
    at: Instant


@dataclass(frozen=True)
class Door:
    """What stands before every surface."""

    identify: Callable[[Request], Awaitable[Actor | None]]
    """Who asks, by cookie or bearer token; a guest otherwise. None: the token is not valid."""
    in_place: Callable[[Actor, Resource], Awaitable[Actor]]
    """The same actor with what the place itself knows of them: whom a room sent out."""
    now: Callable[[], Instant]
    same_site: Callable[[Request], bool]
    """Whether a request that changes something comes from our own pages (or from a script)."""
    refuse: Callable[[Request, Refused], Awaitable[Response]]


class UndeclaredSurfaceError(Exception):
    """A surface does not say what it needs; the server does not start."""


def routes(surfaces: Sequence[Surface], door: Door) -> list[Route]:
    """Routes that ask the policy first. Raises ``UndeclaredSurfaceError``."""
    seen: set[tuple[str, str]] = set()
    for surface in surfaces:
        _check(surface)
        for method in surface.methods:
            if (surface.path, method) in seen:
                raise UndeclaredSurfaceError(f"{method} {surface.path} is declared twice")
            seen.add((surface.path, method))
    return [
        _Address(s.path, _guarded(s, door), methods=list(s.methods), name=s.name) for s in surfaces
    ]


class _Address(Route):
    """A route that knows it may be one of several of an address."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in (self.methods or ()):
            raise HTTPException(405, headers={"allow": ", ".join(sorted(_methods(scope)))})
        await super().handle(scope, receive, send)


def _methods(scope: Scope) -> set[str]:
    """What the address takes, whichever route takes it."""
    routes = (each for each in scope["router"].routes if isinstance(each, Route))
    return {
        method
        for route in routes
        if route.matches(scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


def _check(surface: Surface) -> None:
    if not isinstance(surface.needs, Permission):
        raise UndeclaredSurfaceError(f"{surface.path} does not say what it needs")
    if not surface.methods or not set(surface.methods) <= METHODS:
        raise UndeclaredSurfaceError(f"{surface.path} does not say its methods")


def _guarded(surface: Surface, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        at, spoken, actor = door.now(), language.of(request), GUEST

        async def refuse(denied: Denied, resource: Resource | None = None) -> Response:
            # Hidden and absent are one case from here on: the same bytes and headers.
            status = _status(denied)
            known = (NOT_THERE, None) if status == 404 else (denied, resource)
            return await door.refuse(
                request, Refused(known[0], status, surface.kind, actor, known[1], spoken, at)
            )

        longest = surface.longest_body
        if longest is not None and announced(request) > longest:
            raise too_large(longest)
        if request.method not in SAFE and not door.same_site(request):
            return await refuse(FOREIGN_PAGE)
        visitor = await door.identify(request)
        if visitor is None:
            # Whoever shows a token wants to be somebody: never served as a guest unawares.
            return await refuse(SIGN_IN_AGAIN)
        actor = visitor
        too_much = surface.afford(request, actor, spoken) if surface.afford else None
        if too_much is not None:
            return too_much
        resource = await surface.resource(request) if surface.resource else PLATFORM
        if resource is None:
            return await refuse(NOT_THERE)
        actor = await door.in_place(actor, resource)
        decision = policy.decide(actor, surface.needs, resource, at)
        if isinstance(decision, Denied):
            return await refuse(decision, resource)
        return await surface.handler(request, Visit(actor, resource, decision, spoken, at))

    return answer


def announced(request: Request) -> int:
    """Bytes of the body, as its sender says; 0 where it does not say."""
    return int(request.headers.get("content-length", 0))


def too_large(longest: int) -> HTTPException:
    """A body beyond what the address takes. The connection ends, so the rest is not read.

    ``detail`` is the limit in bytes.
    """
    return HTTPException(413, str(longest), headers={"connection": "close"})


class TooManyFieldsError(HTTPException):
    """A form with more fields than the address reads. ``detail`` is their limit."""


def too_many(most: int) -> TooManyFieldsError:
    return TooManyFieldsError(413, str(most))


def _status(denied: Denied) -> int:
    if denied.existence == "hidden":
        return 404
    return 401 if asks_to_sign_in(denied) else 403
