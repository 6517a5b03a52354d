"""What an orchestrator asks: alive as long as the process answers, ready while it may be used."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from access.actors import GUEST, Actor
from access.resources import Resource
from server.db.engine import create_engine
from server.http.health import Health
from server.http.surfaces import Door, routes
from server.observe.process import Process
from tests.fixtures.ports import free_port
from tests.http.test_surfaces import plainly

HERE = "sqlite+aiosqlite:///:memory:"


async def asked(url: str, process: Process) -> list[tuple[int, str]]:
    async def identify(_: Request) -> Actor:
        return GUEST

    async def in_place(actor: Actor, _: Resource) -> Actor:
        return actor

    engine = create_engine(url)
    door = Door(identify, in_place, lambda: 1_000, lambda _: True, plainly)
    app = Starlette(routes=routes(Health(engine, process).surfaces(), door))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://x.example") as browser:
        answers = [await browser.get(path) for path in ("/healthz", "/readyz")]
    await engine.dispose()
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}
    return [(each.status_code, each.text) for each in answers]


@pytest.mark.parametrize(
    ("database", "draining", "ready"),
    [
        (HERE, False, (200, "ready\n")),
        (HERE, True, (503, "stopping\n")),
        ("", False, (503, "database not reachable\n")),
    ],
    ids=["serving", "stopping", "without a database"],
)
async def test_ready_is_who_may_be_sent_somebody(
    database: str, draining: bool, ready: tuple[int, str]
) -> None:
    url = database or f"postgresql://plenum@127.0.0.1:{free_port()}/plenum"
    assert await asked(url, Process(draining=draining)) == [(200, "ok\n"), ready]
