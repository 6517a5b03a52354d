"""Migrations bring every database to the tables in the code."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from server.db.migrate import current, differences, migrate, newest


async def test_tables_and_migrations_agree(database: str) -> None:
    assert await differences(database) == []


async def test_a_migrated_database_stands_at_the_newest_revision(database: str) -> None:
    assert await current(database) == newest()


async def test_migrating_twice_changes_nothing(database: str) -> None:
    await migrate(database)
    assert await current(database) == newest()


@pytest.mark.process
async def test_processes_that_migrate_at_once_wait_for_each_other(tmp_path: Path) -> None:
    environ = {**os.environ, "PLENUM_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "server", "migrate"]
    starts = [asyncio.create_subprocess_exec(*command, env=environ) for _ in range(3)]
    processes = await asyncio.gather(*starts)
    assert await asyncio.gather(*(process.wait() for process in processes)) == [0, 0, 0]
