from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ws.client import Come, connected, visiting
from tests.ws.server import Site, serving
from tests.ws.streamed import streaming, watching


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as site:
        yield site


@pytest.fixture(params=["socket", "stream"])
def transport(request: pytest.FixtureRequest) -> str:
    """What must hold by either transport."""
    return str(request.param)


@pytest.fixture
def come(transport: str) -> Come:
    """``come(site, "ulm")``: somebody who has said nothing yet."""
    return streaming if transport == "stream" else connected


@pytest.fixture
def enter(transport: str) -> Come:
    """``enter(site, "ulm")``: somebody who is in the room."""
    return watching if transport == "stream" else visiting
