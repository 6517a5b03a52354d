"""Who is told when that the server stops, and when each is asked to come back."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack

import pytest

from rooms.wire.messages import Bye, Close
from server.ws import drain
from server.ws.drain import Goodbye, goodbye
from tests.ws.client import Come
from tests.ws.server import Site, serving

MOST_OF_A_QUARTER = 0.9999
"""A client adds up to a quarter of the hint (``static/src/adapters/backoff.ts``)."""
NOTICED_MS = 2_000
BACK_S = 20
"""p5: for five thousand, after the listener accepts."""
DRAIN_S = 10
"""What ``PLENUM_DRAIN_SECONDS`` is unless told otherwise."""
ROUNDED = 1
"""Whole milliseconds may carry one over into the next tenth."""


def waited_ms(told: Goodbye, chance: float) -> float:
    """As a client plans it."""
    return told.hint_ms * (1 + chance / 4)


def evenly(connections: int, drain_s: float | None = DRAIN_S) -> list[Goodbye]:
    """As chance spreads them on average."""
    return [goodbye(connections, one / connections, drain_s) for one in range(connections)]


@pytest.mark.parametrize("connections", [1, 15, 1_000, 1_250])
def test_up_to_twelve_hundred_wait_for_a_small_part_of_what_may_be_noticed(
    connections: int,
) -> None:
    waits = [waited_ms(told, MOST_OF_A_QUARTER) for told in evenly(connections)]
    assert max(waits) <= NOTICED_MS / 4, "the rest is for the way back"


def test_few_are_told_at_once() -> None:
    assert max(told.after_s for told in evenly(15)) < 0.1


@pytest.mark.parametrize("connections", [1_000, 1_250, 3_000])
def test_no_tenth_of_a_second_sees_more_come_back_than_others_can_take(connections: int) -> None:
    """T-X8, before each client's own chance spreads them further."""
    back = Counter(int(told.after_s * 10 + told.hint_ms / 100) for told in evenly(connections))
    assert max(back.values()) <= drain.BACK_PER_S / 10 + ROUNDED


def test_five_thousand_are_told_in_time_and_asked_back_sooner_than_p5_counts() -> None:
    told = evenly(5_000)
    assert max(each.after_s for each in told) < DRAIN_S / 2
    assert max(each.after_s + waited_ms(each, MOST_OF_A_QUARTER) / 1_000 for each in told) < BACK_S


def test_more_need_not_wait_where_the_stop_may_take_longer() -> None:
    waits = [waited_ms(told, MOST_OF_A_QUARTER) for told in evenly(2_500, drain_s=20)]
    assert max(waits) <= NOTICED_MS / 4


def test_nobody_is_told_later_than_a_short_stop_allows() -> None:
    assert max(told.after_s for told in evenly(1_000, drain_s=0)) == 0
    assert max(told.after_s for told in evenly(1_000, drain_s=1)) < 0.5


async def test_a_server_that_stops_asks_few_to_come_back_at_once(enter: Come) -> None:
    async with AsyncExitStack() as people:
        async with serving(Site()) as site:
            inside = [
                await people.enter_async_context(enter(site, f"amt-{number}"))
                for number in range(3)
            ]
        for person in inside:
            assert await person.closed() == Close.GOING_AWAY
            (bye,) = (frame for frame in person.seen if isinstance(frame, Bye))
            assert bye.retry_after_ms == drain.SOONEST_MS
