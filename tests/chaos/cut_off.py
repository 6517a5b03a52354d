"""e1: the bus lives, and one server cannot reach it; the others can."""

from __future__ import annotations

import asyncio
import time

from tests.chaos.measured import seconds
from tests.chaos.places import Place
from tests.chaos.room import Traffic, crossings
from tests.chaos.troubles import Progress, silent

CALM_S = 3.0
LONGEST_S = 8.0
"""After each return; longer than a word may take then."""


async def servers_cut_off(
    place: Place,
    traffic: Traffic,
    times: int,
    progress: Progress = silent,
    *,
    longest: float = LONGEST_S,
) -> None:
    """Each in turn: the wire ends connections, or keeps them and passes nothing."""
    during, after = list[float](), list[float]()
    for number in range(times):
        wire = place.relays[number % len(place.relays)]
        begun = time.monotonic()
        if number % 2:
            wire.cut()
        else:
            wire.hush()
        await asyncio.sleep(traffic.random.uniform(1, longest))
        ended = time.monotonic()
        wire.mend()
        await asyncio.sleep(min(CALM_S, longest))
        # What was answered in the last moments may be on its way yet: it belongs to no figure.
        during += crossings(traffic.clients, since=begun, until=ended)
        after += crossings(
            traffic.clients, since=ended, until=time.monotonic() - min(CALM_S, longest) / 2
        )
        progress(number + 1)
    traffic.measured += [
        seconds("to others while one server is cut off", during, longest=5.0),
        seconds("to others after it can reach the bus again", after, longest=2.0),
    ]
