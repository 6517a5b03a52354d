"""Surfaces: nothing is open by omission, and hidden looks exactly like absent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from access.actors import GUEST, Actor
from access.audiences import Group, always
from access.permissions import Permission
from access.resources import EventResource, Missing, Resource, SessionResource
from access.rules import Rule
from server.http import problems
from server.http.language import Language
from server.http.surfaces import Door, Refused, Surface, UndeclaredSurfaceError, Visit, routes
from tests.access.people import HOF_CITY

OPEN_EVENT = EventResource("open", "open", "Open", always(Group.PUBLIC))
CLOSED_EVENT = EventResource("closed", "closed", "Closed", always(Group.FUNDED))
HIDDEN_EVENT = EventResource("hidden", "hidden", "Hidden", always(Group.FUNDED), hidden=True)
EVENTS = {each.slug: each for each in (OPEN_EVENT, CLOSED_EVENT, HIDDEN_EVENT)}
SOMEBODY = Actor("somebody", "Somebody")


@dataclass
class Site:
    """Three events, one visitor, and how often a handler was reached."""

    actor: Actor = GUEST
    own_page: bool = True
    removed: bool = False
    reached: list[Visit] = field(default_factory=list)

    async def find(self, request: Request) -> Resource | None:
        event = EVENTS.get(request.path_params["event"])
        session = request.path_params.get("session")
        if event is None or session is None:
            return event
        return SessionResource("session", event) if session == "there" else Missing(event)

    async def handler(self, request: Request, visit: Visit) -> Response:
        self.reached.append(visit)
        return PlainTextResponse("inside")

    def surfaces(self) -> tuple[Surface, ...]:
        enter, session = Permission.EVENT_ENTER, Permission.SESSION_ENTER
        return (
            Surface("/", ("GET",), Permission.OPEN, self.handler, "start"),
            Surface("/profile", ("GET", "POST"), Permission.PROFILE, self.handler, "profile"),
            Surface("/{event}", ("GET",), enter, self.handler, "event", self.find, "api"),
            Surface("/{event}/{session}", ("GET",), session, self.handler, "one", self.find, "api"),
        )

    def browser(self) -> httpx.AsyncClient:
        app = Starlette(routes=routes(self.surfaces(), self.door()))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="https://konferenz.example"
        )

    def door(self) -> Door:
        return Door(
            identify=self._identify,
            in_place=self._in_place,
            now=lambda: 1_000,
            same_site=lambda _: self.own_page,
            refuse=plainly,
        )

    async def _identify(self, _: Request) -> Actor:
        return self.actor

    async def _in_place(self, actor: Actor, resource: Resource) -> Actor:
        if self.removed and isinstance(resource, EventResource):
            return Actor(actor.account, bans=frozenset({resource.guid}))
        return actor


async def plainly(_: Request, refused: Refused) -> Response:
    return problems.denied(refused.denied, refused.status, refused.language)


async def asked(site: Site, path: str, method: str = "GET") -> httpx.Response:
    async with site.browser() as browser:
        return await browser.request(method, path)


def all_of(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.items())


async def test_a_wrong_method_is_told_all_that_the_address_takes() -> None:
    site = Site()
    settings = Surface("/profile/{name}", ("GET",), Permission.PROFILE, site.handler, "setting")
    saved = replace(settings, methods=("POST",), name="save-setting")
    new = replace(settings, path="/profile/new", methods=("PUT",), name="new-setting")
    app = Starlette(routes=routes((new, settings, saved), site.door()))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://konferenz.example"
    ) as browser:
        told = [await browser.delete(path) for path in ("/profile/name", "/profile/new")]
    assert [(each.status_code, each.headers["allow"]) for each in told] == [
        (405, "GET, HEAD, POST"),
        (405, "GET, HEAD, POST, PUT"),
    ]
    assert site.reached == []


async def test_open_page_is_reached_and_knows_the_decision() -> None:
    site = Site()
    answer = await asked(site, "/open")
    assert (answer.status_code, answer.text) == (200, "inside")
    visit = site.reached[0]
    assert (visit.actor, visit.resource, visit.allowed.rule, visit.at) == (
        GUEST,
        OPEN_EVENT,
        Rule.PUBLIC,
        1_000,
    )


async def test_guest_is_told_to_sign_in_first() -> None:
    site = Site()
    answer = await asked(site, "/closed")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    body = answer.json()
    assert (body["rule"], body["next_step"]) == ("sign_in_first", "sign_in")
    assert site.reached == []


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Regionalkonferenzen"), ("en", "regional conferences")]
)
async def test_refusal_names_rule_and_next_step_in_both_languages(language: str, word: str) -> None:
    answer = await asked(Site(actor=HOF_CITY), f"/closed?lang={language}")
    assert answer.status_code == 403
    body = answer.json()
    assert (body["code"], body["rule"]) == ("forbidden", "not_funded")
    assert word in body["detail"]


async def test_hidden_and_absent_give_the_same_bytes_and_headers() -> None:
    for actor in (GUEST, SOMEBODY):
        hidden = all_of(await asked(Site(actor=actor), "/hidden"))
        assert hidden[0] == 404
        assert hidden == all_of(await asked(Site(actor=actor), "/absent"))
        assert hidden == all_of(await asked(Site(actor=actor), "/hidden/there"))
        assert hidden == all_of(await asked(Site(actor=actor), "/hidden/absent"))
        assert b"hidden" not in hidden[1].lower().replace(b"not_found", b"")


async def test_absent_session_of_a_closed_event_answers_like_one_that_is_there() -> None:
    there = all_of(await asked(Site(actor=SOMEBODY), "/closed/there"))
    assert there[0] == 403
    assert there == all_of(await asked(Site(actor=SOMEBODY), "/closed/absent"))
    assert (await asked(Site(actor=SOMEBODY), "/open/absent")).status_code == 404


async def test_form_of_a_foreign_page_is_refused_before_anything_is_done() -> None:
    site = Site(actor=SOMEBODY, own_page=False)
    answer = await asked(site, "/profile", "POST")
    assert (answer.status_code, answer.json()["rule"]) == (403, "foreign_page")
    assert site.reached == []
    assert (await asked(site, "/profile")).status_code == 200


async def test_a_budget_is_asked_before_what_the_address_is_about() -> None:
    asked_of: list[Actor] = []

    def afford(_: Request, actor: Actor, language: Language) -> Response:
        asked_of.append(actor)
        return problems.problem(429, "rate_limited", "", language)

    site = Site(actor=SOMEBODY)
    surfaces = [replace(each, afford=afford) for each in site.surfaces()]
    app = Starlette(routes=routes(surfaces, site.door()))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://k.example") as browser:
        statuses = {(await browser.get(path)).status_code for path in ("/open", "/hidden", "/no")}
    assert statuses == {429}
    assert (asked_of, site.reached) == ([SOMEBODY] * 3, [])


async def test_what_the_place_knows_of_a_person_counts() -> None:
    site = Site(actor=SOMEBODY, removed=True)
    answer = await asked(site, "/open")
    assert (answer.status_code, answer.json()["rule"]) == (403, "removed_from_event")


@pytest.mark.parametrize(
    "changes",
    [
        {"needs": None},
        {"needs": ""},
        {"needs": "open"},
        {"methods": ()},
        {"methods": ("FETCH",)},
        {"methods": ("get",)},
    ],
    ids=str,
)
def test_surface_that_does_not_say_what_it_needs_does_not_start(changes: dict[str, object]) -> None:
    surface = replace(Site().surfaces()[0], **changes)  # type: ignore[arg-type]
    with pytest.raises(UndeclaredSurfaceError):
        routes([surface], Site().door())


def test_address_declared_twice_does_not_start() -> None:
    surfaces = [*Site().surfaces(), Site().surfaces()[0]]
    with pytest.raises(UndeclaredSurfaceError, match="twice"):
        routes(surfaces, Site().door())


def test_surface_cannot_be_made_without_a_permission() -> None:
    with pytest.raises(TypeError, match="needs"):
        Surface("/", ("GET",), handler=Site().handler, name="start")  # type: ignore[call-arg]
