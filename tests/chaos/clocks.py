"""j1: the server's clock jumps by an hour and back, as after a wrong summer time or a lost battery;
and summer time ends where the server is, so that an hour comes twice.

By libfaketime, for the wall clock alone: steady clocks do not jump in life either.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.hostile import still_well, tracebacks
from tests.chaos.measured import never
from tests.chaos.places import Place
from tests.chaos.room import Traffic
from tests.chaos.troubles import Progress, silent
from tests.fixtures.server import running_server

HOUR_S = 3_600
END_OF_SUMMER = dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
"""Three o'clock in Berlin, and then two."""
LEAD_S = 3
WAIT_S = 6.0
"""Longer than a grant is trusted without asking again."""


def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def cannot_jump() -> str | None:
    """Why clocks cannot be set here, or None."""
    return None if _library() else "libfaketime is not installed"


@contextmanager
def with_a_clock_of_its_own(folder: Path, wrong: Callable[[], int] = int) -> Iterator[Place]:
    """SQLite in Berlin; ``clock`` in the server's folder says by how much its clock is wrong.
    ``wrong``: seconds at the start."""
    own = folder / "server"
    own.mkdir()
    ahead_s = wrong()
    _set(own, ahead_s)
    environment = {
        "TZ": "Europe/Berlin",
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(own / "clock"),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with running_server(own, environment) as server:
        yield Place(f"sqlite:///{own}/data/plenum.sqlite3", (server,), ahead_s=ahead_s)


def _set(folder: Path, seconds: int) -> None:
    (folder / "clock").write_text(f"{seconds:+d}\n")


def until_summer_ends() -> int:
    """What makes the right time the last seconds of summer time."""
    return round((END_OF_SUMMER - dt.datetime.now(dt.UTC)).total_seconds()) - LEAD_S


async def clocks_jump(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """Ahead, and back to the right time, by turns."""
    await _clocks_are_set(
        place, traffic, times, progress, lambda number: 0 if number % 2 else HOUR_S
    )


async def summer_ends(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """Again and again: the clock stands some seconds before the change, and goes on."""
    await _clocks_are_set(place, traffic, times, progress, lambda _: until_summer_ends())


async def _clocks_are_set(
    place: Place,
    traffic: Traffic,
    times: int,
    progress: Progress,
    wrong: Callable[[int], int],
) -> None:
    """``wrong``: by how many seconds the clock is, each time."""
    (server,) = place.servers
    before = tracebacks(server)
    for number in range(times):
        answered = {client.name: len(client.answered) for client in traffic.clients}
        _set(server.folder, wrong(number))
        await asyncio.sleep(WAIT_S)
        traffic.findings += [
            f"{client.name} was held up after jump {number + 1}"
            for client in traffic.clients
            if not client.silent and len(client.answered) == answered[client.name]
        ]
        progress(number + 1)
    gone = sum(client.resumes for client in traffic.clients)
    traffic.measured += [
        never("connections that ended", gone, of=len(traffic.clients) * times),
        *still_well(server, before),
    ]
