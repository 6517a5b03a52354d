"""A database in which a newer release has written: this one must not guess."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.core.codec import READER
from server.db.engine import create_engine
from server.db.generation import OutdatedError, Retirement, require_readable

WRITTEN = (
    "INSERT INTO room_head (room, log, pub, stage, desk, version, last_at, min_reader, messages)"
    " VALUES ('plenum', 1, 1, 1, 1, 1, 1, :reader, 0)"
)


async def written_by(engine: AsyncEngine, reader: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(WRITTEN), {"reader": reader})


async def test_a_database_without_rooms_or_with_ours_is_read(database: str) -> None:
    engine = create_engine(database)
    await require_readable(engine)
    await written_by(engine, READER)
    await require_readable(engine)
    await engine.dispose()


async def test_a_newer_release_is_named_and_the_process_does_not_start(database: str) -> None:
    engine = create_engine(database)
    await written_by(engine, READER + 1)
    with pytest.raises(OutdatedError, match=f"asks for reader {READER + 1}, this release"):
        await Retirement(engine, retire=lambda: None).start()
    await engine.dispose()


async def test_a_process_that_became_too_old_ends_in_order(database: str) -> None:
    engine, retired = create_engine(database), asyncio.Event()
    retirement = Retirement(engine, retired.set, every=0.01)
    await retirement.start()
    await written_by(engine, READER + 1)
    async with asyncio.timeout(30):
        await retired.wait()
    await retirement.stop()
    await engine.dispose()
