"""Short forms of c1, d1, f1, f2 and f3: people talk while strangers do what they must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import full_disk, hostile
from tests.chaos.measured import happened
from tests.chaos.places import on_sqlite
from tests.chaos.requests import requests_are_malformed
from tests.chaos.room import Traffic
from tests.chaos.story import told

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


async def test_strangers_and_a_full_disk_break_nothing(tmp_path: Path) -> None:
    mountable = full_disk.cannot_mount() is None
    somewhere = full_disk.on_a_small_disk if mountable else on_sqlite
    with somewhere(tmp_path) as place:

        async def trouble(traffic: Traffic) -> None:
            await hostile.frames_are_malformed(place, traffic, len(hostile.MALFORMED))
            await hostile.connections_flood(place, traffic, len(hostile.FLOODS))
            await requests_are_malformed(place, traffic, times=1)
            if mountable:
                await full_disk.disk_is_full(place, traffic, times=1)

        outcome = await told(place.clients(), place.url, trouble)
    assert outcome.findings == []
    assert happened(outcome.measured) == []
    if not mountable:
        pytest.skip(f"all but the full disk: {full_disk.cannot_mount()}")
