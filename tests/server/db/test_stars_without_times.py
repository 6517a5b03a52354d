"""Migration 0009: stars of before stay, and new ones are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.db.engine import create_engine
from server.db.migrate import migrate
from server.db.participants import StarRows
from tests.server.db.empty import KINDS, empty_database

BEFORE = (
    "INSERT INTO account (id, name, language, created_at) VALUES ('hof', 'Hof', 'de', 1)",
    "INSERT INTO star (account, session, event, at) VALUES ('hof', 'podium', 'regio', 1)",
)


@pytest.fixture(params=KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database as the revision before left it."""
    with empty_database(request, tmp_path) as url:
        asyncio.run(_before(url))
        yield url


async def _before(url: str) -> None:
    await migrate(url, "0008")
    engine = create_engine(url)
    async with engine.begin() as connection:
        for statement in BEFORE:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_stars_stay_and_more_can_be_given(old: str) -> None:
    await migrate(old)
    engine = create_engine(old)
    stars = StarRows(engine)
    await stars.put("hof", "werkstatt")
    assert await stars.of("hof") == ("podium", "werkstatt")
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM account"))
    assert await stars.of("hof") == ()
    await engine.dispose()
