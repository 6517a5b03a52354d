"""What hints expect of a carrier, on every one there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from server.bus.alone import LoneCarrier
from server.bus.hints import BusError, Carrier
from server.bus.postgresql import NotifyCarrier
from tests.fakes.bus import FakeBus, FakeCarrier

Connect = Callable[[], Carrier]


@pytest.fixture(params=["fake", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def connect(request: pytest.FixtureRequest) -> Connect:
    if request.param == "fake":
        bus = FakeBus()
        return lambda: FakeCarrier(bus)
    url: str = request.getfixturevalue("postgresql_url")
    return lambda: NotifyCarrier(url)


class Listener:
    """Waits until it has heard as much as the test wants."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def open(self) -> None:
        await self.carrier.open(self.heard.put_nowait)

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.heard.get(), 30)


@pytest.fixture
async def both(connect: Connect) -> AsyncIterator[tuple[Listener, Listener]]:
    both = Listener(connect()), Listener(connect())
    for listener in both:
        await listener.open()
    yield both
    for listener in both:
        await listener.carrier.close()


Both = tuple[Listener, Listener]


async def test_everybody_hears_what_is_said_whoever_says_it_too(both: Both) -> None:
    one, other = both
    for message in (b"eins", "zwölf, ’ und \\".encode(), b"x" * 7_900):
        await one.carrier.send(message)
        assert [await one.next(), await other.next()] == [message, message]


async def test_who_opens_anew_hears_once(both: Both) -> None:
    one, other = both
    await one.open()
    await other.carrier.send(b"eins")
    await other.carrier.send(b"zwei")
    assert [await one.next(), await one.next()] == [b"eins", b"zwei"]


async def test_alone_one_hears_oneself() -> None:
    alone = Listener(LoneCarrier())
    with pytest.raises(BusError):
        await alone.carrier.send(b"zu fr")
    await alone.open()
    await alone.carrier.send(b"eins")
    assert await alone.next() == b"eins"


async def test_who_has_closed_says_and_hears_nothing(both: Both) -> None:
    one, other = both
    await one.carrier.close()
    with pytest.raises(BusError):
        await one.carrier.send(b"eins")
    await other.carrier.send(b"zwei")
    assert await other.next() == b"zwei"
    assert one.heard.empty()
    await one.carrier.close()
    await one.open()
    await other.carrier.send(b"drei")
    assert await one.next() == b"drei"


@pytest.mark.postgresql
async def test_a_database_that_is_not_there_is_said_plainly() -> None:
    carrier = NotifyCarrier("postgresql://plenum@127.0.0.1:1/nowhere")
    with pytest.raises(BusError, match=r"^PostgreSQL: "):
        await carrier.open(lambda _: None)
