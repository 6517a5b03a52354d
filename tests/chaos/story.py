"""One story for every kind of trouble: people talk and vote, something dies, somebody comes late.

Then what everybody was told is held against what the database kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.chaos.checker import check
from tests.chaos.client import Client
from tests.chaos.kept import read_kept, read_votes
from tests.chaos.measured import Measured
from tests.chaos.room import (
    ROOM,
    Traffic,
    crossings,
    in_the_room,
    published_question,
    until_all_are_level,
)
from tests.chaos.transports import SocketClient

Trouble = Callable[[Traffic], Awaitable[None]]


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    findings: list[str]
    """Each a sentence; none: nothing acknowledged is lost, doubled or reordered."""
    acknowledged: int
    """Commands that were carried out, as their senders were told."""
    resumes: list[int]
    """How often each client went on after a cut."""
    gaps: list[float] = field(repr=False)
    """Seconds that a client was cut off, each time."""
    crossings: list[float] = field(repr=False)
    """Seconds from the answer to a word until somebody else saw it, each time."""
    measured: list[Measured]
    """What else the trouble was to show."""


async def told(clients: Sequence[Client], url: str, trouble: Trouble, *, seed: int = 1) -> Outcome:
    """``url``: of the database.  The first client organises, the second moderates."""
    async with in_the_room(list(clients)), AsyncExitStack() as rooms:
        question = await published_question(list(clients))
        traffic = Traffic(list(clients), question, seed, rooms)
        async with traffic.flowing():
            await trouble(traffic)
        for client in clients:
            if client.silent:
                await client.vote(question, True)
        late = SocketClient("late", clients[-1].url, clients[-1].token, ROOM)
        async with in_the_room([late]):
            await until_all_are_level([*clients, *traffic.company, late])
    return Outcome(
        findings=[
            *traffic.findings,
            *await _against_the_database(
                clients, traffic.company, url, {question: len(clients) - 1}
            ),
            *(f"{client.name} began anew" for client in clients if client.resets),
            *_against_each_other([*clients, *traffic.company], late),
            *(each for client in clients for each in client.astray),
        ],
        acknowledged=sum(client.acknowledged for client in clients),
        resumes=[client.resumes for client in clients],
        gaps=[gap for client in clients for gap in client.gaps],
        crossings=crossings(clients),
        measured=traffic.measured,
    )


async def _against_the_database(
    clients: Sequence[Client], company: Sequence[Client], url: str, voters: dict[str, int]
) -> list[str]:
    operations = [op for client in clients for op in client.operations]
    kept = await read_kept(url, ROOM)
    found = check(operations, [client.reader for client in (*clients, *company)], kept)
    found += [f"{op.author}: {op.outcome}: {op.marker}" for op in operations if op.outcome != "ok"]
    votes = await read_votes(url, ROOM)
    if votes != voters:
        found.append(f"votes: {votes} are stored, {voters} were given")
    return found


def _against_each_other(clients: Sequence[Client], late: Client) -> list[str]:
    """Whoever was there all the time shows what somebody sees who comes now."""
    found = []
    for client in clients:
        same = {key: client.views.get(key) for key in late.views} == late.views
        if client.reader.stream == late.reader.stream and not same:
            found.append(f"{client.name} shows something else than who came late")
    return found
