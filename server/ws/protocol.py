"""uvicorn's WebSocket protocol with prepared frames, budgets and deadlines.

Give it to uvicorn (``ws=``) with ``server.ws.http`` (``http=``).  What is added:

* ``scope["extensions"]["plenum.writer"]``: a :class:`Writer` that takes frames already made;
* a budget of frames and bytes per connection, checked before parsing (f3);
* 15 s for a handshake (f5);
* a staggered goodbye with a hint when to come back, when the server stops;
* no deflate per message: a frame is the same bytes for everybody.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio.transports import BaseTransport
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import ProtocolError

from rooms.wire.decoding import FRAME_BYTES
from rooms.wire.encoding import encode
from rooms.wire.messages import Bye, Close
from server.ws import drain
from server.ws.budget import Allowance, Budget
from server.ws.frames import FrameCounter, text_frame
from server.ws.http import HANDSHAKE_S, plain

WRITER = "plenum.writer"
CLOSING_S = 2.0
"""How long a closed connection may take to read what is left for it."""

UNSUPPORTED_DATA = 1003
INVALID_DATA = 1007

log = logging.getLogger("server.ws")


def _nowhere(frame: bytes) -> None:
    """Where frames go once the connection is closing."""


class Writer:
    """Hands prepared frames to one connection. Also the ``Outlet`` of the rooms' hub."""

    __slots__ = ("_protocol", "buffered", "drained", "write")

    def __init__(self, protocol: SocketProtocol, transport: asyncio.WriteTransport) -> None:
        self._protocol = protocol
        self.write: Callable[[bytes], object] = transport.write
        """Take one prepared frame; never waits. After closing it takes and forgets."""
        self.buffered: Callable[[], int] = transport.get_write_buffer_size
        self.drained: Callable[[], None] | None = None
        """Called when a full buffer has been read."""

    def close(self, code: int) -> None:
        """Send a close frame; whatever is written later is forgotten."""
        self._protocol.end(code)

    def stop(self) -> None:
        """The transport is gone or going."""
        self.write = _nowhere
        self.buffered = int
        self.drained = None


class SocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket connection."""

    allowance: ClassVar[Allowance] = Allowance()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        config.ws_per_message_deflate = False
        config.ws_max_size = FRAME_BYTES
        super().__init__(config, server_state, app_state, _loop)
        self.logger = log
        self._counter = FrameCounter()
        self._budget = Budget(self.allowance, self.loop.time())
        self._writer: Writer | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._ending = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._writer = Writer(self, self.transport)
        self._deadline = self.loop.call_later(HANDSHAKE_S, self._handshake_due)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._writer is not None:
            self._writer.stop()
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writer is not None and self._writer.drained is not None:
            self._writer.drained()

    def data_received(self, data: bytes) -> None:
        if self._ending:
            return  # nothing of a closed connection is worth parsing
        if self.handshake_initiated and not self._affordable(data):
            self.end(Close.BUDGET)
            return
        super().data_received(data)
        if not self.handshake_initiated:
            self._decline()

    def _decline(self) -> None:
        """The request came as a whole and its parser took none of it: a line is too long."""
        self._ending = True
        self.transport.write(plain(HTTPStatus.BAD_REQUEST))
        self.transport.close()
        self._abort_soon()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            # The task that runs the app starts after this call, so it finds the extension.
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[WRITER] = self._writer

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "bytes":
            self._fail(UNSUPPORTED_DATA, "text only")
        elif not _is_utf8(self.frames):
            self._fail(INVALID_DATA, "not UTF-8")
        else:
            super().send_receive_event_to_app()

    def _fail(self, code: int, reason: str) -> None:
        self.frames = []
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        self._ending = True
        if self._writer is not None:
            self._writer.stop()
        super().handle_parser_exception()
        self._abort_soon()

    def end(self, code: int) -> None:
        """Close with this code, for good: unread frames do not keep the connection open."""
        if self._ending or self.close_sent or self.transport.is_closing():
            return
        self._ending = True
        if self._writer is not None:
            self._writer.stop()
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        try:
            self.conn.send_close(code)
        except ProtocolError:
            self.conn.fail(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()
        self._abort_soon()

    def shutdown(self) -> None:
        """The server stops: say when to come back, at a moment of one's own, then close."""
        if not self.handshake_complete or self.close_sent:
            super().shutdown()
            return
        within = self.config.timeout_graceful_shutdown
        told = drain.goodbye(len(self.connections), drain.chance(), within)
        self.loop.call_later(told.after_s, self._goodbye, told.hint_ms)

    def _goodbye(self, hint_ms: int) -> None:
        if self._writer is not None and not self._ending:
            self._writer.write(text_frame(encode(Bye(hint_ms))))
            self.end(Close.GOING_AWAY)

    def _affordable(self, data: bytes) -> bool:
        self._budget.refill(self.loop.time())
        frames = self._counter.count(data, self._budget.frames + 1)
        return self._budget.spend(frames, len(data))

    def _handshake_due(self) -> None:
        if not self.handshake_complete:
            self.transport.abort()

    def _abort_soon(self) -> None:
        self.loop.call_later(CLOSING_S, self.transport.abort)


def _is_utf8(parts: list[bytes]) -> bool:
    try:
        b"".join(parts).decode()
    except UnicodeDecodeError:
        return False
    return True
