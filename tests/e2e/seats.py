"""People without a window: they sign in over HTTP and speak over the socket. To fill a room."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from server.ids import uuid7
from server.seed.guids import guid
from tests.e2e.people import link_in
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer
from tests.fixtures.uploads import looked_into

PLENARY = guid("room", "generalprobe", "plenum")
SECONDS = 30


@dataclass(frozen=True)
class Signed:
    """A browser's cookie."""

    server: RunningServer
    name: str
    value: str

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": f"{self.name}={self.value}", "origin": self.server.url}

    def lend_to(self, context: BrowserContext) -> None:
        """Whoever opens pages there now is signed in."""
        context.add_cookies([{"name": self.name, "value": self.value, "url": self.server.url}])


def sign_in(server: RunningServer, mails: MailSink, address: str) -> Signed:
    """Through the mailed link, as everybody."""
    with httpx.Client(base_url=server.url, headers={"origin": server.url}) as browser:
        came = len(mails.to(address))
        browser.post("/sign-in", data={"address": address}).raise_for_status()
        token = link_in(mails.wait_for(address, came + 1)).partition("#")[2]
        done = browser.post("/sign-in/confirm", data={"token": token})
        assert done.status_code == 303, done.text
        (cookie,) = browser.cookies.jar
        assert cookie.value is not None
        return Signed(server, cookie.name, cookie.value)


def introduce(who: Signed, name: str, organisation: str) -> None:
    """Fill in the profile: a name, and the first organisation found by these words."""
    with httpx.Client(base_url=who.server.url, headers=who.headers) as browser:
        assert browser.post("/profile/name", data={"name": name}).status_code == 303
        found = browser.get("/profile/organisations", params={"q": organisation}).json()
        chosen = {"organisation": found[0]["guid"]}
        assert browser.post("/profile/organisation", data=chosen).status_code == 303


def upload(who: Signed, session: str, content: bytes, name: str) -> str:
    """A PDF for a session of the rehearsal, looked into and ready; the guid of the material."""
    address = f"/materials/of/session/{guid('session', 'generalprobe', session)}"
    announced = {"name": name, "size": len(content), "type": "application/pdf"}
    with httpx.Client(base_url=who.server.url, headers=who.headers) as browser:
        begun = browser.post(address, json=announced).json()
        browser.put(begun["upload"], content=content).raise_for_status()
        assert looked_into(browser, begun["upload"]) == "ready"
    return str(begun["material"])


@dataclass
class Seat:
    """A joined connection."""

    socket: ClientConnection
    account: str

    def do(self, type_: str, **fields: Any) -> str:
        """Carry out a command; returns the id of what it was about."""
        ack = self._answer(type_, fields)
        assert "done" in ack, ack
        return str(ack["done"].get("object"))

    def refused(self, type_: str, **fields: Any) -> str:
        """Try a command that is refused; the code."""
        return str(self._answer(type_, fields)["error"]["code"])

    def out(self) -> tuple[str, int | None]:
        """Read until one is sent out: the code that is told, and the one of the closing."""
        told = self._next("out")["code"]
        with pytest.raises(ConnectionClosed):
            self.socket.recv(SECONDS)
        return told, self.socket.close_code

    def _answer(self, type_: str, fields: dict[str, Any]) -> dict[str, Any]:
        sent = uuid7()
        command = {"type": type_, **fields}
        self.socket.send(json.dumps({"t": "do", "id": sent, "command": command}))
        while True:
            ack = self._next("ack")
            if ack["id"] == sent:
                return ack

    def _next(self, kind: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(SECONDS))
            if frame["t"] == kind:
                return frame

    def ask(self, text: str, *, unnamed: bool = False) -> str:
        return self.do("question.ask", text=text, unnamed=unnamed)

    def say(self, text: str, **more: str) -> str:
        return self.do("chat.send", text=text, **more)


@contextmanager
def seat(who: Signed, room: str = PLENARY) -> Iterator[Seat]:
    """Somebody in a room, until the end of the block."""
    with _socket_of(who) as socket:
        yield _seated(socket, {"t": "hello", "protocol": 1}, room)


def turned_away(who: Signed, room: str = PLENARY) -> str:
    """Try to enter; the code of the refusal."""
    with _socket_of(who) as socket:
        _, frame = _ask_in(socket, {"t": "hello", "protocol": 1}, room)
        assert frame["t"] == "out", frame
        return str(frame["code"])


@contextmanager
def seat_of_a_script(server: RunningServer, token: str, room: str = PLENARY) -> Iterator[Seat]:
    """The same with a bearer token instead of a session."""
    with connect(_sockets(server)) as socket:
        yield _seated(socket, {"t": "hello", "protocol": 1, "token": token}, room)


def _socket_of(who: Signed) -> ClientConnection:
    cookie = {"cookie": who.headers["cookie"]}
    address = _sockets(who.server)
    # Who sits there reads only what answers them; what waits must not hold back the pings.
    return connect(
        address, additional_headers=cookie, origin=Origin(who.server.url), max_queue=None
    )


def _sockets(server: RunningServer) -> str:
    return server.url.replace("http", "ws", 1) + "/ws"


def _seated(socket: ClientConnection, hello: dict[str, object], room: str) -> Seat:
    account, frame = _ask_in(socket, hello, room)
    assert frame["t"] == "joined", frame
    return Seat(socket, account)


def _ask_in(
    socket: ClientConnection, hello: dict[str, object], room: str
) -> tuple[str, dict[str, Any]]:
    socket.send(json.dumps(hello))
    welcome = json.loads(socket.recv(SECONDS))
    socket.send(json.dumps({"t": "join", "room": room}))
    return welcome["account"], json.loads(socket.recv(SECONDS))
