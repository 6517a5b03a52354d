"""Outlets over plain ASGI ``send``: for other servers than ours, for tests, and for streams."""

from __future__ import annotations

import abc
import asyncio
from collections import deque
from collections.abc import Callable

from starlette.types import Send

from rooms.member import Outlet
from rooms.wire.messages import Close
from server.ws.frames import text_of


class QueueOutlet(abc.ABC):
    """Queues what is to be sent and sends it in order."""

    def __init__(self, send: Send) -> None:
        self.send = send
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

    @abc.abstractmethod
    async def deliver(self, frame: bytes) -> None:
        """Send one frame; returns when more may be given."""

    @abc.abstractmethod
    async def deliver_end(self, code: int) -> None:
        """Send the end."""

    async def settle(self) -> None:  # noqa: B027 - most need not wait
        """Return when what was sent has been taken, as far as one can know."""

    def _start(self) -> None:
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._code is None or self._waiting:
                while self._waiting:
                    frame = self._waiting.popleft()
                    await self.deliver(frame)
                    self._size -= len(frame)
                await self.settle()
                if self.drained is not None and self._code is None:
                    self.drained()
                if not self._waiting:
                    break
            if self._code is not None:
                await self.deliver_end(self._code)
        except (OSError, RuntimeError):
            # Gone: receive says so too, and ends the conversation.
            self._waiting.clear()
            self._code = self._code or Close.RESUME_LATER


class SendOutlet(QueueOutlet):
    """Over a WebSocket."""

    async def deliver(self, frame: bytes) -> None:
        await self.send({"type": "websocket.send", "text": text_of(frame)})

    async def deliver_end(self, code: int) -> None:
        await self.send({"type": "websocket.close", "code": code})


def _as_outlet(outlet: QueueOutlet) -> Outlet:
    """All outlets are what the hub needs; the type checker holds it."""
    return outlet
