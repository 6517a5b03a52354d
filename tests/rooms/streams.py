"""A visitor on a stream of events, whose commands arrive at other processes than the stream."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
from starlette.types import ASGIApp, Message

from rooms.core.chat import SendMessage
from rooms.core.names import AccountId
from rooms.core.room import RoomCommand
from rooms.wire.messages import Ack, AnyServerFrame, Do, Joined, Position
from server.http.sse import events
from server.http.sse.endpoint import PATH
from tests.rooms.house import ROOM, House, Visitor


class StreamVisitor(Visitor):
    """The application is called as a server calls it; there is no network in between."""

    def __init__(
        self, house: House, streams: ASGIApp, posts: ASGIApp, account: AccountId | None
    ) -> None:
        super().__init__(house, account, ROOM)
        self._streams = streams
        self._posts = posts
        self._cookie = f"session={account or ''}"
        self._gone = asyncio.Event()
        self._joined = asyncio.Event()
        self._text = ""
        self._serving: asyncio.Task[None] | None = None

    async def open(self, after: Position | None) -> None:
        """Until the room's state, or what was missed, has begun to come."""
        last = [] if after is None else [(b"last-event-id", events.name(after).encode())]
        scope: dict[str, object] = {
            "type": "http",
            "method": "GET",
            "path": PATH.format(room=ROOM),
            "query_string": b"",
            "headers": [(b"cookie", self._cookie.encode()), *last],
        }
        self._serving = asyncio.create_task(self._serve(scope))
        async with asyncio.timeout(10):
            await self._joined.wait()

    async def do(self, command: RoomCommand, command_id: str | None = None) -> Ack:
        transport = httpx.ASGITransport(self._posts)
        async with httpx.AsyncClient(transport=transport, base_url="https://k.example") as browser:
            answer = await browser.post(
                PATH.format(room=ROOM),
                content=msgspec.json.encode(Do(command_id or self.house.command_id(), command)),
                headers={"cookie": self._cookie},
            )
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Ack)

    async def say(self, *texts: str) -> None:
        for text in texts:
            assert (await self.do(SendMessage(text))).error is None

    @property
    def is_out(self) -> bool:
        return super().is_out or (self._serving is not None and self._serving.done())

    def leave(self) -> None:
        self._gone.set()

    async def close(self) -> None:
        """Gone, and the application has noticed."""
        self.leave()
        if self._serving is not None:
            await self._serving

    async def _serve(self, scope: dict[str, object]) -> None:
        await self._streams(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        # As a server does whose socket takes no more.
        while not self.outlet.reading and not self._gone.is_set():  # noqa: ASYNC110 - a test sets it
            await asyncio.sleep(0.01)
        if self._gone.is_set():
            return
        *blocks, self._text = (self._text + message.get("body", b"").decode()).split("\n\n")
        for block in blocks:
            self._take(block.splitlines())

    def _take(self, lines: list[str]) -> None:
        data = next((line[6:] for line in lines if line.startswith("data: ")), "")
        if "event: close" in lines:
            self.outlet.close(int(data))
        elif data:
            frame = msgspec.json.decode(data, type=AnyServerFrame)
            self.outlet.frames.append(frame)
            if isinstance(frame, Joined):
                self._joined.set()
