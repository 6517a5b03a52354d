"""What is too old is thrown away, by every chore, whatever the others do."""

from __future__ import annotations

from pathlib import Path

import pytest

from access.audiences import Instant
from server.housekeeping import Housekeeping
from tests.contracts.disks import Scribe, posted
from tests.server.backup.living import living, settings_of


async def test_every_chore_gets_its_turn_also_after_one_that_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[Instant] = []

    async def tidy(at: Instant) -> None:
        done.append(at)

    async def fail(_: Instant) -> None:
        raise OSError("the disk is away")

    await Housekeeping(lambda: 7, tidy, fail, tidy).once()
    assert done == [7, 7]
    assert [record.exc_info is not None for record in caplog.records] == [True]


async def test_a_server_erases_what_was_said_long_ago(sqlite_url: str, tmp_path: Path) -> None:
    async with living(settings_of(tmp_path, sqlite_url)) as house:
        store = house.parts.store
        await Scribe(store).write("room-of-no-event", posted("message-1"))
        assert await store.words_before(2_000)
        await house.parts.housekeeping.once()
        assert await store.words_before(2_000) == {}
