"""Two servers on one PostgreSQL: who loses one goes on at the other, and misses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.client import Client
from tests.chaos.kept import read_kept, read_votes
from tests.chaos.room import (
    PEOPLE,
    ROOM,
    Traffic,
    client_of,
    in_the_room,
    published_question,
    socket_of,
    until_all_are_level,
)
from tests.fixtures.server import RunningServer, running_server

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

Workers = tuple[RunningServer, RunningServer]


@pytest.fixture
def workers(postgresql_url: str, tmp_path: Path) -> Iterator[Workers]:
    """Two processes of one host: one database, one address for people, one folder of keys."""
    environment = {
        "PLENUM_DATABASE_URL": postgresql_url,
        "PLENUM_BASE_URL": "http://localhost:8000",
        "PLENUM_DRAIN_SECONDS": "1",
    }
    with running_server(tmp_path / "one", environment) as one:
        shared = {**environment, "PLENUM_DATA_DIR": str(one.folder / "data")}
        with running_server(tmp_path / "other", shared) as other:
            yield one, other


async def test_traffic_goes_on_at_the_other_worker(workers: Workers, postgresql_url: str) -> None:
    """T-X5: stopped or killed during traffic, resumed at the other process by number."""
    one, other = workers
    clients = [client_of(one, address) for address in PEOPLE]
    for client in clients[::2]:
        client.move(socket_of(other))
    async with in_the_room(clients):
        question = await published_question(clients)
        traffic = Traffic(clients, seed=5)
        async with traffic.flowing():
            await asyncio.sleep(1)
            await leave(one, other, clients, one.stop)
            await leave(other, one, clients, other.kill)
            for client in clients[1::2]:
                client.move(socket_of(other))
            await asyncio.sleep(1)
            for client in clients[1:]:
                await client.do({"type": "question.vote", "question": question, "value": True})
        late = Client("late", socket_of(other), clients[-1].token, ROOM)
        async with in_the_room([late]):
            await until_all_are_level([*clients, late])
    operations = [op for client in clients for op in client.operations if op.marker]
    kept = await read_kept(postgresql_url, ROOM)
    assert check(operations, [client.reader for client in clients], kept) == []
    assert [op for op in operations if op.outcome != "ok"] == []
    assert [client.resets for client in clients] == [0] * len(clients)
    assert [client.name for client in clients if client.resumes == 0] == []
    assert await read_votes(postgresql_url, ROOM) == {question: len(PEOPLE) - 1}
    for client in clients:
        if client.reader.stream == late.reader.stream:
            assert {key: client.views[key] for key in late.views} == late.views


async def leave(
    gone: RunningServer, there: RunningServer, clients: list[Client], end: Callable[[], object]
) -> None:
    """One ends in the middle of traffic, its people go to the other, and it comes back."""
    await asyncio.to_thread(end)
    for client in clients:
        client.url = socket_of(there)
    await asyncio.sleep(1)
    await asyncio.to_thread(gone.start)
