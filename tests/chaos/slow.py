"""c1: some never read, some read a kilobyte a second; the others notice nothing."""

from __future__ import annotations

import asyncio
import socket
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

from tests.chaos.client import Client
from tests.chaos.measured import Measured, never, share
from tests.chaos.places import Place
from tests.chaos.room import Traffic, crossings
from tests.chaos.transports import SocketClient
from tests.chaos.troubles import Progress, silent

CROWD = 35
NEVER, SELDOM = 4, 4
"""Of 40 with those who talk."""
BYTES_PER_SECOND = 1_000
WINDOW_S = 45.0
"""Longer than the server waits for somebody who does not read; and for so many words that the
slowest hundredth is more than one or two of them."""
PATIENCE_S = 60.0
UNREAD = 4_096
"""Bytes that the system takes for who does not read: little, so that the server must hold back."""
TAIL = " und so weiter" * 60
RATIO = 1.5
BUFFERED_KB = 64

Kind = TypeVar("Kind", bound=Client)


@dataclass
class SlowClient(SocketClient):
    """Reads slowly, or not at all, until ``awake``."""

    bytes_per_second: float = 0.0
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.awake.set()

    def connecting(self) -> connect:
        there = urlsplit(self.url)
        ours = socket.socket()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD)
        ours.connect((there.hostname, there.port))
        return connect(
            self.url, sock=ours, compression=None, max_queue=1, ping_interval=None, close_timeout=1
        )

    async def pace(self, size: int) -> None:
        rate = self.bytes_per_second
        with suppress(TimeoutError):
            async with asyncio.timeout(size / rate if rate else None):
                await self.awake.wait()


async def readers_are_slow(
    place: Place,
    traffic: Traffic,
    times: int,
    progress: Progress = silent,
    *,
    window: float = WINDOW_S,
) -> None:
    """``times`` pairs: a while in which all read, and one in which some are slow; which comes first
    changes, so that what the machine does meanwhile favours neither."""
    (server,) = place.servers
    assert server.process is not None
    pid = server.process.pid
    crowd = [_double(SocketClient, traffic, number) for number in range(CROWD - NEVER - SELDOM)]
    lazy = [_double(SlowClient, traffic, number) for number in range(NEVER + SELDOM)]
    for each in lazy[NEVER:]:
        each.bytes_per_second = BYTES_PER_SECOND
    await traffic.bring([*crowd, *lazy])
    traffic.tail = TAIL
    readers = [*traffic.clients, *crowd]
    pairs, more = list[tuple[float, float]](), list[float]()
    for number in range(times):
        found = dict[bool, tuple[float, float]]()
        for slow in (False, True) if number % 2 == 0 else (True, False):
            await _all_know(lazy, traffic)
            for each in lazy if slow else ():
                each.awake.clear()
            found[slow] = await _window(traffic, readers, pid, window)
            for each in lazy:
                each.awake.set()
        (alone, small), (beside, large) = found[False], found[True]
        pairs.append((beside, alone))
        more.append((large - small) / len(lazy))
        progress(number + 1)
    await _all_know(lazy, traffic)
    traffic.measured += _figures(pairs, more, crowd, lazy)


def _figures(
    pairs: Sequence[tuple[float, float]],
    more: Sequence[float],
    crowd: Sequence[Client],
    lazy: Sequence[Client],
) -> list[Measured]:
    ratio = statistics.median(beside / alone for beside, alone in pairs)
    kilobytes = max(0.0, statistics.median(more))
    resumed = sum(each.resumes for each in lazy)
    anew = sum(each.resets for each in lazy)
    return [
        Measured(
            "p99 to those who read, while others are slow / while all read",
            f"median of pairs ≤ {RATIO}",
            f"{ratio:.2f}; ms: "
            + ", ".join(f"{1000 * beside:.0f} / {1000 * alone:.0f}" for beside, alone in pairs),
            ratio <= RATIO,
        ),
        Measured(
            "memory the server took more for each slow reader",
            f"≤ {BUFFERED_KB} KiB",
            f"{kilobytes:.0f} KiB",
            kilobytes <= BUFFERED_KB,
        ),
        never("readers left out", sum(each.resets for each in crowd), of=len(crowd)),
        Measured(
            "slow readers who went on where they were / with a snapshot",
            "either",
            f"{resumed} / {anew}",
            resumed + anew > 0,
        ),
    ]


def _double(kind: type[Kind], traffic: Traffic, number: int) -> Kind:
    """One more window of somebody who talks."""
    of = traffic.clients[number % len(traffic.clients)]
    return kind(f"{kind.__name__} {number}", of.url, of.token, of.room)


async def _all_know(lazy: Sequence[SlowClient], traffic: Traffic) -> None:
    """Until they were told what was said up to now, however they came back."""
    heads = {c.reader.stream: c.position["n"] for c in traffic.clients if c.position}
    async with asyncio.timeout(PATIENCE_S):
        while any(_behind(each, heads) for each in lazy):  # noqa: ASYNC110 - sockets set this
            await asyncio.sleep(0.05)


def _behind(client: Client, heads: Mapping[str, int]) -> bool:
    return client.position is None or client.position["n"] < heads[client.reader.stream]


async def _window(
    traffic: Traffic, readers: Sequence[Client], pid: int, length: float
) -> tuple[float, float]:
    """The p99 to readers in seconds, and by how much the server's memory grew, in KiB."""
    begun, before = time.monotonic(), _memory(pid)
    await asyncio.sleep(length)
    taken = sorted(crossings(traffic.clients, readers, since=begun, until=time.monotonic() - 1))
    return share(taken, 0.99), _memory(pid) - before


def _memory(pid: int) -> float:
    """Resident, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return float(line.split()[1])
