"""Sockets that die, stall and come back, over a real server (T-X4, T-X7 in small)."""

from __future__ import annotations

import asyncio
import random

from rooms.core.chat import MessageView, SendMessage
from rooms.core.names import Person, Stream
from rooms.draft import Submission
from rooms.member import BUFFERED
from rooms.ports import CommandKey
from rooms.wire.commands import Answer
from rooms.wire.messages import Joined, Present
from rooms.wire.snapshot import snapshot
from tests.fakes.admission import SPEAK, SPEAKER
from tests.rooms.house import Picture, ref_of, views
from tests.ws.client import Client, connected, visiting
from tests.ws.server import Site

POSTS = 80
LOST = 20


async def test_sockets_killed_at_random_end_with_the_picture_of_a_fresh_snapshot(
    site: Site,
) -> None:
    dice = random.Random(4)
    pictures = [Picture() for _ in range(6)]
    over = asyncio.Event()
    async with visiting(site, SPEAKER) as author:
        readers = [
            asyncio.create_task(come_and_go(site, picture, over, random.Random(dice.random())))
            for picture in pictures
        ]
        for number in range(POSTS):
            ack = await author.do(SendMessage(f"Nummer {number}"))
            assert ack.at == number + 1
        over.set()
        lost = sum(await asyncio.gather(*readers))
        wanted = await fresh_picture(site)
    assert lost >= LOST
    for picture in pictures:
        assert picture.at is not None
        assert picture.at.n == POSTS
        newest = [view for view in picture.objects.values() if isinstance(view, MessageView)][-50:]
        assert newest == wanted
        assert picture.resets == 0
        assert picture.numbers == sorted(set(picture.numbers))


async def come_and_go(
    site: Site, picture: Picture, over: asyncio.Event, dice: random.Random
) -> int:
    """Read, vanish without a word, come back; at the end read to the end. How often lost."""
    lost = 0
    while True:
        last = over.is_set()
        async with connected(site, "hof") as client:
            client.picture = picture
            await client.hello()
            joined = await client.join(picture.at)
            assert isinstance(joined, Joined)
            if last:
                await read_to(client, POSTS)
                return lost
            await read_a_little(client, dice.random() * 0.03)
            client.socket.transport.abort()
            lost += 1


async def read_a_little(client: Client, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while True:
                await client.read()
    except TimeoutError:
        return


async def read_to(client: Client, number: int) -> None:
    while client.picture.at is None or client.picture.at.n < number:
        await client.read()


async def fresh_picture(site: Site) -> list[MessageView]:
    async with visiting(site) as guest:
        return [view for view in guest.picture.objects.values() if isinstance(view, MessageView)]


async def test_a_reader_that_stops_costs_a_bounded_buffer_and_catches_up(site: Site) -> None:
    async with visiting(site, "hof") as stalled:
        transport = stalled.socket.transport
        transport.pause_reading()
        fullest = 0
        while fullest <= BUFFERED:
            await say_much(site)
            fullest = buffered(site)
        for _ in range(20):
            await say_much(site)
            assert buffered(site) < 2 * BUFFERED
        transport.resume_reading()
        await read_to(stalled, site.disk.room("plenum").head.pub)
        shown = site.hub._feeds["plenum"].shown.state
        whole = snapshot(shown, Stream.PUB, 0, Present(0, 0))
        wanted = {ref_of(view): view for view in views(whole)}
        assert {ref: stalled.picture.objects[ref] for ref in wanted} == wanted


def buffered(site: Site) -> int:
    """What waits in the server for the slowest reader."""
    return max(member.outlet.buffered() for member in site.hub._feeds["plenum"].members)


async def say_much(site: Site) -> None:
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
    await asyncio.sleep(0.002)  # lets the tick go out; its length does not matter
