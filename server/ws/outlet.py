"""An outlet over plain ASGI ``send``: for other servers than ours, and for tests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.types import Send

from rooms.member import Outlet
from rooms.wire.messages import Close
from server.ws.frames import text_of


class SendOutlet:
    """Queues frames and sends them in order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._code: int | None = None
        self._sender: asyncio.Task[None] | None = None
        self.drained: Callable[[], None] | None = None

    def write(self, frame: bytes) -> None:
        """Queue one prepared frame."""
        if self._code is None:
            self._waiting.append(frame)
            self._size += len(frame)
            self._start()

    def buffered(self) -> int:
        """Bytes queued."""
        return self._size

    def close(self, code: int) -> None:
        """Close after what is queued."""
        if self._code is None:
            self._code = code
            self._start()

    async def finish(self) -> None:
        """Send what is queued, as far as the other side still takes it."""
        if self._sender is not None:
            await asyncio.wait([self._sender], timeout=1)
            self._sender.cancel()

    def _start(self) -> None:
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                frame = self._waiting.popleft()
                await self._send({"type": "websocket.send", "text": text_of(frame)})
                self._size -= len(frame)
                if not self._waiting and self._code is None and self.drained is not None:
                    self.drained()  # may hand over more: it is sent in this same round
            if self._code is not None:
                await self._send({"type": "websocket.close", "code": self._code})
        except (OSError, RuntimeError):
            # Gone: receive says so too, and ends the conversation.
            self._waiting.clear()
            self._code = self._code or Close.RESUME_LATER


def _as_outlet(outlet: SendOutlet) -> Outlet:
    """Both outlets are what the hub needs; the type checker holds it."""
    return outlet
