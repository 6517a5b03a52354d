"""p5 and p7: ten thousand who only listen, and half of them coming back at once after kill -9.

Plenum alone.  Each listener is a signed-in person with a connection of its own, speaks the protocol
by hand, and comes back as a browser does: at random within two seconds, with its position.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import subprocess
import time
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import plenum, targets
from server.ids import uuid7

STEPS = (2_000, 10_000)
"""Connections at which memory is read; the last is all of them."""
BACK = 5_000
"""Who is there when the server is killed."""
WORDS = 20
"""Posted before it."""
AT_ONCE = 200
"""Handshakes under way: a crowd, not a flood."""
ADDRESSES = 20
"""Loopback addresses they come from: one is one network, which has its bounds."""
IDLE_S = 10
RETRY_S = 2.0
PATIENCE_S = 300
JITTER = random.Random(1)


@dataclass(frozen=True)
class Crowd:
    """How it went."""

    connections: int
    came_s: float
    """Until all of them were in the room."""
    kb_each: float
    """Memory of the server per connection: the slope between the two steps."""
    idle_cpu: float
    """Share of a CPU while nobody says anything."""
    back: int
    back_p50_s: float
    back_s: float
    """Until the last was back, after the server listened again."""
    missed: int
    """Of what was posted before the kill, by all who came back."""
    doubled: int
    resets: int


class Listener(asyncio.Protocol):
    """One person. Remembers the numbers it was sent."""

    def __init__(self, token: str, index: int) -> None:
        self.token = token
        self.address = f"127.0.0.{2 + index % ADDRESSES}"
        self.position: dict[str, Any] | None = None
        self.numbers: list[int] = []
        self.resets = 0
        self.joined = asyncio.Event()
        self.lost = asyncio.Event()
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport, self._received, self._upgraded = transport, b"", False
        self.lost.clear()
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self.joined.clear()
        self.lost.set()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._upgraded:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            self._upgraded, self._received = head.startswith(b"HTTP/1.1 101"), rest
            self._enter()
        while (frame := self._frame()) is not None:
            self._take(frame)

    async def settled(self) -> None:
        """Until it is in the room, or the connection is lost."""
        waiting = [asyncio.ensure_future(each.wait()) for each in (self.joined, self.lost)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()

    def say(self, text: str) -> None:
        self._send({"t": "do", "id": uuid7(), "command": {"type": "chat.send", "text": text}})

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _enter(self) -> None:
        self._send({"t": "hello", "protocol": 1, "token": self.token})
        join = {"t": "join", "room": plenum.ROOM}
        self._send(join if self.position is None else {**join, "after": self.position})

    def _send(self, frame: dict[str, Any]) -> None:
        assert self._transport is not None
        body = json.dumps(frame).encode()
        size = (
            bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
        )
        self._transport.write(b"\x81" + size + bytes(4) + body)  # masked with zeros

    def _frame(self) -> bytes | None:
        data = self._received
        if len(data) < 2:
            return None
        size, start = data[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(data[2 : 2 + width], "big"), 2 + width
        if len(data) < start + size:
            return None
        self._received = data[start + size :]
        return data[start : start + size]

    def _take(self, payload: bytes) -> None:
        if payload.startswith(b'{"t":"joined"'):
            frame = json.loads(payload)
            self.resets += frame.get("reset", False)
            self.position = frame["at"]
            self.joined.set()
        elif payload.startswith(b'{"t":"events"'):
            assert self.position is not None
            self.numbers += [one["n"] for one in json.loads(payload)["events"]]
            self.position["n"] = self.numbers[-1]


def measure() -> Crowd:
    """All of it, against one Plenum. Raises ``LeftOutError``."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    with plenum.house(STEPS[-1]) as house:
        tokens = house.tokens.read_text(encoding="utf-8").split()
        people = [Listener(token, number) for number, token in enumerate(tokens)]
        return asyncio.run(_measure(house, people))


async def _measure(house: plenum.House, people: list[Listener]) -> Crowd:
    process = await asyncio.to_thread(house.started)
    try:
        begun = time.monotonic()
        memory = []
        for before, step in zip((0, *STEPS), STEPS, strict=False):
            await _all(_come(each, house.port) for each in people[before:step])
            memory.append(_memory(process))
        came = time.monotonic() - begun
        idle = await _idle(targets.Running(house.port, process))
        people, gone = people[:BACK], people[BACK:]
        for each in gone:
            each.leave()
        for number in range(WORDS):
            people[number % targets.SENDERS].say(f"Satz {number}")
        await asyncio.sleep(1)
        process.kill()
        process.wait()
        times, process = await _everybody_back(house, people)
    finally:
        process.kill()
        process.wait()
    numbers = [each.numbers for each in people]
    return Crowd(
        connections=STEPS[-1],
        came_s=came,
        kb_each=(memory[1] - memory[0]) / (STEPS[1] - STEPS[0]),
        idle_cpu=idle,
        back=len(times),
        back_p50_s=sorted(times)[len(times) // 2],
        back_s=max(times),
        missed=sum(WORDS - len(set(each)) for each in numbers),
        doubled=sum(len(each) - len(set(each)) for each in numbers),
        resets=sum(each.resets for each in people),
    )


async def _all(work: Iterable[Coroutine[object, object, None]]) -> None:
    """A crowd at the door, not all in one instant."""
    door = asyncio.Semaphore(AT_ONCE)

    async def enter(one: Coroutine[object, object, None]) -> None:
        async with door:
            await one

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*map(enter, work))


async def _come(person: Listener, port: int) -> None:
    """Until it is in the room; after a failure again, as a browser does."""
    while True:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: person, "127.0.0.1", port, local_addr=(person.address, 0)
            )
            await person.settled()
        except OSError:
            pass
        if person.joined.is_set():
            return
        await asyncio.sleep(JITTER.uniform(0, RETRY_S))


async def _everybody_back(
    house: plenum.House, people: Sequence[Listener]
) -> tuple[list[float], subprocess.Popen[bytes]]:
    """Seconds after the server listened again, of each; and the new server."""
    back: list[float] = []

    async def return_(person: Listener) -> None:
        await asyncio.sleep(JITTER.uniform(0, RETRY_S))
        await _come(person, house.port)
        back.append(time.monotonic())

    returning = [asyncio.create_task(return_(each)) for each in people]
    process = await asyncio.to_thread(house.started)
    listens = time.monotonic()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*returning)
    await asyncio.sleep(1)
    return [max(0.0, at - listens) for at in back], process


async def _idle(running: targets.Running) -> float:
    await asyncio.sleep(5)  # what the newcomers caused is done
    before = running.cpu_seconds()
    await asyncio.sleep(IDLE_S)
    return (running.cpu_seconds() - before) / IDLE_S


def _memory(process: subprocess.Popen[bytes]) -> float:
    """Kilobytes the server holds."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return float(next(line.split()[1] for line in status.splitlines() if line[:6] == "VmRSS:"))


def table(crowd: Crowd) -> str:
    """Two sentences of figures."""
    return (
        f"{crowd.connections:,} came in {crowd.came_s:.0f} s, {crowd.kb_each:.1f} kB each, "
        f"{crowd.idle_cpu:.0%} of a CPU while nobody speaks\n"
        f"{crowd.back:,} back after kill -9: p50 {crowd.back_p50_s:.1f} s, all in "
        f"{crowd.back_s:.1f} s after the server listened; {crowd.missed} missed, "
        f"{crowd.doubled} doubled, {crowd.resets} began anew"
    )
