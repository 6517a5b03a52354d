"""An application as small as can be, for the commands that start one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.cli import Door, main
from server.errors import CommandError
from server.observe.process import Process
from server.serve import Protocols
from server.settings import Settings


class SmallApplication:
    """Knows one person, and keeps which databases it seeded."""

    def __init__(self) -> None:
        self.seeded: list[str] = []

    def create_app(self, settings: Settings, process: Process) -> ASGIApp:
        async def ready(request: Request) -> JSONResponse:
            client = request.client.host if request.client else None
            return JSONResponse({"scheme": request.url.scheme, "client": client})

        return Starlette(routes=[Route("/readyz", ready)])

    def protocols(self) -> Protocols:
        return HttpToolsProtocol, WebSocketsSansIOProtocol

    async def seed(self, settings: Settings) -> None:
        self.seeded.append(settings.database)

    async def sign_in_link(self, settings: Settings, address: str) -> str:
        if address != "moderation@kts.example":
            raise CommandError(f"{address}: no such account")
        return f"{settings.site}/sign-in/confirm#ticket"

    async def token(self, settings: Settings, address: str) -> str:
        return f"token for {address}"

    async def import_examples(
        self, settings: Settings, table: str, *, apply: bool
    ) -> Sequence[str]:
        return [f"{'done' if apply else 'planned'}: {table}"]

    async def doors(self, settings: Settings) -> Sequence[Door]:
        return [("Moderation", f"{settings.site}/sign-in/confirm#ticket")]


if __name__ == "__main__":
    sys.exit(main(application=SmallApplication()))
