from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.model import RoomKind, SessionStatus, SlotStatus, WallTime
from agenda.core.timetable import (
    MINUTE,
    Clash,
    ClashKind,
    NowAndNext,
    clashes,
    day_of,
    days,
    doubtful,
    in_order,
    instant,
    now_and_next,
    resolve,
    rooms_of,
    wall,
)
from tests.agenda.events import (
    BERLIN,
    MODERATION,
    PLENUM,
    WERKSTATT,
    WORKSHOP,
    at,
    changed_slot,
    clock,
    draft,
    guid,
    released,
    session,
    slot,
)


@given(st.integers(at("1996-01-01T00:00+00:00") // MINUTE, at("2037-12-31T00:00+00:00") // MINUTE))
def test_every_instant_has_one_wall_time_that_leads_back(minutes: int) -> None:
    assert instant(wall(minutes * MINUTE, BERLIN), BERLIN) == minutes * MINUTE


def test_conferences_around_the_change_differ_by_an_hour_in_utc() -> None:
    assert instant(clock("2022-03-22T09:30"), BERLIN) == at("2022-03-22T09:30+01:00")
    assert instant(clock("2022-03-31T09:30"), BERLIN) == at("2022-03-31T09:30+02:00")


def test_the_doubled_hour_is_told_apart_by_fold() -> None:
    assert instant(clock("2022-10-30T02:30", 0), BERLIN) == at("2022-10-30T02:30+02:00")
    assert instant(clock("2022-10-30T02:30", 1), BERLIN) == at("2022-10-30T02:30+01:00")


def test_the_missing_hour_is_read_with_the_offset_before() -> None:
    assert instant(clock("2022-03-27T02:30"), BERLIN) == at("2022-03-27T03:30+02:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-03-27T01:59", False),
        ("2022-03-27T02:00", True),
        ("2022-03-27T02:59", True),
        ("2022-03-27T03:00", False),
        ("2022-10-30T01:59", False),
        ("2022-10-30T02:00", True),
        ("2022-10-30T02:59", True),
        ("2022-10-30T03:00", False),
    ],
)
def test_only_times_that_exist_never_or_twice_are_doubtful(text: str, expected: bool) -> None:
    assert doubtful(clock(text), BERLIN) is expected


def test_a_session_over_the_change_is_measured_by_instants() -> None:
    night = slot(1, WORKSHOP, "2022-03-27T01:30", "2022-03-27T03:30", WERKSTATT)
    event = resolve(draft(slots=(night,)))
    assert event.slots[0].ends_at - event.slots[0].starts_at == 60 * MINUTE


def test_stored_instants_are_derived_anew() -> None:
    stale = changed_slot(released(), 1, starts_at=1, ends_at=2)
    assert resolve(stale) == released()


@pytest.mark.parametrize("bad", ["2022-03-22T09:30:30", "2022-03-22T09:30+01:00"])
def test_a_wall_time_has_whole_minutes_and_no_zone(bad: str) -> None:
    with pytest.raises(ValueError, match="wall time"):
        WallTime(dt.datetime.fromisoformat(bad))


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2022-03-23T00:30", dt.date(2022, 3, 22)),
        ("2022-03-23T03:30", dt.date(2022, 3, 22)),
        ("2022-03-23T03:59", dt.date(2022, 3, 22)),
        ("2022-03-23T04:00", dt.date(2022, 3, 23)),
    ],
)
def test_the_day_changes_at_four(start: str, day: dt.date) -> None:
    assert day_of(clock(start), draft()) == day


def test_days_are_listed_without_gaps_also_the_empty_ones() -> None:
    event = resolve(draft(last_day=dt.date(2022, 3, 24)))
    found = days(event)
    assert [(day.index, day.date, len(day.slots)) for day in found] == [
        (1, dt.date(2022, 3, 22), 3),
        (2, dt.date(2022, 3, 23), 0),
        (3, dt.date(2022, 3, 24), 0),
    ]
    assert [day.closes for day in found[:2]] == [day.opens for day in found[1:]]


def test_the_day_of_the_change_lasts_twenty_three_hours() -> None:
    spring = dt.date(2022, 3, 26)
    day = days(resolve(draft(first_day=spring, last_day=spring, slots=())))[0]
    assert day.closes - day.opens == 23 * 60 * MINUTE


