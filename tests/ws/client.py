"""A client as a test needs it: speaks frames, folds what it is sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from rooms.core.names import AccountId
from rooms.core.room import RoomCommand
from rooms.wire.messages import (
    PROTOCOL,
    Ack,
    AnyClientFrame,
    AnyServerFrame,
    Do,
    Hello,
    Join,
    Joined,
    Out,
    Position,
    Welcome,
)
from tests.rooms.house import ROOM, Picture
from tests.ws.server import Site

Frame = TypeVar("Frame", bound=AnyServerFrame)


class Client:
    """One socket. ``picture`` is what it knows of its room."""

    def __init__(self, site: Site, socket: ClientConnection) -> None:
        self.site = site
        self.socket = socket
        self.picture = Picture()
        self.seen: list[AnyServerFrame] = []

    async def send(self, frame: AnyClientFrame) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def next(self, kind: type[Frame]) -> Frame:
        """Read up to the next frame of this kind."""
        while True:
            frame = await self.read()
            if isinstance(frame, kind):
                return frame

    async def read(self) -> AnyServerFrame:
        async with asyncio.timeout(10):
            text = await self.socket.recv()
        frame: AnyServerFrame = msgspec.json.decode(text, type=AnyServerFrame)
        self.picture.take(frame)
        self.seen.append(frame)
        return frame

    async def hello(self, token: str | None = None) -> Welcome:
        await self.send(Hello(PROTOCOL, token=token))
        return await self.next(Welcome)

    async def join(self, after: Position | None = None, room: str = ROOM) -> Joined | Out:
        await self.send(Join(room, after))
        return await self.next(Joined | Out)  # type: ignore[arg-type]

    async def do(self, command: RoomCommand, command_id: str | None = None) -> Ack:
        command_id = command_id or self.site.new_id()
        await self.send(Do(command_id, command))
        while True:
            ack = await self.next(Ack)
            if ack.id == command_id:
                return ack

    async def closed(self) -> int:
        """Read until the server closes; its code."""
        async with asyncio.timeout(10):
            with contextlib.suppress(Exception):
                while True:
                    await self.read()
        await self.socket.wait_closed()
        return self.socket.close_code or 0


@contextlib.asynccontextmanager
async def connected(
    site: Site,
    account: AccountId | None = None,
    origin: str | None = None,
    cookie: str | None = None,
) -> AsyncIterator[Client]:
    """A connection that has said nothing yet."""
    headers = {"cookie": cookie or f"session={account}"} if cookie or account else {}
    if origin:
        headers["origin"] = origin
    async with connect(site.url, additional_headers=headers, compression=None) as socket:
        yield Client(site, socket)


@contextlib.asynccontextmanager
async def visiting(site: Site, account: AccountId | None = None) -> AsyncIterator[Client]:
    """A connection that is in the room."""
    async with connected(site, account) as client:
        await client.hello()
        joined = await client.join()
        assert isinstance(joined, Joined)
        yield client
