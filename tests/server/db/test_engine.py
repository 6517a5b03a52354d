"""Whether a database may be trusted with an acknowledgement."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from server.db.engine import (
    Finding,
    UnsafeDatabaseError,
    address,
    connect_sqlite,
    create_engine,
    durability,
    require_durable,
)
from tests.fixtures.postgresql import Cluster


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///data/x.sqlite3", "sqlite+aiosqlite:///data/x.sqlite3"),
        ("sqlite+aiosqlite:////x", "sqlite+aiosqlite:////x"),
        ("postgresql://u:p@host/name", "postgresql+asyncpg://u:p@host/name"),
        ("postgres://u:p@host/name", "postgresql+asyncpg://u:p@host/name"),
    ],
)
def test_urls_get_our_drivers(given: str, used: str) -> None:
    assert address(given).render_as_string(hide_password=False) == used


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        address("mysql+pymysql://host/name")


async def test_sqlite_is_durable_as_we_open_it(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.sqlite3")
    found = {finding.setting: finding.value for finding in await durability(engine)}
    assert found == {"synchronous": "full", "journal_mode": "wal"}
    await require_durable(engine)
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
    await engine.dispose()


def test_the_writer_of_the_rooms_flushes_too(tmp_path: Path) -> None:
    connection = connect_sqlite(f"sqlite:///{tmp_path}/x.sqlite3")
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize("synchronous", ["off", "NORMAL"])
async def test_sqlite_told_not_to_flush_is_refused(tmp_path: Path, synchronous: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.sqlite3?synchronous={synchronous}")
    with pytest.raises(UnsafeDatabaseError, match=f"synchronous is {synchronous.lower()}, it must"):
        await require_durable(engine)
    await engine.dispose()


async def test_a_database_in_memory_is_refused() -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(UnsafeDatabaseError, match="journal_mode is memory"):
        await require_durable(engine)
    await engine.dispose()


@pytest.mark.postgresql
async def test_postgresql_is_durable_by_default(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    assert await durability(engine) == (
        Finding("fsync", "on", ("on",)),
        Finding("synchronous_commit", "on", ("on", "local", "remote_write", "remote_apply")),
        Finding("full_page_writes", "on", ("on",)),
    )
    await require_durable(engine)
    await engine.dispose()


@pytest.mark.postgresql
async def test_postgresql_told_not_to_flush_is_refused(
    postgresql: Cluster, postgresql_url: str
) -> None:
    database = postgresql_url.rsplit("/", 1)[1]
    engine = create_engine(postgresql_url)
    async with engine.begin() as connection:
        await connection.execute(text(f"ALTER DATABASE {database} SET synchronous_commit = off"))
    await engine.dispose()
    engine = create_engine(postgresql_url)
    with pytest.raises(UnsafeDatabaseError, match="synchronous_commit is off, it must be on or"):
        await require_durable(engine)
    await engine.dispose()
