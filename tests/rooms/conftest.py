from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.storage.vault import FileVault
from tests.rooms.house import House
from tests.rooms.kept import Kept


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = await House().open()
    yield house
    await house.close()


@asynccontextmanager
async def keeping(url: str, folder: Path) -> AsyncIterator[Kept]:
    made = Kept(url, FileVault(folder / "authors.keys"))
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def kept(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Kept]:
    async with keeping(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
async def restarted(kept: Kept, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Kept]:
    """A second process on the same file, which has read nothing yet."""
    async with keeping(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
async def two(database: str, tmp_path: Path) -> AsyncIterator[tuple[Kept, Kept]]:
    """Two processes on one database."""
    async with keeping(database, tmp_path) as one, keeping(database, tmp_path) as other:
        yield one, other
