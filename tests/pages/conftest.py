from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pages.world import World, world


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    """The site as a demo shows it, at a fixed time."""
    async with world(tmp_path) as running:
        yield running
