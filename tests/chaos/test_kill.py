"""Short forms of the long runs of ``make chaos``: something dies while people talk; nobody loses a
word, none stands twice, and none changes its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import full_disk, hostile, troubles
from tests.chaos.cut_off import servers_cut_off
from tests.chaos.flushed import power_goes
from tests.chaos.measured import happened
from tests.chaos.places import Place, on_postgresql, on_sqlite
from tests.chaos.requests import requests_are_malformed
from tests.chaos.revoked import OTHERS, rights_end
from tests.chaos.room import Traffic
from tests.chaos.story import told

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

KILLS = 3
DISK_CAN_BE_FULL = full_disk.cannot_mount() is None
"""Elsewhere only ``tests/contracts/test_room_store_faults.py`` shows what becomes of it."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    alone = full_disk.on_a_small_disk if DISK_CAN_BE_FULL else on_sqlite
    place = alone if request.param == "sqlite" else on_postgresql
    with place(tmp_path) as made:
        yield made


async def test_server_and_database_are_killed_and_strangers_do_what_they_must_not(
    one: Place,
) -> None:
    async def trouble(traffic: Traffic) -> None:
        await troubles.server_dies(one, traffic, times=KILLS)
        if one.database is not None:
            await troubles.database_dies(one, traffic, times=KILLS)
            return
        await power_goes(one, traffic, times=2)
        await hostile.frames_are_malformed(one, traffic, len(hostile.MALFORMED))
        await hostile.connections_flood(one, traffic, len(hostile.FLOODS))
        await requests_are_malformed(one, traffic, times=1)
        if DISK_CAN_BE_FULL:
            await full_disk.disk_is_full(one, traffic, times=1)

    outcome = await told(one.clients(), one.url, trouble)
    assert outcome.findings == []
    assert happened(outcome.measured) == []
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
