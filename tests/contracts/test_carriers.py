"""What hints expect of a carrier, on every one there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from server.bus.alone import LoneCarrier
from server.bus.hints import BusError, Carrier
from server.bus.postgresql import NotifyCarrier
from server.bus.redis import RedisCarrier
from tests.fakes.bus import FakeBus, FakeCarrier
from tests.fixtures.redis import RedisServer

Connect = Callable[[], Carrier]


@pytest.fixture(
    params=[
        "fake",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def connect(request: pytest.FixtureRequest) -> Connect:
    if request.param == "fake":
        bus = FakeBus()
        return lambda: FakeCarrier(bus)
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis")
        return lambda: RedisCarrier(server.url)
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


@pytest.mark.parametrize(
    ("carrier", "who"),
    [
        (NotifyCarrier("postgresql://plenum@127.0.0.1:1/nowhere"), "PostgreSQL"),
        (RedisCarrier("redis://127.0.0.1:1"), "Redis"),
    ],
)
async def test_a_server_that_is_not_there_is_said_plainly(carrier: Carrier, who: str) -> None:
    with pytest.raises(BusError, match=rf"^{who}: .+"):
        await carrier.open(lambda _: None)
    with pytest.raises(BusError, match=r".+"):
        await carrier.send(b"eins")
    await carrier.close()


async def test_a_killed_server_is_said_and_heard_again_after_its_return(
    redis: RedisServer,
) -> None:
    one, other = (Listener(RedisCarrier(redis.url)) for _ in range(2))
    for listener in (one, other):
        await listener.open()
    redis.kill()
    with pytest.raises(BusError, match=r"^Redis: .+"):
        await one.carrier.send(b"eins")
    redis.start()
    for listener in (one, other):
        await listener.open()
    await one.carrier.send(b"zwei")
    assert [await one.next(), await other.next()] == [b"zwei", b"zwei"]
    for listener in (one, other):
        await listener.carrier.close()


async def test_a_frozen_server_is_not_waited_for(redis: RedisServer) -> None:
    one = Listener(RedisCarrier(redis.url))
    await one.open()
    redis.freeze()
    with pytest.raises(BusError, match=r"^Redis: .+"):
        await one.carrier.send(b"eins")
    with pytest.raises(BusError, match=r"^Redis: .+"):
        await one.open()
    redis.thaw()
    await one.open()
    await one.carrier.send(b"zwei")
    assert await one.next() == b"zwei"
    await one.carrier.close()
