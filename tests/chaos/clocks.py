"""j1: the server's clock jumps by an hour and back, as after a wrong summer time or a lost battery.

By libfaketime, for the wall clock alone: steady clocks do not jump in life either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.hostile import still_well, tracebacks
from tests.chaos.measured import never
from tests.chaos.places import Place
from tests.chaos.room import Traffic
from tests.chaos.troubles import Progress, silent
from tests.fixtures.server import running_server

HOUR_S = 3_600
WAIT_S = 6.0
"""Longer than a grant is trusted without asking again."""


def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def cannot_jump() -> str | None:
    """Why clocks cannot be set here, or None."""
    return None if _library() else "libfaketime is not installed"


@contextmanager
def with_a_clock_of_its_own(folder: Path) -> Iterator[Place]:
    """SQLite; ``clock`` in the server's folder says by how much its clock is wrong."""
    own = folder / "server"
    own.mkdir()
    _set(own, 0)
    environment = {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(own / "clock"),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with running_server(own, environment) as server:
        yield Place(f"sqlite:///{own}/data/plenum.sqlite3", (server,))


def _set(folder: Path, seconds: int) -> None:
    (folder / "clock").write_text(f"{seconds:+d}\n")


async def clocks_jump(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """Ahead, and back to the right time, by turns."""
    (server,) = place.servers
    before = tracebacks(server)
    for number in range(times):
        answered = {client.name: len(client.answered) for client in traffic.clients}
        _set(server.folder, 0 if number % 2 else HOUR_S)
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
