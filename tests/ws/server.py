"""A server in this process, on a free port of the loopback, with fakes behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.actors import Actor
from access.audiences import Group, always
from access.resources import EventResource, Resource, RoomResource
from rooms.core.names import RoomId
from rooms.hub import Hub
from rooms.ports import Admission, Credential
from rooms.sequencer import Sequencer
from rooms.timers import LoopTimers, Timers
from server.http import problems
from server.http.sse.endpoint import BEAT_S, RoomStreams
from server.http.surfaces import Door, Refused, routes
from server.identity.credentials import bearer
from server.ws.conversation import Authenticate, Headers, Reception
from server.ws.crowd import Crowd
from server.ws.endpoint import RoomSockets
from server.ws.frames import text_frame
from server.ws.http import HttpProtocol
from server.ws.protocol import SocketProtocol
from tests.fakes.admission import FakeAccounts, FakeAdmission, FakeDecks
from tests.fakes.rooms import FakeClock, FakeDisk, FakeRoomStore
from tests.rooms.house import uuid7

GUEST = ""
REFUSED_ORIGIN = b"https://elsewhere.example"


class Site:
    """What stands behind the socket, and where it listens."""

    def __init__(
        self,
        admission: Admission | None = None,
        authenticate: Authenticate | None = None,
        crowd: Crowd | None = None,
        timers: Timers | None = None,
        beat_s: float = BEAT_S,
    ) -> None:
        self.beat_s = beat_s
        self.crowd = crowd or Crowd()
        self.disk = FakeDisk(FakeClock())
        self.clock = self.disk.clock
        self.authenticate = authenticate or authenticated
        store = FakeRoomStore(self.disk)
        door = admission or FakeAdmission(self.clock)
        self.hub = Hub(store, door, self.clock, timers or LoopTimers(), text_frame)
        self.sequencer = Sequencer(
            store, FakeAccounts(), FakeDecks(), self.hub.publish, self.new_id
        )
        self.count = 0
        self.port = 0
        self.received: Counter[str] = Counter()
        """Messages that reached the application, by account."""

    def new_id(self) -> str:
        self.count += 1
        return uuid7(self.clock.now(), self.count)

    @property
    def app(self) -> ASGIApp:
        reception = Reception(
            self.hub,
            self.sequencer,
            self.clock,
            authenticate=self.authenticate,
            trusted=_trusted,
            build="test",
            crowd=self.crowd,
        )
        sockets = RoomSockets(reception)
        streams = streaming(reception, beat_s=self.beat_s)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "websocket":
                await sockets(scope, self._counted(scope, receive), send)
            elif scope["path"].startswith("/sse/"):
                await streams(scope, receive, send)
            else:
                await _read_all(receive)
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body"})

        return app

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        async def counted() -> Message:
            message = await receive()
            self.received[_account(scope["headers"])] += message["type"] == "websocket.receive"
            return message

        return counted

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"


CONFERENCE = EventResource("conference", "conference", "", always(Group.PUBLIC), guests_read=True)


class OpenDirectory:
    """Every room is there, and the policy lets everybody in; the fakes behind it do not."""

    async def room(self, guid: RoomId) -> RoomResource:
        return RoomResource(guid, CONFERENCE)


def streaming(reception: Reception, *, beat_s: float = BEAT_S) -> ASGIApp:
    """The streams of these rooms behind their door, as an application of their own."""
    streams = RoomStreams(reception, OpenDirectory(), _trusted, beat_s=beat_s)

    async def identify(request: Request) -> Actor | None:
        credential = await reception.authenticate(request.scope["headers"], None)
        return Actor(credential.account) if credential else None

    async def in_place(actor: Actor, _: Resource) -> Actor:
        return actor

    async def refuse(_: Request, refused: Refused) -> Response:
        if refused.kind == "stream":
            return await streams.refuse(refused)
        return problems.denied(refused.denied, refused.status, refused.language)

    def same_site(request: Request) -> bool:
        return _trusted(request.scope["headers"])

    door = Door(identify, in_place, reception.clock.now, same_site, refuse)
    return Starlette(routes=routes(streams.surfaces(), door))


async def _read_all(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def authenticated(headers: Headers, token: str | None) -> Credential | None:
    """The cookie is the account's name; so is a token, unless it is ``forged``."""
    token = token or bearer(headers)
    if token == "forged":
        return None
    account = token or _account(headers) or None
    kind = "guest" if account is None else "session"
    return Credential(kind, str(account), account)


def _account(headers: Headers) -> str:
    return dict(headers).get(b"cookie", b"").decode().removeprefix("session=")


def _trusted(headers: Headers) -> bool:
    return dict(headers).get(b"origin") != REFUSED_ORIGIN


@contextlib.asynccontextmanager
async def serving(
    site: Site,
    ws: type[SocketProtocol] | str = SocketProtocol,
    http: type[HttpProtocol] = HttpProtocol,
) -> AsyncIterator[Site]:
    """The site, reachable."""
    config = uvicorn.Config(site.app, port=0, http=http, ws=ws, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    await site.hub.start()
    task = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.005)
    site.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.should_exit = True
        await task
        await site.sequencer.close()
        await site.hub.close()
