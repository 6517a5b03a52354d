"""People in one room of a real server, who talk until told to stop."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from server.seed.guids import guid
from tests.chaos.client import Client
from tests.chaos.measured import Measured
from tests.chaos.transports import SocketClient
from tests.fixtures.server import RunningServer

ROOM = guid("room", "generalprobe", "plenum")
PEOPLE = (
    "organisation@kts.example",
    "moderation@kts.example",
    "presenter@ulm.example",
    "staff@mayen-koblenz.example",
    "staff@hof.example",
)
VOTERS = tuple(f"voter-{number}@chaos.example" for number in range(1, 31))
"""Who only change their votes."""
WAVER_S = 0.006
"""Between two votes: an account may send 200 frames a second."""
BESIDE_TALK_S = 0.01
"""Between two votes of somebody who also talks, some 65 times a second."""


class Traffic:
    """Everybody talks and changes their vote until told to stop; who wants to kill may wait for
    the next word."""

    def __init__(
        self, clients: list[Client], question: str, seed: int, rooms: AsyncExitStack
    ) -> None:
        self.clients = clients
        self.company: list[Client] = []
        """Others who read, and may begin anew."""
        self._rooms = rooms
        self._question = question
        self.random = random.Random(seed)
        self.said = asyncio.Event()
        self.stopping = False
        self.findings: list[str] = []
        """What the trouble itself found out."""
        self.measured: list[Measured] = []
        self.tail = ""
        """Follows each word: who does not read has more to leave unread."""

    async def bring(self, company: Sequence[Client]) -> None:
        """They stay to the end, and must show then what everybody shows."""
        self.company += company
        await self._rooms.enter_async_context(in_the_room(list(company)))

    async def talk(self, client: Client) -> None:
        number = 0
        while not self.stopping:
            number += 1
            marker = f"{client.name} {number}{self.tail}"
            self.said.set()
            await client.do({"type": "chat.send", "text": marker}, marker)
            await asyncio.sleep(self.random.uniform(0, 0.03))

    async def waver(self, client: Client) -> None:
        """Vote and take it back, as fast as one person may; at last the vote stands."""
        value = False
        while not (self.stopping and value):
            value = not value
            await client.vote(self._question, value)
            await asyncio.sleep(WAVER_S if client.mute else BESIDE_TALK_S)

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        there = [client for client in self.clients if not client.silent]
        doing = [asyncio.create_task(self.talk(client)) for client in there if not client.mute]
        doing += [asyncio.create_task(self.waver(client)) for client in there[1:]]
        yield
        self.stopping = True
        await asyncio.gather(*doing)


def crossings(
    clients: Sequence[Client],
    readers: Sequence[Client] | None = None,
    *,
    since: float = -math.inf,
    until: float = math.inf,
) -> list[float]:
    """Seconds until somebody else saw a word that was answered in this time; once for each."""
    return [
        max(0.0, other.heard[message] - at)
        for client in clients
        for message, at in client.answered.items()
        if since <= at < until
        for other in readers or clients
        if other is not client and message in other.heard
    ]


def tokens_of(server: RunningServer, addresses: Sequence[str], *facts: str) -> list[str]:
    """One for each; who has no account gets one. ``facts``: see ``tests/chaos/accounts.py``."""
    return server.beside("tests.chaos.accounts", *addresses, *facts).split()


def client_of(server: RunningServer, address: str, name: str = "") -> Client:
    [token] = tokens_of(server, [address])
    return SocketClient(name or address, socket_of(server), token, ROOM)


def socket_of(server: RunningServer) -> str:
    return server.url.replace("http", "ws", 1) + "/ws"


@asynccontextmanager
async def in_the_room(clients: list[Client]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(client.run()) for client in clients]
    yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def published_question(clients: list[Client]) -> str:
    """Asked by the organiser, approved by the moderator."""
    asker, moderator = clients[0], clients[1]
    asked = await asker.do({"type": "question.ask", "text": "Was kostet der Betrieb?"})
    assert asked is not None
    assert "done" in asked, asked
    question: str = asked["done"]["object"]
    approved = await moderator.do(
        {"type": "question.approve", "question": question, "revision": asked["done"]["revision"]}
    )
    assert approved is not None
    assert approved.get("error") is None
    return question


async def until_all_are_level(clients: list[Client]) -> None:
    """Until all readers of a stream stand at its newest number, and show the same votes."""
    async with asyncio.timeout(20):
        while not _level(clients):  # noqa: ASYNC110 - the sockets set this, not a task of ours
            await asyncio.sleep(0.05)


def _level(clients: list[Client]) -> bool:
    heads = {(c.position["stream"], c.position["n"]) for c in clients if c.position}
    streams = {stream for stream, _ in heads}
    shown = [votes(client) for client in clients]
    return len(heads) == len(streams) and all(each == shown[0] for each in shown)


def votes(client: Client) -> dict[str, tuple[int, float]]:
    """Votes and heat of each question, as this client shows them.

    Without their versions: those say when a process sent them, and each sends at its own pace.
    """
    return {question: (score[1], score[2]) for question, score in client.scores.items()}
