"""Who is in a room that several processes show: everybody once, whoever they are connected to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.rooms.house import ROOM, House

Two = tuple[House, House]


@pytest.fixture
async def two(house: House) -> AsyncIterator[Two]:
    other = await House(house.disk).open()
    yield house, other
    await other.close()


async def tell(two: Two) -> None:
    """Each other, as processes do every few seconds; then it is shown."""
    one, other = two
    one.hub.attended_elsewhere([other.hub.attendances])
    other.hub.attended_elsewhere([one.hub.attendances])
    for house in two:
        await house.tick(5_000)


async def test_everybody_is_counted_once_wherever_they_are(two: Two) -> None:
    one, other = two
    here, there = await one.enter("ulm"), await other.enter("hof")
    for house in two:
        await house.enter("mayen")
        await house.enter(None)
    await tell(two)
    assert (here.picture.people, there.picture.people) == (5, 5)
    assert (await one.hub.glance(ROOM)).people == 5
    assert set((await other.hub.here(ROOM)).present) == {"ulm", "hof", "mayen"}
    assert one.hub.occupancy.people == 3


async def test_who_changes_the_process_is_neither_two_nor_nobody(two: Two) -> None:
    one, other = two
    reader, moving = await one.enter("ulm"), await one.enter("hof")
    await tell(two)
    moving.leave()
    moved = await other.enter("hof")
    await tell(two)
    assert (reader.picture.people, moved.picture.people) == (2, 2)
    await one.enter("hof")
    await one.tick(5_000)
    assert reader.picture.people == 2
    moved.leave()
    await tell(two)
    assert reader.picture.people == 2


async def test_a_room_opened_later_knows_of_the_others(two: Two) -> None:
    one, other = two
    await other.enter("hof")
    await tell(two)
    late = await one.enter("ulm")
    assert late.picture.people == 2


async def test_who_is_gone_with_a_process_is_not_counted_any_more(two: Two) -> None:
    one, other = two
    here = await one.enter("ulm")
    await other.enter("hof")
    await tell(two)
    one.hub.attended_elsewhere([])
    await one.tick(5_000)
    assert here.picture.people == 1


async def test_other_processes_are_not_told_what_somebody_may_do(two: Two) -> None:
    one, _ = two
    await one.enter("moderation")
    (person,) = one.hub.attendances[ROOM].persons.values()
    assert (person.may, person.staff) == (frozenset(), frozenset())
