"""i1: a backup while people talk, put back elsewhere and held against what they were told."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.chaos.kept import read_epoch, read_kept
from tests.chaos.places import Place
from tests.chaos.room import ROOM, Traffic
from tests.chaos.troubles import Progress, moments
from tests.fixtures.server import ROOT, RunningServer


async def backups_are_put_back(
    place: Place, traffic: Traffic, times: int, progress: Progress
) -> None:
    """Every second restore is killed with -9 on its way and run again."""
    server = place.servers[0]
    async for number in moments(traffic, times, progress):
        answered = {message for client in traffic.clients for message in client.answered}
        archive = server.folder / f"drill-{number}.tar"
        await asyncio.to_thread(server.command, "backup", str(archive))
        elsewhere = RunningServer(server.folder / f"drill-{number}")
        elsewhere.folder.mkdir()
        if number % 2:
            seconds = traffic.random.uniform(0.3, 1.5)
            await asyncio.to_thread(_killed, elsewhere, archive, seconds)
        restore = ("restore", str(archive), "--replace")
        await asyncio.to_thread(elsewhere.command, *restore)
        traffic.findings += await _compared(place, elsewhere, answered, f"backup {number + 1}")
        archive.unlink()


def _killed(server: RunningServer, archive: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "server", "restore", str(archive), "--replace"]
    with subprocess.Popen(
        command, cwd=ROOT, env=server.environ(), stdout=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


async def _compared(
    place: Place, elsewhere: RunningServer, answered: set[str], name: str
) -> list[str]:
    """The history put back is a beginning of the living one, with all that was answered."""
    url = f"sqlite:///{elsewhere.folder}/data/plenum.sqlite3"
    back, living = await read_kept(url, ROOM), await read_kept(place.url, ROOM)
    lost = sorted(answered - back.texts.keys())
    found = [f"{name}: {each} was answered before and is not in it" for each in lost]
    for stream, log in back.logs.items():
        if log != living.logs[stream][: len(log)]:
            found.append(f"{name}: {stream} is no beginning of what the server has")
    if any(living.texts.get(each) != words for each, words in back.texts.items()):
        found.append(f"{name}: words differ")
    if await read_epoch(url) == await read_epoch(place.url):
        found.append(f"{name}: the epoch is the same")
    return found
