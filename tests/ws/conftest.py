from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ws.server import Site, serving


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as site:
        yield site
