from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.http.api_site import api_site
from tests.pages.world import World


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with api_site(tmp_path) as running:
        yield running
