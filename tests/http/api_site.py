"""The API of a seeded site, for one test: real identity, real policy, real faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request

from access.actors import Actor
from access.resources import Resource
from agenda.core.model import Event
from server.http.api.events import EventsApi
from server.http.api.persons import PersonsApi
from server.http.faults import Faults
from server.http.surfaces import Door, routes
from tests.pages.world import FixedClock, SeededAgenda, World, world

EVENTS = "/api/v1/events"


@asynccontextmanager
async def api_site(
    folder: Path, *, agenda: SeededAgenda | None = None, clock: FixedClock | None = None
) -> AsyncIterator[World]:
    """The pages of the site are there as well, to sign in by."""
    async with world(folder, agenda=agenda, clock=clock) as site:
        faults = Faults(site.pages)
        surfaces = (
            *EventsApi(site.pages.answers.site.agenda, site.pages.answers.site.examples).surfaces(),
            *PersonsApi(site.identity.registers).surfaces(),
        )
        app = Starlette(
            routes=[*routes(surfaces, _door(site, faults)), *site.app.routes],
            exception_handlers=faults.handlers,
        )
        yield replace(site, app=app)


def _door(site: World, faults: Faults) -> Door:
    async def identify(request: Request) -> Actor | None:
        return await site.identity.credentials.visitor(request.scope["headers"])

    async def in_place(actor: Actor, _: Resource) -> Actor:
        return actor

    return Door(identify, in_place, site.clock.now, lambda _: True, faults.refuse)


async def asked(site: World, path: str, who: str = "", **headers: str) -> httpx.Response:
    """The answer to a guest, or to the person of that address."""
    if not who:
        async with site.browser() as browser:
            return await browser.get(path, headers=headers)
    async with site.signed_in(who) as browser:
        return await browser.get(path, headers=headers)


async def hof(site: World) -> str:
    """Staff of a municipality without funding."""
    await site.account("amt@hof.example", "hof-city")
    return "amt@hof.example"


async def ulm(site: World) -> str:
    """Confirmed staff of a model project."""
    await site.funded("team@ulm.example")
    return "team@ulm.example"


def states(answer: httpx.Response) -> dict[str, tuple[str, str]]:
    return {e["slug"]: (e["state"], e["registration"]) for e in answer.json()["events"]}


async def shipped(slug: str) -> Event:
    """An event of the programme that ships."""
    event = await SeededAgenda().event(slug)
    assert event is not None
    return event
