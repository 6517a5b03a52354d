"""The one composition root: settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute

from server import demo, import_report
from server.errors import CommandError
from server.http.faults import AnsweredFaults
from server.http.headers import SecurityHeaders
from server.http.site import Http
from server.identity.accounts import ClosedAccountError
from server.identity.service import NoAddressError
from server.observe.exposition import exposed
from server.observe.process import Process
from server.seed.programme import seed_examples, seed_programme
from server.seed.registers import seed_demo_people, seed_registers
from server.services import Services, services
from server.settings import Settings
from server.ws.endpoint import RoomSockets
from server.ws.http import HttpProtocol
from server.ws.protocol import SocketProtocol

log = logging.getLogger(__name__)


def create_app(settings: Settings, process: Process | None = None) -> Starlette:
    """The server, not yet started."""
    parts = services(settings, process)
    http = Http(parts)
    sockets = RoomSockets(http.reception)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            async with AsyncExitStack() as stack:
                stack.enter_context(exposed(parts.process.figures.registry, parts.process.metrics))
                await stack.enter_async_context(parts.running())
                # What was made until now stays: the collector need not look at it again.
                gc.collect()
                gc.freeze()
                yield
        except Exception:
            log.exception("the server cannot start, or did not stop in order")
            raise

    return Starlette(
        routes=[WebSocketRoute("/ws", sockets, name="ws"), *http.routes()],
        exception_handlers=http.faults.handlers,
        middleware=[
            Middleware(SecurityHeaders, tls=parts.identity.secure),
            Middleware(AnsweredFaults, faults=http.faults),
        ],
        lifespan=lifespan,
    )


def protocols() -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
    """The classes that speak HTTP and WebSocket on a connection, for uvicorn."""
    return HttpProtocol, SocketProtocol


async def seed(settings: Settings) -> None:
    """Fill a migrated database with what Plenum ships. Does nothing the second time."""
    async with _parts(settings) as parts:
        edited = {row.guid for row in await parts.drafts.heads()}
        await seed_programme(parts.releases, edited)
        await seed_examples(parts.examples)
        await seed_registers(parts.identity.facts)
        if settings.demo:
            await seed_demo_people(parts.identity.facts)


async def sign_in_link(settings: Settings, address: str) -> str:
    """A link that signs this person in, once."""
    async with _parts(settings) as parts:
        try:
            return await parts.identity.link_for(address)
        except NoAddressError:
            raise CommandError(f"{address}: not a mail address") from None


async def token(settings: Settings, address: str) -> str:
    """A bearer token for scripts. Raises ``CommandError`` for a stranger."""
    async with _parts(settings) as parts:
        try:
            made = await parts.identity.token_for(address)
        except NoAddressError:
            raise CommandError(f"{address}: not a mail address") from None
        except ClosedAccountError:
            raise CommandError(f"{address}: the account is closed") from None
    if made is None:
        raise CommandError(f"{address}: nobody has signed in with this address yet")
    return made


async def import_examples(settings: Settings, table: str, *, apply: bool) -> Sequence[str]:
    """What taking over practice examples from CSV changes, line by line; done with ``apply``."""
    async with _parts(settings) as parts:
        projects = frozenset(each.id for each in await parts.identity.registers.projects())
        plan = await parts.examples.plan(table, projects)
        if apply:
            await parts.examples.apply(plan)
        return tuple(import_report.lines(plan))


async def doors(settings: Settings) -> Sequence[demo.Doorway]:
    """What to open in a demo: start page, an office each, the big screen."""
    async with _parts(settings) as parts:
        return await demo.doors(parts)


@asynccontextmanager
async def _parts(settings: Settings) -> AsyncIterator[Services]:
    """The parts for one command, without sockets and tasks."""
    parts = services(settings)
    try:
        await parts.identity.keys.load()
        yield parts
    finally:
        await parts.store.close()
        parts.vault.close()
        await parts.engine.dispose()
