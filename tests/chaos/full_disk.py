"""d1: no room left where the database is. Reading goes on, nothing acknowledged is lost.

A small filesystem of its own rather than ``PRAGMA max_page_count`` or a bound on file sizes: the
write-ahead log, the keys and the uploads meet the same end as on the day, and the server need not
be told that this is a test.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from tests.chaos.client import Client, uuid7
from tests.chaos.hostile import exits
from tests.chaos.measured import Measured, never, seconds
from tests.chaos.places import Place, on_postgresql, on_sqlite
from tests.chaos.room import Traffic, in_the_room
from tests.chaos.transports import SocketClient
from tests.chaos.troubles import Progress, silent
from tests.fixtures.postgresql import Cluster

SQLITE, POSTGRESQL = "48m", "200m"
"""Of PostgreSQL most is empty databases and log."""
CHUNK = bytes(65_536)
PATIENCE_S = 60.0
FULL_S = (0.2, 1.5)


def cannot_mount() -> str | None:
    """Why this machine lets us make no filesystem, or None."""
    if os.geteuid() != 0:
        return "only root may mount a filesystem of its own"
    done = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return None if done.returncode == 0 else "mounting is not allowed here"


@contextmanager
def on_a_small_disk(folder: Path) -> Iterator[Place]:
    """SQLite on a filesystem that is soon full. Needs ``cannot_mount`` to be None."""
    with _disk(SQLITE) as disk, on_sqlite(disk) as place:
        yield replace(place, disk=disk)


@contextmanager
def postgresql_on_a_small_disk(folder: Path) -> Iterator[Place]:
    """As ``on_a_small_disk``; the server's own folder is elsewhere."""
    with _disk(POSTGRESQL) as disk, on_postgresql(folder, disk=disk) as place:
        yield place


@contextmanager
def _disk(size: str) -> Iterator[Path]:
    """A filesystem of its own, which the account of PostgreSQL reaches, too."""
    disk = Path(tempfile.mkdtemp(prefix="plenum-disk-"))
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", disk], check=True
    )
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
        disk.rmdir()


async def disk_is_full(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """Filled to the last byte for a while, and then there is room again."""
    (server,) = place.servers
    assert place.disk is not None
    organiser = traffic.clients[0]
    codes: list[str] = []
    back: list[float] = []
    unread = ended = 0
    for number in range(times):
        await asyncio.sleep(traffic.random.uniform(0.1, 1))
        ballast = place.disk / "ballast"
        _fill(ballast)
        codes.append(await _refused(organiser, ballast))
        unread += await _unread(server.url, organiser)
        await asyncio.sleep(traffic.random.uniform(*FULL_S))
        ballast.unlink()
        begun = time.monotonic()
        ended += await _started_again(place.database)
        await organiser.do({"type": "chat.send", "text": f"Wieder Platz {number}"})
        back.append(time.monotonic() - begun)
        progress(number + 1)
    traffic.measured += [
        never("refused otherwise than 'retry_later'", _others(codes), of=len(codes)),
        never("pages and rooms that could not be read", unread, of=2 * times),
        seconds("normal again after space returned", back, longest=10.0),
        exits(server),
    ]
    if place.database is not None:
        traffic.measured.append(
            Measured("PostgreSQL ended for want of room", "may", f"{ended} of {times}", True)
        )


async def _started_again(database: Cluster | None) -> bool:
    """Whether PostgreSQL had ended for want of room; whoever runs it starts it again then."""
    if database is None or database.process is None or database.process.poll() is None:
        return False
    await asyncio.to_thread(database.start)
    return True


def _others(codes: list[str]) -> int:
    return sum(code != "retry_later" for code in codes)


def _fill(ballast: Path) -> None:
    """Also the space that was given back meanwhile."""
    try:
        with ballast.open("ab", buffering=0) as file:
            while file.write(CHUNK) == len(CHUNK):
                pass
            while file.write(b"x"):
                pass
    except OSError:
        return


async def _refused(client: Client, ballast: Path) -> str:
    """The code with which a word is refused; what is left of the log may still take some."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await client.attempt(uuid7(), {"type": "chat.send", "text": "Noch Platz?"})
            code = ((answer or {}).get("error") or {}).get("code", "")
            if code and code != "rate_limited":
                return str(code)
            await asyncio.to_thread(_fill, ballast)
            await asyncio.sleep(0.05)


async def _unread(url: str, like: Client) -> int:
    """How many of a page and a room could not be read."""
    async with httpx.AsyncClient(base_url=url, follow_redirects=True, timeout=10) as guest:
        page = await guest.get("/events/generalprobe")
    late = SocketClient("late reader", like.url, like.token, like.room)
    try:
        async with in_the_room([late]), asyncio.timeout(10):
            while late.position is None:  # noqa: ASYNC110 - the socket sets this
                await asyncio.sleep(0.02)
    except TimeoutError:
        return 1 + page.is_error
    return int(page.is_error)
