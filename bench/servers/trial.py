"""The trial: the bare prepared-frame server that Plenum's figures are a multiple of.

A uvicorn protocol subclass that collects what arrives in a tick and writes the same prepared
bytes to every connection.  It shows what Python and uvicorn allow when nothing is checked,
stored or authorised.  ``python -m bench.servers.trial PORT``.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn
import uvloop
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

TICK_S = 0.005
LARGE = 126


class Room:
    """Everybody who is connected, and the posts of the present tick."""

    def __init__(self) -> None:
        self.people: list[TrialProtocol] = []
        self.waiting: list[bytes] = []

    def post(self, body: bytes) -> None:
        if not self.waiting:
            asyncio.get_running_loop().call_later(TICK_S, self.flush)
        self.waiting.append(body)

    def flush(self) -> None:
        frames = b"".join(prepared(body) for body in self.waiting)
        self.waiting.clear()
        for person in self.people:
            person.transport.write(frames)


def prepared(body: bytes) -> bytes:
    """A whole unmasked text frame (RFC 6455, section 5.2)."""
    if len(body) < LARGE:
        return bytes((0x81, len(body))) + body
    return b"\x81\x7e" + len(body).to_bytes(2, "big") + body


ROOM = Room()


class TrialProtocol(WebSocketsSansIOProtocol):
    """Posts never reach the application; they go straight into the room's tick."""

    def handle_text(self, event: Frame) -> None:
        ROOM.post(bytes(event.data))

    def handle_events(self) -> None:
        for event in self.conn.events_received():
            if isinstance(event, Frame):
                if event.opcode is Opcode.TEXT:
                    self.handle_text(event)
                elif event.opcode is Opcode.CLOSE:
                    self.handle_close(event)
            elif isinstance(event, Request):
                self.handle_connect(event)

    def connection_lost(self, exc: Exception | None) -> None:
        if self in ROOM.people:
            ROOM.people.remove(self)
        super().connection_lost(exc)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, then stay until the other side goes."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    protocol = receive.__self__
    ROOM.people.append(protocol)
    while (await receive())["type"] != "websocket.disconnect":
        pass


def main(port: int) -> None:
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        ws=TrialProtocol,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="error",
        lifespan="off",
        backlog=4096,
    )
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
