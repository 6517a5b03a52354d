"""The least time between two things, as an organiser wishes it: a note, never an obstacle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agenda.core import snapshot
from agenda.core.changes import changes
from agenda.core.draft import assemble, publishable, split
from agenda.core.gate import Fault, Finding, check
from agenda.core.model import (
    Event,
    Role,
    RoomKind,
    Session,
    Slot,
    SlotStatus,
    WallTime,
)
from agenda.core.timetable import MINUTE, resolve
from tests.agenda.events import (
    MODERATION,
    PLENUM,
    ULM,
    WERKSTATT,
    changed_slot,
    draft,
    guid,
    released,
    session,
    slot,
)
from tests.agenda.planned import law

SECOND = session("second", people=(MODERATION,))
FIRST = session("first", people=(MODERATION,))


def tight(event: Event, minutes: int) -> tuple[Finding, ...]:
    found = check(replace(event, buffer_minutes=minutes))
    return tuple(finding for finding in found if finding.fault is Fault.TIGHT)


def two(start: str, rooms: tuple[int, int] = (1, 1)) -> Event:
    """From 9:00 to 9:30 and from ``start`` to 11:00, both moderated by the same office."""
    places = {1: PLENUM, 2: WERKSTATT}
    slots = (
        slot(1, FIRST, "2022-03-22T09:00", "2022-03-22T09:30", places[rooms[0]]),
        slot(2, SECOND, f"2022-03-22T{start}", "2022-03-22T11:00", places[rooms[1]]),
    )
    return resolve(draft(sessions=(FIRST, SECOND), slots=slots))


def test_too_little_time_in_a_room_is_told_once_whoever_stands_in_both() -> None:
    assert tight(two("09:35"), 10) == (
        Finding(Fault.TIGHT, guid("slot 2"), guid("slot 1"), PLENUM.guid),
    )


def test_too_little_time_for_a_person_is_told_across_rooms() -> None:
    assert tight(two("09:35", (1, 2)), 10) == (
        Finding(Fault.TIGHT, guid("slot 2"), guid("slot 1"), MODERATION.guid),
    )


def test_exactly_the_wanted_time_is_enough() -> None:
    assert tight(two("09:40"), 10) == ()
    assert len(tight(two("09:39"), 10)) == 1


def test_without_a_wish_back_to_back_is_well() -> None:
    assert tight(two("09:30"), 0) == ()
    assert [f.fault for f in check(two("09:30"))] == []


def test_what_overlaps_is_an_obstacle_and_not_told_twice() -> None:
    found = check(replace(two("09:20"), buffer_minutes=10))
    assert Fault.TIGHT not in {finding.fault for finding in found}
    assert Fault.ROOM_CLASH in {finding.fault for finding in found}


def test_a_break_needs_no_time_around_it() -> None:
    assert tight(released(), 15) == ()


def test_a_market_and_what_is_called_off_need_none() -> None:
    market = replace(PLENUM, kind=RoomKind.MARKET)
    alone = replace(SECOND, people=())
    in_market = replace(two("09:30"), rooms=(market, WERKSTATT), sessions=(FIRST, alone))
    assert tight(in_market, 5) == ()
    assert tight(changed_slot(two("09:30"), 2, status=SlotStatus.CANCELLED), 5) == ()


def test_the_wish_is_the_drafts_own_and_no_release_holds_it() -> None:
    wished = replace(draft(), buffer_minutes=10)
    public = publishable(wished)
    assert snapshot.encode(public) == snapshot.encode(publishable(draft()))
    assert b"buffer" not in snapshot.encode(public)
    assert changes(released(), public) == ()
    assert assemble(split(wished)).buffer_minutes == 10


# Laws


@st.composite
def programmes(draw: st.DrawFn) -> Event:
    """Up to five sessions of a morning, in two rooms, with two people; nothing else is wrong."""
    held, times = [], []
    for number in range(1, draw(st.integers(2, 5)) + 1):
        people = tuple(draw(st.sets(st.sampled_from((ULM, MODERATION)))))
        made = session(f"s{number}", people=people)
        held.append(made)
        times.append(_time(draw, number, made))
    return resolve(draft(sessions=tuple(held), slots=tuple(times)))


def _time(draw: st.DrawFn, number: int, held: Session) -> Slot:
    begins = dt.datetime(2022, 3, 22, 9) + dt.timedelta(minutes=5 * draw(st.integers(0, 36)))
    ends = begins + dt.timedelta(minutes=5 * draw(st.integers(1, 12)))
    return Slot(
        guid(f"slot {number}"),
        number,
        WallTime(begins),
        WallTime(ends),
        session=held.guid,
        room=draw(st.sampled_from((PLENUM.guid, WERKSTATT.guid, None))),
    )


def closer(event: Event, minutes: int) -> Iterator[tuple[str, str]]:
    """Pairs one after the other with less time between them than that, by the plainest reading."""
    people = {each.guid: each.people for each in event.sessions}
    for first, second in permutations(event.slots, 2):
        gap = second.starts_at - first.ends_at
        if 0 <= gap < minutes * MINUTE and (
            _one_room(first, second) or _one_person(people, first, second)
        ):
            yield first.guid, second.guid


def _one_room(first: Slot, second: Slot) -> bool:
    return first.room is None or second.room is None or first.room == second.room


def _one_person(people: dict[str, tuple[Role, ...]], first: Slot, second: Slot) -> bool:
    return bool(set(people[first.session or ""]) & set(people[second.session or ""]))


def told(event: Event, minutes: int) -> list[tuple[str, str]]:
    return [(finding.other, finding.subject) for finding in tight(event, minutes)]


@given(programmes(), st.integers(0, 60))
@law
def test_what_is_told_is_exactly_what_is_closer_than_wished(event: Event, minutes: int) -> None:
    assert sorted(told(event, minutes)) == sorted(closer(event, minutes))


@given(programmes(), st.integers(0, 60), st.integers(0, 60))
@law
def test_a_greater_wish_hides_nothing_that_a_smaller_one_told(
    event: Event, one: int, other: int
) -> None:
    less, more = sorted((one, other))
    assert set(told(event, less)) <= set(told(event, more))


@given(programmes(), st.integers(0, 60))
@law
def test_no_wish_stops_a_release(event: Event, minutes: int) -> None:
    wished = check(replace(event, buffer_minutes=minutes))
    assert [f for f in wished if f.blocks] == [f for f in check(event) if f.blocks]
