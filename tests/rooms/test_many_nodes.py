"""One conference on one process or on three: the same for everybody, at once while there are hints
and a few seconds later without them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from rooms.core.chat import SendMessage
from rooms.core.names import AccountId, Code
from rooms.core.people import RemovePerson
from rooms.core.questions import SetWindow, VoteQuestion, Window
from rooms.wire.messages import Close
from server.bus.alone import LoneCarrier
from server.bus.hints import Carrier
from server.bus.postgresql import NotifyCarrier
from server.bus.redis import RedisCarrier
from server.storage.vault import FileVault
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.fixtures.redis import RedisServer
from tests.rooms.acts import code_of, published, say
from tests.rooms.nodes import Node, Nodes, Wanderer

PEOPLE: tuple[AccountId | None, ...] = (MODERATOR, "ulm", "hof", "jena", "mayen", None)


@dataclass(frozen=True)
class Conference:
    """Its database, by how many processes it is held, and what carries their hints."""

    url: str
    processes: int
    carrier: Callable[[], Carrier]
    redis: RedisServer | None = None
    streams: bool = False
    """People come over events and posts instead of sockets."""


ALONE = pytest.param("alone", marks=pytest.mark.database)
NOTIFY = pytest.param("notify", marks=pytest.mark.postgresql)
REDIS = pytest.param("redis", marks=[pytest.mark.postgresql, pytest.mark.redis])
STREAMS = pytest.param("streams", marks=pytest.mark.postgresql)
SOCKETS_AND_STREAMS = pytest.mark.parametrize("conference", [NOTIFY, STREAMS], indirect=True)
"""Three processes, by either transport."""


@pytest.fixture(params=[ALONE, NOTIFY, REDIS, STREAMS])
def conference(request: pytest.FixtureRequest) -> Conference:
    if request.param == "alone":
        return Conference(request.getfixturevalue("sqlite_url"), 1, LoneCarrier)
    url: str = request.getfixturevalue("postgresql_url")
    if request.param in ("notify", "streams"):
        streams = request.param == "streams"
        return Conference(url, 3, lambda: NotifyCarrier(url), streams=streams)
    redis: RedisServer = request.getfixturevalue("redis")
    return Conference(url, 3, lambda: RedisCarrier(redis.url), redis)


@pytest.fixture
async def nodes(conference: Conference, tmp_path: Path) -> AsyncIterator[Nodes]:
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(conference.processes):
            vault = FileVault(tmp_path / "authors.keys")
            node = Node(conference.url, vault, conference.carrier())
            stack.push_async_callback(node.close)
            made.append(await node.open())
        all_of_them = Nodes(made, streams=conference.streams)
        stack.push_async_callback(all_of_them.close)
        yield all_of_them


async def test_everybody_sees_the_same_in_the_same_order_at_once(nodes: Nodes) -> None:
    people = [await nodes.enter(account) for account in PEOPLE]
    speaking = [
        say(one, *(f"{one.account} {n}" for n in range(3))) for one in people if one.account
    ]
    await asyncio.gather(*speaking)
    total = 3 * len(speaking)
    await nodes.until(lambda: all(len(one.picture.texts) == total for one in people))
    assert not nodes.looked
    (seen,) = {tuple(one.picture.texts) for one in people}
    assert len(set(seen)) == total


async def test_who_is_lost_goes_on_at_another_process_without_a_hole(nodes: Nodes) -> None:
    """T-X4, T-X5."""
    chance = random.Random(4)
    people = [Wanderer(await nodes.enter(f"amt{number}")) for number in range(12)]
    for number in range(60):
        await say(people[number % len(people)].here, f"Nummer {number}")
        if number % 3 == 0:
            for node in nodes.nodes:
                await node.timers.advance(1)
        await chance.choice(people).move(nodes)
    await nodes.until(lambda: all(len(one.picture.texts) == 60 for one in people))
    assert not nodes.looked
    fresh = (await nodes.enter("late")).picture.objects  # with the newest messages alone
    for one in people:
        objects = one.picture.objects
        assert {ref: objects[ref] for ref in fresh} == fresh
    assert [one.picture.resets for one in people] == [0] * len(people)
    assert sum(len(one.visits) - 1 for one in people) == 60


async def test_votes_are_counted_once_wherever_they_were_given(nodes: Nodes) -> None:
    desk, author, reader = [await nodes.enter(one) for one in (MODERATOR, "ulm", None)]
    question = await published(desk.house, desk, author, "Wer zahlt den Betrieb?")
    voters = [await nodes.enter(f"voter-{number}") for number in range(30)]
    acks = await asyncio.gather(*(voter.do(VoteQuestion(question, True)) for voter in voters * 2))
    assert {code_of(ack) for ack in acks} == {None}
    await nodes.until(lambda: reader.picture.scores.get(question, (0, 0))[0] == 30)
    assert not nodes.looked


@SOCKETS_AND_STREAMS
async def test_a_command_sent_again_at_another_process_is_carried_out_once(nodes: Nodes) -> None:
    """T-C1: sent, the answer was lost with the connection, sent again after coming back."""
    sender, reader = await nodes.enter("ulm"), await nodes.enter(None)
    once, name = SendMessage("einmal"), sender.house.command_id()
    first = await sender.do(once, name)
    back = Wanderer(sender)
    await back.move(nodes)
    again = await back.here.do(once, name)
    assert (again.done, again.at, again.replayed) == (first.done, first.at, True)
    await say(back.here, "danach")
    await nodes.until(lambda: len(reader.picture.texts) == 2)
    assert reader.picture.texts == ["einmal", "danach"]


@SOCKETS_AND_STREAMS
async def test_the_commit_that_closes_the_window_parts_the_votes_before_from_those_after(
    nodes: Nodes,
) -> None:
    """T-Q10."""
    desk, author, reader = [await nodes.enter(one) for one in (MODERATOR, "ulm", None)]
    question = await published(desk.house, desk, author, "Wer zahlt den Betrieb?")
    voters = [await nodes.enter(f"voter-{number}") for number in range(20)]
    voting = [asyncio.create_task(one.do(VoteQuestion(question, True))) for one in voters]
    await voting[0]
    await desk.do(SetWindow(Window.CLOSED))
    codes = [code_of(await vote) for vote in voting]
    assert set(codes) <= {None, Code.WINDOW_CLOSED}
    late = await (await nodes.enter("late")).do(VoteQuestion(question, True))
    assert code_of(late) is Code.WINDOW_CLOSED
    wanted = codes.count(None)
    await nodes.until(lambda: reader.picture.scores.get(question, (0, 0))[0] == wanted)


async def test_who_is_sent_out_at_one_process_is_out_at_the_others(nodes: Nodes) -> None:
    desk, *tabs = [await nodes.enter(one) for one in (MODERATOR, "ulm", "ulm", "ulm")]
    await desk.do(RemovePerson("ulm"))
    await nodes.until(lambda: all(tab.outlet.code is not None for tab in tabs))
    assert {tab.outlet.code for tab in tabs} == {Close.NOT_ADMITTED}
    assert not nodes.looked


@SOCKETS_AND_STREAMS
async def test_who_stops_reading_is_closed_and_goes_on_elsewhere_without_a_hole(
    nodes: Nodes,
) -> None:
    """T-X7."""
    speaker, *readers = [await nodes.enter(one) for one in (SPEAKER, "hof", "jena", "mayen")]
    stuck = Wanderer(readers[0])
    stuck.here.outlet.reading = False
    for _ in range(5):
        await speaker.say(*("x" * 990 for _ in range(20)))
        for node in nodes.nodes:
            await node.timers.advance(20)
    await nodes.until(lambda: all(len(one.picture.texts) == 100 for one in readers[1:]))
    assert not stuck.here.is_out
    await nodes.until(lambda: stuck.here.is_out, step=500)
    assert [one.is_out for one in readers[1:]] == [False, False]
    await stuck.move(nodes)
    await nodes.until(lambda: len(stuck.picture.texts) == 100)
    assert stuck.picture.resets == 0


@SOCKETS_AND_STREAMS
async def test_a_crowd_comes_back_at_once_and_each_goes_on_where_it_was(nodes: Nodes) -> None:
    """T-X8; how fast is for ``make bench`` to say."""
    speaker = await nodes.enter(SPEAKER)
    crowd = [Wanderer(await nodes.enter(f"amt{number}")) for number in range(200)]
    await speaker.say("vorher")
    await nodes.until(lambda: all(one.picture.texts == ["vorher"] for one in crowd))
    for one in crowd:
        one.here.leave()
    await speaker.say("dazwischen")
    await asyncio.gather(*(one.move(nodes) for one in crowd))
    await speaker.say("danach")
    await nodes.until(lambda: all(one.picture.texts[-1:] == ["danach"] for one in crowd))
    assert {tuple(one.picture.texts) for one in crowd} == {("vorher", "dazwischen", "danach")}
    assert sum(one.picture.resets for one in crowd) == 0


@pytest.mark.parametrize("conference", [NOTIFY, REDIS], indirect=True)
async def test_without_the_bus_nothing_is_lost_and_with_it_hints_come_again(
    nodes: Nodes, conference: Conference
) -> None:
    people = [await nodes.enter(account) for account in PEOPLE]
    await say(people[0], "eins")
    await cut(conference)
    await say(people[1], "zwei")
    await say(people[2], "drei")
    await nodes.until(lambda: all(len(one.picture.texts) == 3 for one in people), step=50)
    assert {tuple(one.picture.texts) for one in people} == {("eins", "zwei", "drei")}
    if conference.redis is not None:
        assert all(node.hints.deaf for node in nodes.nodes)
        conference.redis.start()
    await nodes.until(lambda: not any(node.hints.deaf for node in nodes.nodes), step=50)
    for node in nodes.nodes:
        node.started = node.timers.now()
    await say(people[0], "vier")
    await nodes.until(lambda: all(len(one.picture.texts) == 4 for one in people))
    assert not nodes.looked


async def cut(conference: Conference) -> None:
    """End the bus: its server, or every connection of the database that carries hints."""
    if conference.redis is not None:
        conference.redis.kill()
        return
    connection = await asyncpg.connect(conference.url.replace("+asyncpg", ""))
    ended = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'plenum hints' AND datname = current_database()"
    )
    await connection.close()
    assert len(ended) == conference.processes
