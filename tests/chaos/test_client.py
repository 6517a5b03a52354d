"""The clients of ``make chaos`` come back as a browser does, where a server says when."""

from __future__ import annotations

import pytest

from tests.chaos.client import RETRY_S, Client
from tests.chaos.room import ROOM
from tests.chaos.transports import SocketClient, StreamClient


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
