"""The two ways into a room: a WebSocket, and a stream of events with posts beside it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from tests.chaos.client import Client, Json
from tests.ws.events import Line

STREAM = "/sse/rooms/{room}"
TOO_FAST = 429


@dataclass
class SocketClient(Client):
    """Over a WebSocket."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._socket: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[Json | None]] = {}

    def connecting(self) -> connect:
        """A new connection, not made yet."""
        return connect(self.url, compression=None, open_timeout=5)

    async def pace(self, size: int) -> None:
        """Awaited before a frame of this size is taken."""

    def lose(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()

    async def listen(self) -> None:
        try:
            async with self.connecting() as socket:
                await self._enter(socket)
                async for frame in socket:
                    await self.pace(len(frame))
                    self._hear(json.loads(frame))
        finally:
            self._socket = None
            while self._answers:
                _tell(self._answers.popitem()[1], None)

    async def _enter(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"t": "hello", "protocol": 1, "token": self.token}))
        join: Json = {"t": "join", "room": self.room}
        if self.position is not None:
            join["after"] = self.position
        await socket.send(json.dumps(join))
        self._socket = socket

    def _hear(self, frame: Json) -> None:
        if frame["t"] != "ack":
            self.take(frame)
        elif (answer := self._answers.pop(frame["id"], None)) is not None:
            _tell(answer, frame)

    async def ask(self, cmd_id: str, command: Json) -> Json | None:
        if self._socket is None:
            return None
        answer: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._answers[cmd_id] = answer
        await self._socket.send(json.dumps({"t": "do", "id": cmd_id, "command": command}))
        return await answer


def _tell(answer: asyncio.Future[Json | None], frame: Json | None) -> None:
    if not answer.done():  # whoever asked may have lost patience
        answer.set_result(frame)


@dataclass
class StreamClient(Client):
    """Where no WebSocket passes (decision 0102): events down, one post after the other up."""

    posting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._line: Line | None = None
        self._up: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def lose(self) -> None:
        if self._line is not None:
            self._line.lose()
        self._hang_up()

    async def listen(self) -> None:
        headers = {"authorization": f"Bearer {self.token}"}
        if self.position is not None:
            headers["last-event-id"] = "{stream}.{n}.{epoch}".format(**self.position)
        path = STREAM.format(room=self.room) + "?protocol=1"
        try:
            self._line = await Line.opened(self.port, path, headers)
            while True:
                for event in await self._line.read():
                    if event.data is not None and self._line.status < 500:
                        self.take(json.loads(event.data))
        finally:
            self.lose()
            self._line = None

    async def ask(self, cmd_id: str, command: Json) -> Json | None:
        body = json.dumps({"t": "do", "id": cmd_id, "command": command}).encode()
        async with self.posting:
            try:
                status, answer = await self._post(body)
            except BaseException:
                self._hang_up()  # what is left of this answer is none to the next post
                raise
        if status == TOO_FAST:
            return {"error": {"code": "rate_limited", "retry_after_ms": 1_000}}
        if status >= 500:
            return None
        told: Json = json.loads(answer)
        assert status == 200, f"{self.name}: {told}"
        return told

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        """On one connection, as long as it lasts."""
        if self._up is None:
            self._up = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._up
        writer.write(
            f"POST {STREAM.format(room=self.room)} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"authorization: Bearer {self.token}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if line)
        answer = await reader.readexactly(int(fields["content-length"]))
        if fields.get("connection") == "close":
            self._hang_up()
        return int(head[0].split()[1]), answer

    def _hang_up(self) -> None:
        if self._up is not None:
            with suppress(OSError):
                self._up[1].transport.abort()
            self._up = None
