"""uvicorn's HTTP protocol for requests that must get on and must end.

* 15 s for a request, also for a connection that says nothing at all (f5);
* a bound on request line, headers and trailers (f1), also of a WebSocket's first request;
* nothing waits behind an answer under way: a request there is not read, and the connection ends
  with that answer, which arrives although more was sent;
* ``scope["extensions"]["plenum.line"]``: a :class:`Line` for an answer that goes on and on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from server.ws import drain

LINE = "plenum.line"
HANDSHAKE_S = 15.0
"""For the request line, headers and body, and for the WebSocket's acceptance."""
HEAD_BYTES = 65_536
"""Request line and headers together; extensions and trailers of a chunked body likewise."""
URL_BYTES = 8_000
MOST_HEADERS = 100
REST = 262_144
"""Bytes that are read and forgotten, behind what is still answered; more cut the connection."""


class Line:
    """The connection under an answer that goes on: what it has not taken, and its end."""

    __slots__ = ("abort", "buffered", "lost", "stopping")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.buffered: Callable[[], int] = transport.get_write_buffer_size
        """Bytes the other side has not taken."""
        self.abort: Callable[[], None] = transport.abort
        """End it now: the other side does not read."""
        self.stopping: Callable[[int], None] | None = None
        """Called when the server stops, at a moment of this connection's own: come back after so
        many milliseconds."""
        self.lost: Callable[[], None] | None = None
        """Called when the connection is gone."""


class HttpProtocol(HttpToolsProtocol):
    """One HTTP connection that must get on with its request."""

    deadline: ClassVar[float] = HANDSHAKE_S
    """Seconds from connecting, or from a request's first byte, to the end of its headers; a
    body may take longer as long as it gets on."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._head = 0
        """Bytes of the present request's line, headers and trailers."""
        self._pending = 0
        """Bytes since the parser last made something of them."""
        self._refusal = HTTPStatus.BAD_REQUEST
        self._last = False
        """The answer under way is the last one here; what comes behind it is forgotten."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._line = Line(transport)
        self._answering = _Answering(transport, self.end)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        line = self._line
        line.buffered, line.stopping = int, None
        self._answering.close = self.transport.close  # nothing may keep this object alive
        super().connection_lost(exc)
        if line.lost is not None:
            line.lost()

    def data_received(self, data: bytes) -> None:
        self._pending += len(data)
        if self._last:
            if self._pending > REST:
                self.transport.abort()
            return
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._expect()  # the next request of a kept connection has begun
        super().data_received(data)
        if self._pending > HEAD_BYTES and not self.transport.is_closing():
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self.send_400_response("")

    def on_message_begin(self) -> None:
        if self._under_way():
            # Queued, it would hide the end of the connection from the answer before it.
            self._last, self.cycle.keep_alive = True, False
            raise ValueError("a request behind an answer under way")
        self._head = 0
        super().on_message_begin()
        self.scope["extensions"] = {LINE: self._line}  # type: ignore[dict-item]

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_BYTES:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if self._head > HEAD_BYTES or len(self.headers) > MOST_HEADERS:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        self._pending = 0
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = self._answering  # type: ignore[assignment]

    def shutdown(self) -> None:
        """The server stops: an answer that goes on would go on for ever."""
        super().shutdown()
        if self._line.stopping is not None:
            within = self.config.timeout_graceful_shutdown
            told = drain.goodbye(len(self.connections), drain.chance(), within)
            self.loop.call_later(told.after_s, self._stop, told.hint_ms)

    def _stop(self, hint_ms: int) -> None:
        if self._line.stopping is not None:
            self._line.stopping(hint_ms)

    def _refuse(self, status: HTTPStatus) -> None:
        """Stop the parser; the answer is written where uvicorn answers what it cannot parse."""
        self._refusal = status
        raise ValueError(status.phrase)

    def send_400_response(self, msg: str) -> None:
        if self._last:
            return  # first the answer under way, which ends the connection
        if self._under_way() and self.cycle.response_started:
            self.transport.abort()  # a second answer would be read as a part of the first
            return
        self.transport.write(plain(self._refusal))
        self.transport.close()

    def end(self) -> None:
        """What was answered is the last here. Where bytes of the request lie unread when a
        connection closes, the other side is told of a reset and may not see the answer: so what
        still comes is read and forgotten, for as long as a kept connection may be silent."""
        cycle = self.cycle
        if self.transport.is_closing() or not (cycle.response_complete and cycle.more_body):
            self.transport.close()
            return
        self._last, self._pending = True, 0
        self._expect_nothing()
        self.transport.write_eof()

    def _under_way(self) -> bool:
        """Whether there is a request whose asker does not have the whole answer."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        whole = cycle.scope["method"] == "HEAD" or cycle.expected_content_length == 0
        return not (cycle.response_started and whole and not cycle.chunked_encoding)

    def on_body(self, body: bytes) -> None:
        self._pending = 0
        self._expect()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._pending = 0
        self._expect_nothing()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._expect_nothing()
        super().handle_websocket_upgrade()

    def _expect(self) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(self.deadline, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Answering:
    """The transport as an answer has it."""

    __slots__ = ("close", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = end


def plain(status: HTTPStatus) -> bytes:
    """An answer to what is no request. Nobody knows who asked for what, so it says little."""
    text = status.phrase.encode()
    return (
        b"HTTP/1.1 %d %s\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
        b"connection: close\r\n\r\n%s"
    ) % (status, text, len(text), text)
