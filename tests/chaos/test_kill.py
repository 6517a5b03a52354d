"""Short forms of the long runs of ``make chaos``: something dies while people talk; nobody loses a
word, none stands twice, and none changes its place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.chaos import troubles
from tests.chaos.places import Place, on_postgresql, on_sqlite
from tests.chaos.room import Traffic
from tests.chaos.story import told

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

KILLS = 3


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = on_sqlite if request.param == "sqlite" else on_postgresql
    with place(tmp_path) as made:
        yield made


async def test_server_is_killed_again_and_again(one: Place) -> None:
    outcome = await told(one.clients(), one.url, partial(troubles.server_dies, one, times=KILLS))
    assert outcome.findings == []
    assert min(outcome.resumes) >= KILLS // 2, "nobody was cut off"


@pytest.mark.postgresql
async def test_database_is_killed_again_and_again(tmp_path: Path) -> None:
    with on_postgresql(tmp_path) as place:
        trouble = partial(troubles.database_dies, place, times=KILLS)
        outcome = await told(place.clients(), place.url, trouble)
    assert outcome.findings == []


@pytest.mark.postgresql
@pytest.mark.redis
async def test_bus_dies_and_freezes_and_then_the_servers_restart_in_turn(tmp_path: Path) -> None:
    async def trouble(traffic: Traffic) -> None:
        await troubles.bus_dies(place, traffic, times=2)
        assert all(client.resumes == 0 for client in traffic.clients), "somebody was cut off"
        await troubles.servers_restart_in_turn(place, traffic, times=1)

    with on_postgresql(tmp_path, servers=3, redis=True) as place:
        outcome = await told(place.clients(), place.url, trouble)
    assert outcome.findings == []
    assert min(outcome.resumes) >= 1, "nobody was cut off"


@pytest.mark.postgresql
async def test_three_servers_die_in_turn_and_their_people_go_on_at_the_next(
    tmp_path: Path,
) -> None:
    with on_postgresql(tmp_path, servers=3) as place:
        trouble = partial(troubles.servers_die_in_turn, place, times=1)
        outcome = await told(place.clients(), place.url, trouble)
    assert outcome.findings == []
    assert min(outcome.resumes) >= 1, "nobody was cut off"
