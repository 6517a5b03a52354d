"""A client as a test needs it: speaks frames, folds what it is sent."""

from __future__ import annotations

import abc
import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

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


class Talking(abc.ABC):
    """Somebody at the other end, by whatever transport. ``picture`` is what they know."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.picture = Picture()
        self.seen: list[AnyServerFrame] = []

    @abc.abstractmethod
    async def hello(self, token: str | None = None) -> object: ...

    @abc.abstractmethod
    async def join(self, after: Position | None = None, room: str = ROOM) -> Joined | Out: ...

    @abc.abstractmethod
    async def do(self, command: RoomCommand, command_id: str | None = None) -> Ack: ...

    @abc.abstractmethod
    async def read(self) -> AnyServerFrame: ...

    @abc.abstractmethod
    async def closed(self) -> int:
        """Read until the server closes; its code."""

    @abc.abstractmethod
    def pause(self) -> None:
        """Stop reading."""

    @abc.abstractmethod
    def resume(self) -> None:
        """Read again."""

    @abc.abstractmethod
    def lose(self) -> None:
        """The connection is gone without a word."""

    async def next(self, kind: type[Frame]) -> Frame:
        """Read up to the next frame of this kind."""
        while True:
            frame = await self.read()
            if isinstance(frame, kind):
                return frame

    def took(self, frame: AnyServerFrame) -> AnyServerFrame:
        self.picture.take(frame)
        self.seen.append(frame)
        return frame


class Client(Talking):
    """One socket."""

    def __init__(self, site: Site, socket: ClientConnection) -> None:
        super().__init__(site)
        self.socket = socket

    async def send(self, frame: AnyClientFrame) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def read(self) -> AnyServerFrame:
        async with asyncio.timeout(10):
            text = await self.socket.recv()
        frame: AnyServerFrame = msgspec.json.decode(text, type=AnyServerFrame)
        return self.took(frame)

    def pause(self) -> None:
        self.socket.transport.pause_reading()

    def resume(self) -> None:
        self.socket.transport.resume_reading()

    def lose(self) -> None:
        self.socket.transport.abort()

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
        async with asyncio.timeout(10):
            with contextlib.suppress(Exception):
                while True:
                    await self.read()
        await self.socket.wait_closed()
        return self.socket.close_code or 0


class Come(Protocol):
    """How somebody comes to a site, by whatever transport."""

    def __call__(
        self, site: Site, account: AccountId | None = None
    ) -> AbstractAsyncContextManager[Talking]: ...


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
