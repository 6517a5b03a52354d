"""The clients of ``make chaos`` come back as a browser does, where a server says when."""

from __future__ import annotations

import pytest

from tests.chaos.client import RETRY_S, Client
from tests.chaos.room import ROOM
from tests.chaos.transports import SocketClient, StreamClient
from tests.chaos.troubles import live_again


@pytest.fixture(params=[SocketClient, StreamClient])
def client(request: pytest.FixtureRequest) -> Client:
    made: Client = request.param("Hof", "ws://127.0.0.1:1/ws", "token", ROOM)
    return made


def test_the_hint_of_a_goodbye_is_the_least_wait_and_a_quarter_the_most_on_top(
    client: Client,
) -> None:
    waits = []
    for _ in range(100):
        client.take({"t": "bye", "retry_after_ms": 4_000})
        waits.append(client.pause())
    assert 4 <= min(waits) < max(waits) <= 5


def test_the_hint_holds_for_one_try(client: Client) -> None:
    client.take({"t": "bye", "retry_after_ms": 4_000})
    client.pause()
    assert client.pause() <= RETRY_S[1]


def test_who_is_back_counts_from_when_the_server_listened(client: Client) -> None:
    """Died at 10, 20, 21 and 30; listened a second later; the second life was too short to judge,
    the third time it did not come back although there was time."""
    client.back = [11.5, 30.5]
    deaths = [(10.0, 11.0), (20.0, 20.8), (21.0, 22.0), (30.0, 31.0)]
    assert live_again([client], deaths) == [0.5, 8.0, 0.0]
