"""The checker against processes that are wrong: each wrong part is found, right ones are not."""

from __future__ import annotations

import pytest

from tests.chaos.planted import (
    ACK_BEFORE_COMMIT,
    HINT_TRUSTED_AS_DATA,
    NUMBERS_BY_A_COUNTER,
    REPEATED_WITHOUT_ID,
    RIGHT,
    Parts,
    findings,
)


async def test_right_parts_come_through_all_of_it_without_a_finding() -> None:
    assert await findings(RIGHT) == []


@pytest.mark.parametrize(
    ("wrong", "finding"),
    [
        (ACK_BEFORE_COMMIT, "lost: ulm was told"),
        (NUMBERS_BY_A_COUNTER, "pub: number 2 stands where 1 belongs"),
        (HINT_TRUSTED_AS_DATA, "hof shows something else than what is kept"),
        (REPEATED_WITHOUT_ID, "doubled:"),
    ],
)
async def test_a_wrong_part_is_found(wrong: Parts, finding: str) -> None:
    assert [found for found in await findings(wrong) if found.startswith(finding)] != []
