"""Older pages of the chat over HTTP: how they are asked for."""

from __future__ import annotations

import pytest

from tests.rooms.kept import Kept


@pytest.mark.parametrize("before", ["", "0", "-1", "x", "²", "1.0", "1e2", str(2**53), "9" * 5_000])
async def test_what_is_no_number_of_a_message_is_refused(kept: Kept, before: str) -> None:
    answer = await kept.older_page("hof", before)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
