"""Many connections of one account, and many from one address: bounded together."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from rooms.wire.messages import Close, Ping, Pong
from server.ws import crowd as crowds
from server.ws.budget import Allowance
from server.ws.conversation import ENTERING
from server.ws.crowd import Bounds, Crowd
from tests.ws.client import connected, visiting
from tests.ws.server import Site, serving

TOWN = "192.0.2.7"


class Window:
    """A connection that notes that it was told to make room."""

    closed = False

    def make_room(self) -> None:
        self.closed = True


def opened(crowd: Crowd, number: int, account: str = "ulm") -> list[Window]:
    windows = [Window() for _ in range(number)]
    for window in windows:
        crowd.signed_in(account, window, 0.0)
    return windows


def test_the_oldest_connection_of_an_account_makes_room_for_the_newest() -> None:
    windows = opened(Crowd(), 22)
    assert [window.closed for window in windows] == [True] * 2 + [False] * 20


def test_a_connection_that_is_gone_does_not_count() -> None:
    crowd = Crowd()
    windows = opened(crowd, 20)
    crowd.gone("ulm", windows[3])
    crowd.gone("ulm", windows[3])
    (newest,) = opened(crowd, 1)
    assert not any(window.closed for window in [*windows, newest])
    opened(crowd, 20, "hof")
    assert not any(window.closed for window in windows)


def test_all_connections_of_an_account_share_a_budget_that_time_refills() -> None:
    crowd = Crowd(Bounds(account=Allowance(frames=10, frames_per_second=2)))
    one, other = (crowd.signed_in("ulm", Window(), 0.0) for _ in range(2))
    assert one.take(6, 0)
    assert not other.take(6, 0)
    assert crowd.signed_in("hof", Window(), 0.0).take(10, 0)
    assert crowd.signed_in("ulm", Window(), 2.0).frames == 8


def test_coming_back_does_not_fill_a_budget() -> None:
    crowd = Crowd(Bounds(account=Allowance(frames=10, frames_per_second=2)))
    window = Window()
    crowd.signed_in("ulm", window, 0.0).take(10, 0)
    crowd.gone("ulm", window)
    assert crowd.signed_in("ulm", window, 1.0).frames == 2


def test_guests_do_not_share_a_budget() -> None:
    crowd = Crowd()
    assert crowd.guest(0.0) is not crowd.guest(0.0)


def test_thousands_behind_one_address_are_taken_and_a_storm_is_slowed() -> None:
    crowd = Crowd()
    assert sum(crowd.arrive(TOWN, 0.0) for _ in range(5_000)) == 3_000
    assert sum(crowd.arrive(TOWN, 4.0) for _ in range(2_500)) == 2_000
    assert crowd.arrive("192.0.2.8", 4.0)


def test_connections_from_one_address_are_bounded_until_some_depart() -> None:
    crowd = Crowd(Bounds(address_connections=2))
    assert [crowd.arrive(TOWN, 0.0) for _ in range(3)] == [True, True, False]
    crowd.depart(TOWN)
    assert crowd.arrive(TOWN, 0.0)


def test_addresses_of_one_network_of_64_bits_are_one() -> None:
    crowd = Crowd(Bounds(address_connections=1))
    assert crowd.arrive("2001:db8::1", 0.0)
    assert not crowd.arrive("2001:db8::ffff:1", 0.0)
    assert crowd.arrive("2001:db8:0:1::1", 0.0)
    crowd.depart("2001:db8::2")
    assert crowd.arrive("2001:db8::3", 0.0)


def test_who_owes_nothing_is_forgotten_when_there_are_too_many() -> None:
    crowd = Crowd(Bounds(handshakes=Allowance(frames=2, frames_per_second=1)))
    for number in range(crowds.MOST_KEYS - 1):
        crowd.arrive(f"host-{number}", 0.0)
    assert [crowd.arrive(TOWN, 5.0) for _ in range(2)] == [True, True]
    assert crowd.arrive("one more", 5.0)
    assert not crowd.arrive(TOWN, 5.5)


async def test_a_window_too_many_closes_the_oldest_for_good() -> None:
    async with (
        serving(Site(crowd=Crowd(Bounds(account_connections=2)))) as site,
        visiting(site, "ulm") as oldest,
        visiting(site, "ulm") as older,
        visiting(site, "ulm") as newest,
    ):
        assert await oldest.closed() == Close.TOO_MANY
        for window in (older, newest):
            await window.send(Ping())
            await window.next(Pong)


async def test_an_account_cannot_send_more_through_more_connections() -> None:
    pings = 10
    entered = 2 * (1 + ENTERING)  # the greeting is charged to a guest yet
    bounds = Bounds(account=Allowance(frames=entered + pings, frames_per_second=0))
    async with (
        serving(Site(crowd=Crowd(bounds))) as site,
        visiting(site, "ulm") as one,
        visiting(site, "ulm") as other,
        visiting(site, "hof") as neighbour,
    ):
        for client in (one, other) * (pings // 2):
            await client.send(Ping())
            await client.next(Pong)
        for client in (one, other):
            await client.send(Ping())
            assert await client.closed() == Close.BUDGET
        await neighbour.send(Ping())
        await neighbour.next(Pong)


async def test_too_many_handshakes_from_an_address_are_turned_away() -> None:
    bounds = Bounds(handshakes=Allowance(frames=1, frames_per_second=0))
    async with serving(Site(crowd=Crowd(bounds))) as site, connected(site) as first:
        with pytest.raises(InvalidStatus) as refused:
            async with connected(site):
                raise AssertionError("it was let in")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["retry-after"] == "2"
        await first.hello()
