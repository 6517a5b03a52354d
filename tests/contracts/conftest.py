"""The stores that every contract runs on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rooms.ports import Head, Stored
from tests.contracts.disks import (
    ClosableStore,
    Disk,
    FakeRooms,
    PostgresqlRooms,
    Scribe,
    SqliteRooms,
    make_tables,
    opened,
)

ROOM = "room-plenum"
OTHER = "room-werkstatt"
EMPTY = Stored(Head(room=ROOM), None, [], [], [])


@pytest.fixture(params=["fake", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    if request.param == "fake":
        return FakeRooms()
    url: str = request.getfixturevalue(f"{request.param}_url")
    asyncio.run(make_tables(url))
    kind = SqliteRooms if request.param == "sqlite" else PostgresqlRooms
    return kind(url, tmp_path)


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def kept_at(request: pytest.FixtureRequest) -> str | None:
    """The database of a store that is no room's; None: it keeps all in memory."""
    if request.param == "memory":
        return None
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def store(disk: Disk) -> AsyncIterator[ClosableStore]:
    async with opened(disk) as [store]:
        yield store


@pytest.fixture
def scribe(store: ClosableStore) -> Scribe:
    return Scribe(store)