def test_slots_are_ordered_by_start_then_room_then_number() -> None:
    event = resolve(
        draft(
            slots=(
                slot(4, WORKSHOP, "2022-03-22T10:00", "2022-03-22T10:30", WERKSTATT),
                slot(3, WORKSHOP, "2022-03-22T10:00", "2022-03-22T10:30", PLENUM),
                slot(2, WORKSHOP, "2022-03-22T10:00", "2022-03-22T10:30"),
                slot(1, WORKSHOP, "2022-03-22T11:00", "2022-03-22T11:30", PLENUM),
            )
        )
    )
    assert [s.export_id for s in in_order(event)] == [2, 3, 4, 1]


def test_now_includes_the_first_instant_and_not_the_last() -> None:
    event = released()
    first, second, third = event.slots
    assert now_and_next(event, first.starts_at - 1) == NowAndNext((), (first,))
    assert now_and_next(event, first.starts_at) == NowAndNext((first,), (second,))
    assert now_and_next(event, first.ends_at) == NowAndNext((second,), (third,))
    assert now_and_next(event, third.ends_at) == NowAndNext((), ())


def test_now_in_a_room_counts_what_is_for_all_rooms() -> None:
    event = released()
    _, everywhere, workshop = event.slots
    running = now_and_next(event, everywhere.starts_at, room=WERKSTATT.guid)
    assert running == NowAndNext((everywhere,), (workshop,))


def test_a_cancelled_slot_is_neither_now_nor_next() -> None:
    event = changed_slot(released(), 1, status=SlotStatus.CANCELLED)
    assert now_and_next(event, event.slots[0].starts_at) == NowAndNext((), (event.slots[1],))


def test_what_takes_the_place_of_a_cancelled_session_is_what_is_on_and_clashes_with_nothing() -> (
    None
):
    off = session("off", status=SessionStatus.CANCELLED)
    both = tuple(
        slot(number, held, "2022-03-22T10:00", "2022-03-22T11:00", WERKSTATT)
        for number, held in ((1, off), (2, WORKSHOP))
    )
    event = resolve(draft(sessions=(off, WORKSHOP), slots=both))
    assert clashes([event]) == ()
    assert now_and_next(event, event.slots[0].starts_at).now == event.slots[1:]


def test_back_to_back_is_no_clash() -> None:
    assert clashes([released()]) == ()


def test_back_to_back_is_a_clash_where_a_buffer_is_wanted() -> None:
    event = released()
    found = clashes([event], buffer_minutes=5)
    assert {(c.kind, c.first, c.second) for c in found} == {
        (ClashKind.ROOM, guid("slot 1"), guid("slot 2")),
        (ClashKind.ROOM, guid("slot 2"), guid("slot 3")),
    }


def test_a_break_over_all_rooms_clashes_with_a_session() -> None:
    event = resolve(changed_slot(draft(), 1, end=clock("2022-03-22T10:05")))
    assert clashes([event]) == (Clash(ClashKind.ROOM, guid("slot 1"), guid("slot 2"), PLENUM.guid),)


def test_a_market_takes_many_things_at_once() -> None:
    market = msgspec.structs.replace(PLENUM, kind=RoomKind.MARKET)
    both = (
        slot(1, WORKSHOP, "2022-03-22T10:00", "2022-03-22T11:00", market),
        slot(2, session("other"), "2022-03-22T10:00", "2022-03-22T11:00", market),
    )
    event = draft(rooms=(market,), sessions=(WORKSHOP, session("other")), slots=both)
    assert clashes([resolve(event)]) == ()


def test_a_moderator_in_two_places_clashes_also_across_events() -> None:
    here = released()
    there_session = session("there", people=(MODERATION,))
    there_slot = slot(9, there_session, "2022-03-22T09:45", "2022-03-22T10:30", PLENUM)
    there = resolve(draft(guid=guid("there"), sessions=(there_session,), slots=(there_slot,)))
    assert clashes([here, there]) == (
        Clash(ClashKind.PERSON, guid("slot 1"), guid("slot 9"), MODERATION.guid),
    )


def test_a_cancelled_slot_clashes_with_nothing() -> None:
    event = resolve(changed_slot(draft(), 1, end=clock("2022-03-22T10:05")))
    assert clashes([changed_slot(event, 1, status=SlotStatus.CANCELLED)]) == ()


def test_a_slot_without_a_room_takes_place_in_all() -> None:
    event = released()
    assert rooms_of(event, event.slots[1]) == (PLENUM, WERKSTATT)
    assert rooms_of(event, event.slots[2]) == (WERKSTATT,)
