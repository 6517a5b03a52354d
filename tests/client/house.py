"""A house with one room for the browser: the real hub, socket, pages and policy header, on the
in-memory store and with a door keeper that believes a cookie. Runs in a thread of its own.

Look around by hand: ``python -m tests.client.house 8010`` and open ``/room?as=ulm``,
``/desk?as=moderation`` or ``/screen#anything``.
"""

from __future__ import annotations

import asyncio
import http.cookies
import itertools
import secrets
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import msgspec
import uvicorn
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from access.actors import GUEST, Actor, Office, OfficeKind
from access.audiences import Group, always
from access.decisions import Allowed, Denied
from access.permissions import Permission
from access.refusals import NOT_THERE, REMOVED_FROM_ROOM
from access.resources import EventResource, RoomResource
from access.rules import Rule
from rooms.core import chat
from rooms.core.names import AccountId, Person, RoomId, Stream
from rooms.core.room import RoomCommand
from rooms.draft import Submission
from rooms.hub import Hub
from rooms.ports import CommandKey, Credential, Grant
from rooms.sequencer import Sequencer
from rooms.timers import LoopTimers
from rooms.wire.commands import Answer
from rooms.wire.messages import Ack
from server.http.api.people import People
from server.http.headers import SecurityHeaders
from server.http.language import Language
from server.http.pages.cards import Following
from server.http.pages.frame import frame
from server.http.pages.renderer import Renderer
from server.http.pages.rooms import Deck, RoomView
from server.http.pages.rooms import Programme as RoomProgramme
from server.http.pages.texts import load
from server.http.pages.words import Link
from server.http.static import ROOT, Assets, route
from server.http.surfaces import Visit
from server.ws.conversation import Reception
from server.ws.endpoint import RoomSockets
from server.ws.frames import text_frame
from tests.client.deck import deck_cues, found_pages, page_picture, page_text
from tests.fakes.admission import FakeAccounts, FakeDecks
from tests.fakes.rooms import FakeDisk, FakeRoomStore, WallClock
from tests.fixtures.ports import free_port
from tests.ws.server import streaming

ROOM: RoomId = "0192f000-0000-7000-8000-000000000001"
MODERATION: AccountId = "moderation"
SPEAKER: AccountId = "speaker"
IMPOSTOR: AccountId = "impostor"
"""A participant who took a name that sounds like an office."""
NAMES = {
    MODERATION: ("Moderation", "KTS"),
    "organisation": ("Organisation", "KTS"),
    SPEAKER: ("Smart City Ulm", "Stadt Ulm"),
    IMPOSTOR: ("Moderation", "Stadt Muster"),
    "ulm": ("Gastgeberin Ulm", "Stadt Ulm"),
    "hof": ("Bauamt Hof", "Stadt Hof"),
    "mayen": ("Projektbüro Mayen-Koblenz", "Landkreis Mayen-Koblenz"),
}
READ = frozenset({Permission.ROOM_ENTER})
ATTEND = READ | {
    Permission.CHAT_SEND,
    Permission.CHAT_DELETE_OWN,
    Permission.QUESTION_ASK,
    Permission.QUESTION_WITHDRAW_OWN,
    Permission.QUESTION_VOTE,
}
SPEAK = ATTEND | {Permission.ROOM_STAGE, Permission.STAGE_DIRECT, Permission.BACKSTAGE_SEND}
MODERATE = SPEAK | {
    Permission.ROOM_DESK,
    Permission.CHAT_MODERATE,
    Permission.QUESTION_MODERATE,
    Permission.ROOM_CONFIGURE,
    Permission.ANNOUNCE,
    Permission.PERSON_SANCTION,
}


ORGANISER: AccountId = "organisation"
DESK = {MODERATION: MODERATE, ORGANISER: MODERATE | {Permission.WORDS_ERASE}}
WAITING: AccountId = "waiting"
"""Speaks in this room, while the session of somebody else is on."""
SPEAKING = {SPEAKER: SPEAK, WAITING: SPEAK - {Permission.STAGE_DIRECT}}
OFFICES = {
    MODERATION: OfficeKind.MODERATOR,
    ORGANISER: OfficeKind.ORGANISER,
    SPEAKER: OfficeKind.SPEAKER,
}
CONFERENCE = EventResource("event", "event", "Regionalkonferenz", always(Group.PUBLIC))
PLENUM = RoomResource(ROOM, CONFERENCE)


