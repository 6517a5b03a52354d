"""a1: the server dies again and again in the middle of traffic; nobody loses a word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.kept import read_kept, read_votes
from tests.chaos.room import (
    PEOPLE,
    ROOM,
    Traffic,
    client_of,
    in_the_room,
    published_question,
    until_all_are_level,
)
from tests.fixtures.server import RunningServer, running_server

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

KILLS = 3
NEAR_MS = 20
"""Half of the kills come within this time after somebody sent something."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RunningServer, str]]:
    """A server that may be killed, and the address of its database."""
    url = f"sqlite:///{tmp_path}/server/data/plenum.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    with running_server(tmp_path / "server", {"PLENUM_DATABASE_URL": url}) as running:
        yield running, url


async def kill_again_and_again(server: RunningServer, traffic: Traffic) -> None:
    for number in range(KILLS):
        await asyncio.sleep(traffic.random.uniform(0.05, 0.4))
        if number % 2:
            traffic.said.clear()
            await traffic.said.wait()
            await asyncio.sleep(traffic.random.uniform(0, NEAR_MS / 1000))
        server.kill()
        server.launch()
        await asyncio.to_thread(server.wait)


async def test_nothing_acknowledged_is_lost_doubled_or_reordered(
    mortal: tuple[RunningServer, str],
) -> None:
    server, url = mortal
    clients = [client_of(server, address) for address in PEOPLE]
    async with in_the_room(clients):
        question = await published_question(clients)
        traffic = Traffic(clients, seed=1)
        async with traffic.flowing():
            await kill_again_and_again(server, traffic)
            for client in clients[1:]:
                await client.do({"type": "question.vote", "question": question, "value": True})
        late = client_of(server, PEOPLE[-1], name="late")
        async with in_the_room([late]):
            await until_all_are_level([*clients, late])
    operations = [op for client in clients for op in client.operations if op.marker]
    kept = await read_kept(url, ROOM)
    assert check(operations, [client.reader for client in clients], kept) == []
    assert [op for op in operations if op.outcome != "ok"] == []
    assert all(client.resumes >= KILLS // 2 for client in clients), "nobody was cut off"
    assert await read_votes(url, ROOM) == {question: len(PEOPLE) - 1}
    for client in clients:
        if client.reader.stream == late.reader.stream:
            assert {key: client.views[key] for key in late.views} == late.views
