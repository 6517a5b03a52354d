from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.desk import Desk, desk
from tests.pages.world import FixedClock, World, world


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    """The site as a demo shows it, at a fixed time."""
    async with world(tmp_path) as running:
        yield running


@pytest.fixture
def clock() -> FixedClock:
    """What the desk goes by; tests move it."""
    return FixedClock()


@pytest.fixture
async def office(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Desk]:
    """The site with the organiser's desk."""
    async with desk(tmp_path, clock) as made:
        yield made


@pytest.fixture(scope="session")
def base_url() -> None:
    """Replaces the plugin's own, which pytest warns about; addresses here are written out."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Browsers set to German, as in most offices."""
    return {**browser_context_args, "locale": "de-DE"}
