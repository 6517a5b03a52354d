"""For load balancers and containers: does the process live, can it serve."""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from access.permissions import Permission
from server.http.surfaces import Surface, Visit
from server.observe.process import Process

PATIENCE_S = 3.0
"""With a database that does not answer: less than whoever asks has."""
HEADERS = {"cache-control": "no-store"}


class Health:
    """``/healthz``: the process answers. ``/readyz``: new people may be sent here, since the
    database answers as well and the process is not about to end."""

    def __init__(self, engine: AsyncEngine, process: Process) -> None:
        self._engine = engine
        self._process = process

    def surfaces(self) -> tuple[Surface, ...]:
        may = Permission.OPEN
        return (
            Surface("/healthz", ("GET",), may, self.alive, "healthz", kind="api"),
            Surface("/readyz", ("GET",), may, self.ready, "readyz", kind="api"),
        )

    async def alive(self, _: Request, __: Visit) -> Response:
        return PlainTextResponse("ok\n", headers=HEADERS)

    async def ready(self, _: Request, __: Visit) -> Response:
        if self._process.draining:
            return PlainTextResponse("stopping\n", 503, headers=HEADERS)
        try:
            async with asyncio.timeout(PATIENCE_S), self._engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return PlainTextResponse("database not reachable\n", 503, headers=HEADERS)
        return PlainTextResponse("ready\n", headers=HEADERS)
