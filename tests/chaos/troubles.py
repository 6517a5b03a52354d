"""What may happen on the day. Each is done while people talk, as often as it is asked for."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence

from tests.chaos.client import Client
from tests.chaos.measured import seconds
from tests.chaos.places import Place
from tests.chaos.room import Traffic, socket_of
from tests.fixtures.server import RunningServer

NEAR_MS = 20
"""Half of the kills come within this time after somebody sent something."""
SOON_S = 0.4
LIVE_S = 3.0
"""After a server listens again, until everybody is in the room."""
NOTICED_S = 2.0
"""What of an orderly restart a participant may notice."""
Progress = Callable[[int], None]
"""Called with how often it was done."""


def silent(_: int) -> None:
    """Tell nobody."""


async def server_dies(
    place: Place,
    traffic: Traffic,
    times: int,
    progress: Progress = silent,
    *,
    longest: float = SOON_S,
) -> None:
    """a1: kill -9, and a start at once. ``longest``: seconds between a start and the next kill."""
    (server,) = place.servers
    deaths: list[tuple[float, float]] = []
    async for _ in moments(traffic, times, progress, longest):
        died = time.monotonic()
        server.kill()
        server.launch()
        await asyncio.to_thread(server.wait)
        deaths.append((died, time.monotonic()))
    after = live_again(traffic.clients, deaths)
    traffic.measured.append(seconds("live again after the server listened", after, p99=LIVE_S))


def live_again(clients: Sequence[Client], deaths: Sequence[tuple[float, float]]) -> list[float]:
    """Seconds from when a server listened again until each client was in the room.

    ``deaths``: when it died, and when it listened again, on a steady clock.  Who was not back when
    it died again too soon for the goal says nothing.
    """
    ends = [died for died, _ in deaths[1:]] + [math.inf]
    found = []
    for (died, listened), end in zip(deaths, ends, strict=True):
        for client in clients:
            back = next((at for at in client.back if died < at < end), None)
            if back is not None:
                found.append(max(0.0, back - listened))
            elif LIVE_S < end - listened < math.inf:
                found.append(end - listened)
    return found


async def database_dies(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """a2: kill -9 of every process of PostgreSQL; it comes back by itself."""
    assert place.database is not None
    async for _ in moments(traffic, times, progress):
        place.database.kill()
        await asyncio.to_thread(place.database.start)
        await words_go_on(traffic)


async def bus_dies(place: Place, traffic: Traffic, times: int, progress: Progress = silent) -> None:
    """a3: killed, or frozen with its connections, by turns."""
    assert place.redis is not None
    async for number in moments(traffic, times, progress):
        if number % 2:
            place.redis.freeze()
        else:
            place.redis.kill()
        await asyncio.sleep(traffic.random.uniform(0.5, 4))
        if number % 2:
            place.redis.thaw()
        else:
            await asyncio.to_thread(place.redis.start)


async def servers_restart_in_turn(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """b1: one after the other stops in order; its people go on at the next, and one comes back."""
    await _in_turn(place, traffic, times, RunningServer.stop, progress)
    partings = [gap for client in traffic.clients for gap in client.partings]
    traffic.measured.append(seconds("from a goodbye to the room again", partings, p99=NOTICED_S))


async def servers_die_in_turn(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """T-X5: as ``servers_restart_in_turn``, by kill -9."""
    await _in_turn(place, traffic, times, RunningServer.kill, progress)


async def _in_turn(
    place: Place,
    traffic: Traffic,
    times: int,
    end: Callable[[RunningServer], object],
    progress: Progress,
) -> None:
    for number in range(times):
        for index, server in enumerate(place.servers):
            there = socket_of(place.servers[(index + 1) % len(place.servers)])
            leaving = [each for each in traffic.clients if each.url == socket_of(server)]
            for client in leaving:
                client.url = there
            await asyncio.to_thread(end, server)
            await asyncio.to_thread(server.start)
            for client in leaving[:1]:
                client.move(socket_of(server))
        progress(number + 1)


async def moments(
    traffic: Traffic, times: int, progress: Progress, longest: float = SOON_S
) -> AsyncIterator[int]:
    """Moments to strike, the first is 0; every second one just after somebody sent something."""
    for number in range(times):
        await asyncio.sleep(traffic.random.uniform(0.05, longest))
        if number % 2:
            traffic.said.clear()
            await traffic.said.wait()
            await asyncio.sleep(traffic.random.uniform(0, NEAR_MS / 1000))
        yield number
        progress(number + 1)


async def words_go_on(traffic: Traffic) -> None:
    """Until somebody was answered again: else the next death would meet nobody at work."""
    before = sum(len(client.answered) for client in traffic.clients)
    async with asyncio.timeout(60):
        while sum(len(client.answered) for client in traffic.clients) == before:  # noqa: ASYNC110 - sockets set this
            await asyncio.sleep(0.02)
