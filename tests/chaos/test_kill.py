"""a1: the server dies again and again in the middle of traffic; nobody loses a word."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from server.seed.guids import guid
from tests.chaos.checker import check
from tests.chaos.client import Client
from tests.chaos.kept import read_kept, read_votes
from tests.fixtures.server import RunningServer, running_server

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

ROOM = guid("room", "generalprobe", "plenum")
KILLS = 3
NEAR_MS = 20
"""Half of the kills come within this time after somebody sent something."""
PEOPLE = (
    "organisation@kts.example",
    "moderation@kts.example",
    "presenter@ulm.example",
    "staff@mayen-koblenz.example",
    "staff@hof.example",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RunningServer, str]]:
    """A server that may be killed, and the address of its database."""
    url = f"sqlite:///{tmp_path}/server/data/plenum.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    with running_server(tmp_path / "server", {"PLENUM_DATABASE_URL": url}) as running:
        yield running, url


class Traffic:
    """Everybody talks until told to stop; who wants to kill may wait for the next word."""

    def __init__(self, clients: list[Client], seed: int) -> None:
        self.clients = clients
        self.random = random.Random(seed)
        self.said = asyncio.Event()
        self.stopping = False

    async def talk(self, client: Client) -> None:
        number = 0
        while not self.stopping:
            number += 1
            marker = f"{client.name} {number}"
            self.said.set()
            await client.do({"type": "chat.send", "text": marker}, marker)
            await asyncio.sleep(self.random.uniform(0, 0.03))

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        talking = [asyncio.create_task(self.talk(client)) for client in self.clients]
        yield
        self.stopping = True
        await asyncio.gather(*talking)


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
    clients = [_client(server, address) for address in PEOPLE]
    async with _in_the_room(clients):
        question = await _published_question(clients)
        traffic = Traffic(clients, seed=1)
        async with traffic.flowing():
            await kill_again_and_again(server, traffic)
            for client in clients[1:]:
                await client.do({"type": "question.vote", "question": question, "value": True})
        late = _client(server, PEOPLE[-1], name="late")
        async with _in_the_room([late]):
            await _until_all_are_level([*clients, late])
    operations = [op for client in clients for op in client.operations if op.marker]
    kept = await read_kept(url, ROOM)
    assert check(operations, [client.reader for client in clients], kept) == []
    assert [op for op in operations if op.outcome != "ok"] == []
    assert all(client.resumes >= KILLS // 2 for client in clients), "nobody was cut off"
    assert await read_votes(url, ROOM) == {question: len(PEOPLE) - 1}
    for client in clients:
        if client.reader.stream == late.reader.stream:
            assert {key: client.views[key] for key in late.views} == late.views


def _client(server: RunningServer, address: str, name: str = "") -> Client:
    token = server.command("token", address).strip()
    url = server.url.replace("http", "ws") + "/ws"
    return Client(name or address, url, token, ROOM)


@asynccontextmanager
async def _in_the_room(clients: list[Client]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(client.run()) for client in clients]
    yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def _published_question(clients: list[Client]) -> str:
    """Asked by the organiser, approved by the moderator."""
    asker, moderator = clients[0], clients[1]
    asked = await asker.do({"type": "question.ask", "text": "Was kostet der Betrieb?"})
    assert asked is not None
    question: str = asked["done"]["object"]
    approved = await moderator.do(
        {"type": "question.approve", "question": question, "revision": asked["done"]["revision"]}
    )
    assert approved is not None
    assert approved.get("error") is None
    return question


async def _until_all_are_level(clients: list[Client]) -> None:
    """Until all readers of a stream stand at its newest number, and show the same votes."""
    async with asyncio.timeout(20):
        while not _level(clients):  # noqa: ASYNC110 - the sockets set this, not a task of ours
            await asyncio.sleep(0.05)


def _level(clients: list[Client]) -> bool:
    heads = {(c.position["stream"], c.position["n"]) for c in clients if c.position}
    streams = {stream for stream, _ in heads}
    return len(heads) == len(streams) and all(c.scores == clients[0].scores for c in clients)
