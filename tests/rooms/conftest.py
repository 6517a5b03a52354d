from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.rooms.house import House


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = await House().open()
    yield house
    await house.close()
