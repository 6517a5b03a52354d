"""Short forms of the long runs of ``make chaos``: something dies while people talk; nobody loses a
word, none stands twice, and none changes its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import troubles
from tests.chaos.cut_off import servers_cut_off
from tests.chaos.measured import happened
from tests.chaos.places import Place, on_postgresql, on_sqlite
from tests.chaos.revoked import OTHERS, rights_end
from tests.chaos.room import Traffic
from tests.chaos.story import told

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

KILLS = 3


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = on_sqlite if request.param == "sqlite" else on_postgresql
    with place(tmp_path) as made:
        yield made


async def test_server_and_database_are_killed_again_and_again(one: Place) -> None:
    async def trouble(traffic: Traffic) -> None:
        await troubles.server_dies(one, traffic, times=KILLS)
        if one.database is not None:
            await troubles.database_dies(one, traffic, times=KILLS)

    outcome = await told(one.clients(), one.url, trouble)
    assert outcome.findings == []
    assert min(outcome.resumes) >= KILLS // 2, "nobody was cut off"


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Place]:
    with on_postgresql(tmp_path, servers=3, redis=True, relayed=True) as made:
        yield made


@pytest.mark.postgresql
@pytest.mark.redis
async def test_bus_dies_or_is_cut_off_rights_end_and_then_three_servers_die_in_turn(
    three: Place,
) -> None:
    async def trouble(traffic: Traffic) -> None:
        await troubles.bus_dies(three, traffic, times=2)
        await servers_cut_off(three, traffic, times=2, longest=1)
        await rights_end(three, traffic, times=2)
        assert all(client.resumes == 0 for client in traffic.clients), "somebody was cut off"
        await troubles.servers_die_in_turn(three, traffic, times=1)

    outcome = await told(three.clients(OTHERS), three.url, trouble)
    assert outcome.findings == []
    assert happened(outcome.measured) == []
    assert min(outcome.resumes) >= 1, "nobody was cut off"
