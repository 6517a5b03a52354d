"""Sockets that die, stall and come back, over a real server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator

import pytest

from rooms.core.chat import RemoveMessage, SendMessage
from rooms.core.names import Person, Stream
from rooms.core.questions import (
    AskQuestion,
    Moderation,
    PutOnAir,
    QuestionState,
    SetModeration,
    VoteQuestion,
)
from rooms.core.room import RoomCommand
from rooms.draft import Submission
from rooms.member import BUFFERED
from rooms.ports import CommandKey
from rooms.wire.commands import Answer
from rooms.wire.messages import Close, Joined, Present
from rooms.wire.snapshot import snapshot
from server.ws.crowd import Crowd
from tests.fakes.admission import ATTEND, MODERATOR, SPEAK, SPEAKER
from tests.fakes.timers import FakeTimers
from tests.rooms.house import Picture, ref_of, views
from tests.ws.client import Client, Come, Talking, connected, visiting
from tests.ws.server import Site, serving
from tests.ws.streamed import watching

LOST = 200
READERS = 12


async def test_sockets_killed_at_random_end_with_the_picture_of_a_fresh_snapshot(
    site: Site,
) -> None:
    """T-X4: 200 sockets lost in the middle of traffic; no number twice, none missing."""
    dice = random.Random(4)
    readers = [
        Reader(site, f"amt-{number}", random.Random(dice.random())) for number in range(READERS)
    ]
    async with visiting(site, SPEAKER) as author, visiting(site, MODERATOR) as desk:
        await desk.do(SetModeration(Moderation.POST))
        reading = [asyncio.create_task(reader.come_and_go()) for reader in readers]
        traffic = Traffic(site, author, desk, dice)
        while sum(reader.lost for reader in readers) < LOST:
            await traffic.goes_on()
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        async with visiting(site) as guest:
            wanted = guest.picture
        assert None in wanted.texts
        assert QuestionState.ON_AIR in {question.state for question in wanted.questions}
        for reader in readers:
            await reader.read_to_the_end(wanted)
    for reader in readers:
        picture = reader.picture
        assert {ref: picture.objects[ref] for ref in wanted.objects} == wanted.objects
        assert {one.id for one in picture.questions} == {one.id for one in wanted.questions}
        assert (picture.at, picture.resets) == (wanted.at, 0)
        assert picture.numbers == sorted(set(picture.numbers))


class Traffic:
    """Somebody talks, others ask and vote, a moderator removes and puts on air."""

    def __init__(self, site: Site, author: Client, desk: Client, dice: random.Random) -> None:
        self.site, self.author, self.desk, self.dice = site, author, desk, dice
        self.questions: list[str] = []
        self.count = 0

    async def goes_on(self) -> None:
        self.count += 1
        number = self.count
        said = await self.author.do(SendMessage(f"Nummer {number}"))
        assert said.done is not None
        assert said.done.object is not None
        if number % 7 == 0:
            await self.desk.do(RemoveMessage(said.done.object, "Ton"))
        if number % 10 == 0 or not self.questions:
            asked = await given(self.site, f"amt{number}", AskQuestion(f"Frage {number}?"))
            assert asked.done is not None
            assert asked.done.object is not None
            self.questions.append(asked.done.object)
        question = self.dice.choice(self.questions)
        await given(self.site, f"stimme{number}", VoteQuestion(question, True))
        if number % 10 == 5:
            seen = {one.id: one.revision for one in self.desk.picture.questions}
            await self.desk.do(PutOnAir(question, seen.get(question, 1)))


class Reader:
    """Reads, vanishes without a word, comes back with the last number it read."""

    def __init__(self, site: Site, account: str, dice: random.Random) -> None:
        self.site, self.account, self.dice = site, account, dice
        self.picture = Picture()
        self.lost = 0

    async def come_and_go(self) -> None:
        while True:
            async with self._back() as client:
                await read_a_little(client, self.dice.random() * 0.03)
                client.lose()
            self.lost += 1

    async def read_to_the_end(self, wanted: Picture) -> None:
        async with self._back() as client:
            while (self.picture.at, counts(self.picture)) != (wanted.at, counts(wanted)):
                await client.read()

    @contextlib.asynccontextmanager
    async def _back(self) -> AsyncIterator[Client]:
        async with connected(self.site, self.account) as client:
            client.picture = self.picture
            await client.hello()
            assert isinstance(await client.join(self.picture.at), Joined)
            yield client


def counts(picture: Picture) -> dict[str, int]:
    """Votes by question; their versions say only when somebody was told."""
    return {question: score for question, (score, _) in picture.scores.items()}


async def given(site: Site, account: str, command: RoomCommand) -> Answer:
    """By somebody at another server."""
    person = Person(account, f"Amt {account}", "Stadt Ulm", ATTEND)
    answers: asyncio.Queue[Answer] = asyncio.Queue()
    key = CommandKey(account, site.new_id())
    site.sequencer.submit(Submission("plenum", key, command, lambda: person, answers.put_nowait))
    return await answers.get()


async def read_a_little(client: Client, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while True:
                await client.read()
    except TimeoutError:
        return


async def test_a_reader_that_stops_costs_a_bounded_buffer_and_catches_up(
    site: Site, enter: Come
) -> None:
    async with enter(site, "hof") as stalled:
        stalled.pause()
        fullest = 0
        while fullest <= BUFFERED:
            await say_much(site)
            fullest = buffered(site)
        for _ in range(20):
            await say_much(site)
            assert buffered(site) < 2 * BUFFERED
        stalled.resume()
        await read_to(stalled, site.disk.room("plenum").head.pub)
        shown = site.hub._feeds["plenum"].shown.state
        whole = snapshot(shown, Stream.PUB, 0, Present(0, 0))
        wanted = {ref_of(view): view for view in views(whole)}
        assert {ref: stalled.picture.objects[ref] for ref in wanted} == wanted


async def read_to(client: Talking, number: int) -> None:
    while client.picture.at is None or client.picture.at.n < number:
        await client.read()


def buffered(site: Site) -> int:
    """What waits in the server for the slowest reader."""
    return max(member.outlet.buffered() for member in site.hub._feeds["plenum"].members)


async def test_a_reader_that_never_reads_is_closed_and_others_go_on(
    come: Come, enter: Come
) -> None:
    """T-X7: after ten seconds with a code that says to come back, and it can resume."""
    timers = FakeTimers()
    async with (
        serving(Site(timers=timers)) as site,
        enter(site, "hof") as stuck,
        enter(site, SPEAKER) as other,
    ):
        stuck.pause()
        while buffered(site) <= BUFFERED:
            await say_much(site, timers)
            await read_to(other, site.disk.room("plenum").head.pub)
        for wait in (9_000, 3_000):
            assert connections(site) == 2
            await timers.advance(wait)
        stuck.resume()
        assert await stuck.closed() == Close.RESUME_LATER
        assert connections(site) == 1
        ack = await other.do(SendMessage("weiter"))
        assert ack.error is None
        async with come(site, "hof") as back:
            back.picture = stuck.picture
            await back.hello()
            joined = await back.join(stuck.picture.at)
            assert isinstance(joined, Joined)
            await timers.advance(1_000)
            await read_to(back, site.disk.room("plenum").head.pub)
            assert back.picture.texts[-1] == "weiter"


async def test_a_stream_that_does_not_even_read_its_end_is_cut(
    caplog: pytest.LogCaptureFixture,
) -> None:
    timers, crowd = FakeTimers(), Departing()
    async with serving(Site(timers=timers, crowd=crowd)) as site, watching(site, "hof") as stuck:
        stuck.pause()
        while buffered(site) <= BUFFERED:
            await say_much(site, timers)
        await timers.advance(12_000)
        async with asyncio.timeout(10):
            await crowd.departed.wait()
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


class Departing(Crowd):
    """Tells when somebody is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.departed = asyncio.Event()

    def depart(self, address: str) -> None:
        super().depart(address)
        self.departed.set()


def connections(site: Site) -> int:
    return len(list(site.hub._feeds["plenum"].members))


async def say_much(site: Site, timers: FakeTimers | None = None) -> None:
    """Some 40 kB of messages by somebody at another server."""
    author = Person("ulm", "Amt Ulm", "Stadt Ulm", SPEAK)
    answers: asyncio.Queue[Answer] = asyncio.Queue()
    for _ in range(40):
        key = CommandKey("ulm", site.new_id())
        command = SendMessage("x" * 900)
        site.sequencer.submit(
            Submission("plenum", key, command, lambda: author, answers.put_nowait)
        )
    for _ in range(40):
        assert (await answers.get()).error is None
    if timers is not None:
        await timers.advance(1_000)
    await asyncio.sleep(0.002)  # lets the tick go out; its length does not matter
