"""The outlet of a stream of events, over plain ASGI ``send``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Send

from access.audiences import Instant
from server.http.sse import events
from server.ws.http import Line
from server.ws.outlet import QueueOutlet


class EventOutlet(QueueOutlet):
    """Holds everything back until ``begin``: the status depends on how it went."""

    def __init__(self, send: Send, line: Line | None) -> None:
        """``line``: the connection under it, where our own server runs."""
        super().__init__(send)
        self._line = line
        self._numbered = events.Numbered()
        self._begun = False
        self.closing = asyncio.Event()
        """It was told to close."""
        self.ended = False
        """Its end was handed over."""

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Answer, and send what waits."""
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": raw})
        self._begun = True
        self._start()

    def write(self, frame: bytes) -> None:
        """Queue one prepared frame as an event."""
        super().write(self._numbered.event(frame))

    def beat(self, now: Instant) -> None:
        """A sign of life, unless more than enough waits already."""
        if not self._waiting:
            super().write(events.beat(now))

    def buffered(self) -> int:
        """Bytes queued, here and in the connection."""
        return super().buffered() + (self._line.buffered() if self._line else 0)

    def close(self, code: int) -> None:
        """Say why after what is queued, and end."""
        super().close(code)
        self.closing.set()

    async def deliver(self, frame: bytes) -> None:
        await self._body(frame)

    async def deliver_end(self, code: int) -> None:
        await self._body(events.end(code), more=False)
        self.ended = True

    async def settle(self) -> None:
        """uvicorn waits before a part of the body until there is room for it."""
        if self._line is None or self._line.buffered():
            await self._body(b"")

    def _start(self) -> None:
        if self._begun:
            super()._start()

    async def _body(self, part: bytes, *, more: bool = True) -> None:
        await self.send({"type": "http.response.body", "body": part, "more_body": more})