class CookieDoor:
    """Admits everybody as who the cookie says; ``shut`` names those who are not let in."""

    def __init__(self) -> None:
        self.shut: dict[AccountId, Denied] = {}
        self.clock = WallClock()

    async def admit(
        self, credential: Credential, room: RoomId, *, removed: frozenset[AccountId]
    ) -> Grant | Denied:
        account, until = credential.account, self.clock.now() + 5_000
        if room != ROOM:
            return NOT_THERE
        if account is None:
            return Grant(None, Stream.PUB, until, "guest")
        if account in removed:
            return REMOVED_FROM_ROOM
        if account in self.shut:
            return self.shut[account]
        return Grant(person(account), stream(account), until, "test")


def person(account: AccountId) -> Person:
    name, organisation = NAMES.get(account, (f"Amt {account}", "Stadt Muster"))
    may = DESK.get(account, SPEAKING.get(account, ATTEND))
    return Person(account, name, organisation, may, office=OFFICES.get(account))


def stream(account: AccountId) -> Stream:
    return person(account).stream


class House:
    """The server, and the room as the tests fill it."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.door = CookieDoor()
        self.disk = FakeDisk(WallClock())
        self.decks = FakeDecks(slides=3, more=5)
        until = WallClock().now() + 3_600_000
        self.shelf = [Deck("slides", "Folien", 3, until, "/cues/slides.json")]
        """What the presenter's view offers."""
        self.open = True
        self.upgrades = True
        """False: behind a proxy that lets no WebSocket through, but everything else."""
        self._count = itertools.count(1)
        self.loop: asyncio.AbstractEventLoop | None = None
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app(), host="127.0.0.1", port=self.port, log_level="warning", lifespan="on"
            )
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        self._server.run()

    def stop(self) -> None:
        self._server.should_exit = True

    def ready(self) -> bool:
        return self._server.started

    def do(self, account: AccountId, command: RoomCommand) -> Ack:
        """Somebody's command, as if it came over a socket of theirs."""
        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(self._do(account, command), self.loop).result(10)

    async def _do(self, account: AccountId, command: RoomCommand) -> Ack:
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        key = CommandKey(account, new_id(next(self._count)))
        sender = partial(person, account)
        self.sequencer.submit(Submission(ROOM, key, command, sender=sender, tell=done.set_result))
        return (await done).ack(key.cmd_id, stream(account))

    def _app(self) -> Starlette:
        assets = Assets(ROOT / "dist")
        self.renderer = Renderer(load(ROOT / "i18n"), assets)
        routes = [
            Route("/", self._enter),
            Route("/room", partial(self._page, "room")),
            Route("/desk", partial(self._page, "desk")),
            Route("/present", partial(self._page, "present")),
            Route("/screen", partial(self._page, "screen")),
            Route(f"/api/v1/rooms/{ROOM}/messages", self._older),
            Route(f"/api/v1/rooms/{ROOM}/people", self._people),
            Route("/materials/{deck}/pages.json", found_pages),
            Route("/materials/{deck}/pages/{page:int}.webp", page_picture),
            Route("/materials/{deck}/pages/{page:int}.json", page_text),
            Route("/cues/slides.json", deck_cues),
            WebSocketRoute("/ws", self._socket),
            Route("/healthz", self._alive),
            Mount("/sse", self._stream),
            route(assets),
        ]
        app = Starlette(routes=routes, lifespan=self._lifespan)
        app.add_middleware(SecurityHeaders, tls=False)
        return app

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.loop = asyncio.get_running_loop()
        store = FakeRoomStore(self.disk)
        self.store = store
        self.hub = Hub(store, self.door, WallClock(), LoopTimers(), text_frame)
        self.sequencer = Sequencer(
            store, FakeAccounts(), self.decks, self.hub.publish, lambda: new_id(next(self._count))
        )
        reception = Reception(
            self.hub,
            self.sequencer,
            WallClock(),
            authenticate=authenticate,
            trusted=lambda headers: self.open,
            build="test",
        )
        self.sockets, self.streams = RoomSockets(reception), streaming(reception)
        await self.hub.start()
        yield
        await self.sequencer.close()
        await self.hub.close()

    async def _alive(self, request: Request) -> Response:
        """Tests that cut the sockets of a page mean its whole network."""
        return Response(status_code=404 if self.upgrades else 200)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.streams({**scope, "root_path": ""}, receive, send)

    async def _socket(self, websocket: WebSocket) -> None:
        if not self.upgrades:
            await websocket.close()
            return
        await self.sockets(websocket.scope, websocket.receive, websocket.send)

    async def _enter(self, request: Request) -> Response:
        return Response("ok")

    async def _page(self, kind: str, request: Request) -> Response:
        who = request.query_params.get("as")
        if who is not None:
            answer = RedirectResponse(request.url.remove_query_params("as"))
            answer.set_cookie("who", who)
            return answer
        language: Language = "en" if request.query_params.get("lang") == "en" else "de"
        account = request.cookies.get("who")
        name = person(account).name if account else None
        around = frame(request, language, name, demo=False, sign_video=False)
        trail = (Link("/", "Regionalkonferenz Ulm"), Link("", "Plenum"))
        view = RoomView(
            guid=ROOM,
            title="Moderation: Plenum" if kind == "desk" else "Plenum",
            event="Regionalkonferenz Ulm",
            kind="desk" if kind == "desk" else "present" if kind == "present" else "room",
            decks=tuple(self.shelf),
            desk_href="",
            programme=RoomProgramme(WallClock().now(), None, (), Following("", 1)),
            trail=trail,
            kept="Nachrichten werden 30 Tage nach der Veranstaltung gelöscht.",
        )
        return self.renderer.page("screen" if kind == "screen" else "room", around, view)

    async def _older(self, request: Request) -> Response:
        found = list(
            await self.store.messages_before(ROOM, int(request.query_params["before"]), 51)
        )
        around = chat.Chat(messages={message.id: message for message in found})
        views = [chat.view(around, message, Stream.PUB) for message in reversed(found[:50])]
        return JSONResponse({"messages": msgspec.to_builtins(views), "older": len(found) > 50})

    async def _people(self, request: Request) -> Response:
        visit = Visit(GUEST, PLENUM, Allowed(Rule.MODERATOR), "de", self.door.clock.now())
        return await People(self.hub, Registers(), Registers()).people(request, visit)


