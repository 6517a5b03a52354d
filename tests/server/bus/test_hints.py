"""Hints reach every other process, few at a time; a bus that fails is found out and left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from server.bus.hints import BEAT_MS, DEAF_MS, GAP_MS, MOST_ROOMS, Hint, Hints
from tests.fakes.bus import FakeBus, FakeCarrier
from tests.fakes.timers import FakeTimers, settle


class Process:
    """What one process was told."""

    def __init__(self, bus: FakeBus, timers: FakeTimers, name: str) -> None:
        self.heard: list[Hint] = []
        self.looked = 0
        self.hints = Hints(
            FakeCarrier(bus), timers, name, heard=self.heard.append, missed=self._look
        )

    def _look(self) -> None:
        self.looked += 1

    @property
    def rooms(self) -> list[str]:
        return [room for hint in self.heard for room in hint.rooms]


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def timers() -> FakeTimers:
    return FakeTimers()


@pytest.fixture
async def both(bus: FakeBus, timers: FakeTimers) -> AsyncIterator[tuple[Process, Process]]:
    one, other = Process(bus, timers, "one"), Process(bus, timers, "other")
    for process in (one, other):
        await process.hints.start()
    yield one, other
    for process in (one, other):
        await process.hints.stop()


Both = tuple[Process, Process]


async def test_others_learn_at_once_and_nobody_is_told_of_what_is_their_own(
    both: Both, timers: FakeTimers
) -> None:
    one, other = both
    one.hints.wrote(["plenum"])
    one.hints.changed()
    await timers.advance(0)
    assert other.heard == [Hint("one", ("plenum",), facts=True)]
    assert one.heard == []


async def test_what_happens_close_together_is_said_once(both: Both, timers: FakeTimers) -> None:
    one, other = both
    for _ in range(GAP_MS):
        one.hints.wrote(["plenum"])
        one.hints.wrote(["werkstatt"])
        await timers.advance(1)
    await timers.advance(GAP_MS)
    assert other.rooms == ["plenum", "werkstatt"] * 2


async def test_many_rooms_go_in_parts_that_the_bus_can_take(
    bus: FakeBus, both: Both, timers: FakeTimers
) -> None:
    one, other = both
    rooms = [f"{number:036}" for number in range(2 * MOST_ROOMS + 1)]
    one.hints.wrote(rooms)
    await timers.advance(0)
    assert other.rooms == rooms
    assert max(len(message) for message in bus.said) < 7_900


async def test_signs_of_life_tell_others_nothing(both: Both, timers: FakeTimers) -> None:
    await timers.advance(10 * BEAT_MS)
    assert [process.heard for process in both] == [[], []]
    assert [process.hints.deaf for process in both] == [False, False]
    assert [process.looked for process in both] == [1, 1]


async def test_a_frozen_bus_is_found_out_and_after_it_all_look_everywhere(
    bus: FakeBus, both: Both, timers: FakeTimers
) -> None:
    one, other = both
    bus.frozen = True
    one.hints.wrote(["plenum"])
    await timers.advance(DEAF_MS - 1)
    assert (other.rooms, other.looked) == ([], 1)
    await timers.advance(1)
    assert (other.rooms, other.looked) == ([], 2)
    bus.frozen = False
    one.hints.wrote(["plenum"])
    await timers.advance(GAP_MS)
    assert other.rooms == ["plenum"]


async def test_a_dead_bus_is_tried_again_until_it_is_there(
    bus: FakeBus, both: Both, timers: FakeTimers
) -> None:
    one, other = both
    bus.dead = True
    bus.listening.clear()
    await timers.advance(60_000)
    assert [process.hints.deaf for process in both] == [True, True]
    bus.dead = False
    await timers.advance(2 * BEAT_MS)
    one.hints.wrote(["plenum"])
    await timers.advance(GAP_MS)
    assert other.rooms == ["plenum"]
    assert [process.looked for process in both] == [2, 2]


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.message) for record in caplog.records]


async def test_a_bus_that_is_lost_is_told_once_and_once_that_it_is_back(
    bus: FakeBus, timers: FakeTimers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    process = Process(bus, timers, "one")
    await process.hints.start()
    lost = "hints of other processes do not arrive: refused"
    back = "hints of other processes arrive again"
    for _ in range(2):
        bus.dead = True
        bus.listening.clear()
        await timers.advance(60_000)
        bus.dead = False
        await timers.advance(10 * BEAT_MS)
    await process.hints.stop()
    assert lines(caplog) == [("WARNING", lost), ("INFO", back)] * 2


async def test_a_bus_that_takes_everything_and_brings_nothing_is_told_as_well(
    bus: FakeBus, timers: FakeTimers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    bus.frozen = True
    process = Process(bus, timers, "one")
    await process.hints.start()
    await timers.advance(60_000)
    await process.hints.stop()
    lost = "hints of other processes do not arrive: nothing is heard"
    assert lines(caplog) == [("WARNING", lost)]


async def test_a_process_starts_also_while_the_bus_is_dead(
    bus: FakeBus, timers: FakeTimers
) -> None:
    bus.dead = True
    process = Process(bus, timers, "one")
    await process.hints.start()
    assert (process.hints.deaf, process.looked) == (True, 0)
    bus.dead = False
    await timers.advance(BEAT_MS)
    assert (process.hints.deaf, process.looked) == (False, 1)
    await process.hints.stop()


@pytest.mark.parametrize("message", [b"", b"{}", b"\xff", b'{"sender":1}', b'{"rooms":["x"]}'])
async def test_what_nobody_understands_is_left_out(
    bus: FakeBus, both: Both, message: bytes
) -> None:
    bus.bring(message)
    await settle()
    assert [process.heard for process in both] == [[], []]


async def test_the_last_word_of_a_process_is_told_before_it_ends(
    both: Both, timers: FakeTimers
) -> None:
    one, other = both
    one.hints.wrote(["plenum"])
    await timers.advance(0)
    one.hints.wrote(["werkstatt"])
    await one.hints.stop()
    assert other.rooms == ["plenum", "werkstatt"]


async def test_after_the_end_nothing_is_heard_or_said(
    bus: FakeBus, both: Both, timers: FakeTimers
) -> None:
    one, other = both
    await other.hints.stop()
    one.hints.wrote(["plenum"])
    await timers.advance(GAP_MS)
    said = len(bus.said)
    other.hints.wrote(["werkstatt"])
    await one.hints.stop()
    await timers.advance(10 * BEAT_MS)
    assert (other.heard, len(bus.said)) == ([], said)
    assert msgspec.json.decode(bus.said[-1], type=Hint).rooms == ("plenum",)
