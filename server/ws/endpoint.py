"""``/ws``: one WebSocket, one conversation."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send

from rooms.wire.messages import Close
from server.ws.conversation import Conversation, Reception, seconds
from server.ws.outlet import SendOutlet
from server.ws.protocol import WRITER

AT_A_STRETCH = 16
"""Messages of one connection; then it is others' turn."""
HELLO_S = 15.0
"""For the first frame."""


class RoomSockets:
    """The ASGI application behind ``/ws``."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it ends."""
        await receive()
        if not self._reception.trusted(scope["headers"]):
            await send({"type": "websocket.close", "code": 1008})
            return
        address = (scope.get("client") or ("",))[0]
        if not self._reception.crowd.arrive(address, seconds()):
            await _turn_away(scope, send)
            return
        try:
            with self._reception.counting("websocket"):
                await self._converse(scope, receive, send)
        finally:
            self._reception.crowd.depart(address)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        outlet = scope.get("extensions", {}).get(WRITER)
        if outlet is not None:
            await self._listen(scope, outlet, receive)
            return
        plain = SendOutlet(send)
        try:
            await self._listen(scope, plain, receive)
        finally:
            await plain.finish()

    async def _listen(self, scope: Scope, outlet: Any, receive: Receive) -> None:
        """Read until the other side, the room or the server ends it."""
        conversation = Conversation(self._reception, scope["headers"], outlet)
        try:
            message = await asyncio.wait_for(receive(), HELLO_S)
            taken = 0
            while message["type"] == "websocket.receive" and await conversation.take(
                _data(message)
            ):
                taken += 1
                if taken % AT_A_STRETCH == 0:
                    await asyncio.sleep(0)  # what has come already would be taken without a pause
                message = await receive()
        except TimeoutError:
            outlet.close(Close.RESUME_LATER)
        finally:
            conversation.end()


def _data(message: Any) -> str | bytes:
    text = message.get("text")
    return text if text is not None else message.get("bytes") or b""


async def _turn_away(scope: Scope, send: Send) -> None:
    """Too many from one address: browsers come back by themselves, later and later."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = [(b"retry-after", b"2"), (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"too many connections"})
