"""What is too old is thrown away, by every chore, whatever the others do."""

from __future__ import annotations

import pytest

from access.audiences import Instant
from server.housekeeping import Housekeeping


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
