"""A client of the second transport, with the words of the first: events down, posts up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

import httpx
import msgspec

from rooms.core.names import AccountId
from rooms.core.room import RoomCommand
from rooms.wire.messages import (
    PROTOCOL,
    Ack,
    AnyServerFrame,
    Do,
    Joined,
    Out,
    Position,
)
from server.http.sse import events
from server.http.sse.endpoint import PATH
from tests.rooms.house import ROOM
from tests.ws.client import Talking
from tests.ws.events import Event, Line
from tests.ws.server import Site


class Streamed(Talking):
    """One person's stream. It is opened by ``join``; commands go by themselves."""

    def __init__(self, site: Site, headers: Mapping[str, str], browser: httpx.AsyncClient) -> None:
        super().__init__(site)
        self.headers = dict(headers)
        self.browser = browser
        self.protocol = PROTOCOL
        self.last_id: str | None = None
        """As a browser keeps it, to show it when it comes back by itself."""
        self.retry: str | None = None
        self.beats = 0
        self.beaten = ""
        """What the last sign of life said."""
        self.code: int | None = None
        self._waiting: list[Event] = []
        self._line: Line | None = None

    @property
    def status(self) -> int:
        return self._there().status

    @property
    def answered(self) -> dict[str, str]:
        return self._there().answered

    async def hello(self, token: str | None = None) -> None:
        if token is not None:
            self.headers["authorization"] = f"Bearer {token}"

    async def join(self, after: Position | None = None, room: str = ROOM) -> Joined | Out:
        await self.open(None if after is None else events.name(after), room)
        return await self.next(Joined | Out)  # type: ignore[arg-type]

    async def open(self, last_id: str | None = None, room: str = ROOM) -> None:
        """Ask for the stream and read the head of the answer."""
        self.lose()
        self._waiting = []
        last = {} if last_id is None else {"last-event-id": last_id}
        path = f"{PATH.format(room=room)}?protocol={self.protocol}"
        self._line = await Line.opened(self.site.port, path, self.headers | last)

    async def read(self) -> AnyServerFrame:
        """The next frame; ``EOFError`` when there is none any more."""
        async with asyncio.timeout(10):
            while True:
                while self._waiting:
                    frame = self._look_at(self._waiting.pop(0))
                    if frame is not None:
                        return self.took(frame)
                self._waiting += await self._there().read()

    async def listen(self) -> None:
        """Take what comes next, be it only a sign of life."""
        self._waiting += await self._there().read()
        while self._waiting:
            self._look_at(self._waiting.pop(0))

    def _look_at(self, event: Event) -> AnyServerFrame | None:
        if event.comment is not None:
            self.beats += 1
            self.beaten = event.comment
        self.code = self.code or event.close
        self.retry = event.fields.get("retry", self.retry)
        self.last_id = event.fields.get("id", self.last_id)
        if event.data is None:
            return None
        frame: AnyServerFrame = msgspec.json.decode(event.data, type=AnyServerFrame)
        return frame

    async def do(self, command: RoomCommand, command_id: str | None = None) -> Ack:
        answer = await self.post(msgspec.json.encode(Do(command_id or self.site.new_id(), command)))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Ack)

    async def post(self, body: bytes, room: str = ROOM, **headers: str) -> httpx.Response:
        """Any bytes, as a post."""
        return await self.browser.post(
            f"http://127.0.0.1:{self.site.port}{PATH.format(room=room)}",
            content=body,
            headers={**self.headers, **headers},
        )

    async def closed(self) -> int:
        with contextlib.suppress(EOFError):
            while True:
                await self.read()
        return self.code or 0

    def pause(self) -> None:
        self._there().transport.pause_reading()

    def resume(self) -> None:
        self._there().transport.resume_reading()

    def lose(self) -> None:
        """The line is cut, in the middle of whatever was being sent."""
        if self._line is not None:
            self._line.lose()

    def _there(self) -> Line:
        assert self._line is not None
        return self._line


@contextlib.asynccontextmanager
async def streaming(
    site: Site, account: AccountId | None = None, **headers: str
) -> AsyncIterator[Streamed]:
    """Somebody who has not asked for a stream yet."""
    cookie = {"cookie": f"session={account}"} if account else {}
    async with httpx.AsyncClient(verify=False) as browser:
        client = Streamed(site, cookie | headers, browser)
        try:
            yield client
        finally:
            client.lose()


@contextlib.asynccontextmanager
async def watching(site: Site, account: AccountId | None = None) -> AsyncIterator[Streamed]:
    """A stream of the room."""
    async with streaming(site, account) as client:
        assert isinstance(await client.join(), Joined)
        yield client
