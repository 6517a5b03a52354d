"""The agenda's rows on both databases: what is put comes back, and releases never change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from agenda.core.model import Series, Text
from agenda.core.release import stamp
from agenda.core.snapshot import digest, encode
from agenda.ports import Release, ReleaseTakenError
from agenda.publish import NotReleasableError, publish
from server.db.agenda import FRESH_SECONDS, AgendaRows
from server.db.engine import create_engine
from tests.agenda.events import LATER, PLENUM, PUBLISHED, draft, guid, released, room
from tests.fixtures.statements import statements

SERIES = Series(guid("series"), "mpsc-2022", Text("Reihe", "Series"))


class Watch:
    """Shows seconds; stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class House:
    """Two processes on one database: each with its own memory."""

    def __init__(self, database: str) -> None:
        self.engine = create_engine(database)
        self.watch = Watch()
        self.rows = AgendaRows(self.engine, self.watch)
        self.other = AgendaRows(self.engine, self.watch)


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    made = House(database)
    await made.rows.put_series(SERIES)
    yield made
    await made.engine.dispose()


async def test_event_comes_back_as_it_was_released(house: House) -> None:
    event = released()
    release = await house.rows.put_release(event)
    assert release == Release(event.guid, 1, PUBLISHED, digest(encode(event)))
    for rows in (house.rows, house.other):
        assert await rows.events() == (event,)
        assert await rows.event(event.slug) == event
        assert await rows.event_by_guid(event.guid) == event
        assert await rows.room(PLENUM.guid) == (event, PLENUM)


async def test_what_is_not_there_is_none(house: House) -> None:
    assert await house.rows.events() == ()
    assert await house.rows.event("nirgends") is None
    assert await house.rows.event_by_guid(guid("event")) is None
    assert await house.rows.room(PLENUM.guid) is None


async def test_several_old_releases_are_read_at_once(house: House) -> None:
    first = released()
    second = stamp(first, replace(draft(), title=Text("Anders")), LATER)
    for each in (first, second):
        await house.rows.put_release(each)
    with statements(house.engine) as asked:
        assert await house.rows.old_releases(first.guid, [1, 2, 3]) == {1: first, 2: second}
        assert await house.rows.old_releases(first.guid, []) == {}
    assert len(asked) == 1
    assert await house.rows.old_releases(guid("elsewhere"), [1]) == {}


async def test_same_release_twice_changes_nothing(house: House) -> None:
    first = await house.rows.put_release(released())
    again = await house.rows.put_release(released())
    assert again == first
    assert await house.rows.events() == (released(),)


async def test_other_content_under_a_taken_number_is_refused_and_nothing_changes(
    house: House,
) -> None:
    await house.rows.put_release(released())
    other = replace(released(), slug="anderes", title=Text("Anderes"))
    with pytest.raises(ReleaseTakenError, match="release 1"):
        await house.rows.put_release(other)
    assert await house.rows.events() == (released(),)
    assert await house.rows.event("anderes") is None


async def test_next_release_takes_the_place_of_the_one_before(house: House) -> None:
    await house.rows.put_release(released())
    loft = room("dachboden", 3)
    renamed = draft(title=Text("Neuer Titel"), rooms=(*draft().rooms, loft))
    second = stamp(released(), renamed, LATER)
    await house.rows.put_release(second)
    assert await house.rows.events() == (second,)
    assert await house.rows.room(loft.guid) == (second, loft)


async def test_another_process_sees_a_release_within_a_second(house: House) -> None:
    assert await house.other.events() == ()
    await house.rows.put_release(released())
    assert await house.other.events() == ()
    house.watch.seconds += FRESH_SECONDS
    assert await house.other.events() == (released(),)


async def test_events_come_by_day_then_number(house: House) -> None:
    first = released()
    second = released(replace(draft(), guid=guid("second"), slug="zwei_2022", number=2))
    earlier = replace(second, guid=guid("earlier"), slug="frueher_2022")
    earlier = replace(earlier, first_day=earlier.first_day.replace(day=1))
    for event in (second, first, earlier):
        await house.rows.put_release(event)
    assert [event.slug for event in await house.rows.events()] == [
        "frueher_2022",
        "probe_2022",
        "zwei_2022",
    ]


async def test_publishing_again_makes_no_release_and_a_change_makes_the_next(house: House) -> None:
    first = await publish(house.rows, draft(), PUBLISHED)
    assert await publish(house.rows, draft(), LATER) == first == released()
    second = await publish(house.rows, draft(title=Text("Neu")), LATER)
    assert (second.release, await house.rows.events()) == (2, (second,))


async def test_what_the_gate_refuses_is_not_stored(house: House) -> None:
    with pytest.raises(NotReleasableError, match="acronym"):
        await publish(house.rows, draft(slug="Nicht gut"), PUBLISHED)
    assert await house.rows.events() == ()


async def test_series_are_replaced_by_guid_and_come_by_slug(house: House) -> None:
    new = replace(SERIES, title=Text("Regionalkonferenzen 2022", "Regional conferences 2022"))
    before = Series(guid("other"), "generalproben", Text("Generalproben", "Rehearsals"))
    for series in (before, new):
        await house.rows.put_series(series)
    assert await house.rows.series() == (before, new)
