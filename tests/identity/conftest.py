from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.identity.house import House, house_on


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """An identity service on SQLite."""
    async with house_on(sqlite_url) as made:
        yield made


@pytest.fixture
async def any_house(database: str) -> AsyncIterator[House]:
    """The same on each database, for what speaks SQL of its own."""
    async with house_on(database) as made:
        yield made
