"""A stream of server-sent events as it comes over the wire: events, each a few named fields."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Self


class Event:
    """One event as a browser's parser would give it out."""

    def __init__(self, block: str) -> None:
        lines = [line.partition(": ") for line in block.splitlines()]
        self.fields = {name: value for name, _, value in lines if name}
        self.comment = next((value for name, _, value in lines if not name), None)

    @property
    def data(self) -> str | None:
        """A frame as text; None where the event is something else."""
        return None if "event" in self.fields else self.fields.get("data")

    @property
    def close(self) -> int | None:
        return int(self.fields["data"]) if self.fields.get("event") == "close" else None


class Line:
    """One GET and the answer that goes on."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.status = 0
        self.answered: dict[str, str] = {}
        self._reader = reader
        self._writer = writer
        self._text = ""

    @classmethod
    async def opened(cls, port: int, path: str, headers: Mapping[str, str]) -> Self:
        """Ask for the stream and read the head of the answer."""
        line = cls(*await asyncio.open_connection("127.0.0.1", port))
        try:
            await line._ask(path, headers)
        except BaseException:
            line.lose()
            raise
        return line

    async def _ask(self, path: str, headers: Mapping[str, str]) -> None:
        fields = {"host": "127.0.0.1", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        self.status = int(answer[0].split()[1])
        pairs = (each.partition(": ") for each in answer[1:] if each)
        self.answered = {name.lower(): value for name, _, value in pairs}

    async def read(self) -> list[Event]:
        """What comes next, be it only a sign of life; ``EOFError`` when nothing will."""
        if "content-length" in self.answered:
            part = await self._reader.read(int(self.answered.pop("content-length")))
            self.answered["connection"] = "over"
        elif self.answered.get("connection") == "over":
            raise EOFError
        else:
            size = int(await self._reader.readline() or b"0", 16)
            part = (await self._reader.readexactly(size + 2))[:-2] if size else b""
        if not part:
            raise EOFError
        *blocks, self._text = (self._text + part.decode()).split("\n\n")
        return [Event(block) for block in blocks]

    @property
    def transport(self) -> asyncio.ReadTransport:
        return self._writer.transport  # type: ignore[return-value]

    def lose(self) -> None:
        """The line is cut, in the middle of whatever was being sent."""
        self._writer.transport.abort()