class Registers:
    """What is recorded about the people of the house."""

    async def room(self, guid: RoomId) -> RoomResource:
        return PLENUM

    async def actor_of(self, account: AccountId) -> Actor:
        known = person(account)
        return Actor(account, known.name, known.organisation)

    async def office_holders(self, event: str) -> tuple[Actor, ...]:
        office = Office(OfficeKind.MODERATOR, ROOM, event)
        return tuple([replace(await self.actor_of(each), offices=(office,)) for each in DESK])


async def authenticate(headers: list[tuple[bytes, bytes]], token: str | None) -> Credential | None:
    jar = http.cookies.SimpleCookie(dict(headers).get(b"cookie", b"").decode())
    who = jar["who"].value if "who" in jar else None
    if token is not None or who in (None, "guest"):
        return Credential("screen" if token else "guest", secrets.token_hex(8))
    return Credential("session", secrets.token_hex(8), who)


def new_id(number: int) -> str:
    at = time.time_ns() // 1_000_000
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7000-8000-{number:012x}"


@contextmanager
def house() -> Iterator[House]:
    """A running house."""
    made = House()
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not made.ready():
        if time.monotonic() > deadline or not thread.is_alive():
            raise TimeoutError("the house does not open")
        time.sleep(0.02)
    try:
        yield made
    finally:
        made.stop()
        thread.join(10)


if __name__ == "__main__":
    House(int(sys.argv[1])).run()
