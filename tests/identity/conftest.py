from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fixtures.postgresql import Cluster
from tests.identity.house import House, house_on


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An identity service on SQLite."""
    async with house_on(f"sqlite:///{tmp_path / 'identity.sqlite3'}") as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'identity.sqlite3'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    with cluster.fresh(empty=True) as url:
        yield url


@pytest.fixture
async def any_house(any_url: str) -> AsyncIterator[House]:
    """The same on each database, for what speaks SQL of its own."""
    async with house_on(any_url) as made:
        yield made
