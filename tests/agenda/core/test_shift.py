"""Running late: the rest of a room or a day moves, and moves back exactly."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agenda.core.gate import Fault
from agenda.core.model import Event, SessionStatus, SlotStatus
from agenda.core.shift import (
    Late,
    NotThereError,
    Pauses,
    Replacement,
    apply,
    inverse,
    shift,
    spans,
    times_before_delays,
)
from agenda.core.timetable import MINUTE, clashes, day_of, resolve
from tests.agenda.events import (
    PLENUM,
    WELCOME,
    WERKSTATT,
    WORKSHOP,
    at,
    changed_session,
    changed_slot,
    clock,
    draft,
    pause,
    released,
    slot,
)
from tests.agenda.planned import FIRST, events, law

DAY = dt.date(2022, 3, 22)
EIGHT = at("2022-03-22T08:00+01:00")


def late(minutes: int = 15, since: int = EIGHT, **fields: object) -> Late:
    return replace(Late(DAY, since, minutes), **fields)


def times(event: Event) -> list[str]:
    return [f"{s.start.clock:%H:%M}-{s.end.clock:%H:%M}" for s in event.slots]


lates = st.builds(
    Late,
    day=st.sampled_from([FIRST, FIRST + dt.timedelta(days=1)]),
    since=st.integers(0, 48 * 60).map(lambda m: at("2022-03-26T00:00+01:00") + m * MINUTE),
    minutes=st.integers(-30, 90).filter(bool),
    room=st.none(),
    pauses=st.sampled_from(list(Pauses)),
)


@law
@given(events(), lates)
def test_undoing_a_shift_gives_back_what_was(event: Event, asked: Late) -> None:
    moves = shift(event, asked).moves
    assert apply(apply(event, moves), inverse(moves)) == event


@law
@given(events(), lates)
def test_only_what_is_not_over_moves_and_only_on_that_day(event: Event, asked: Late) -> None:
    moved = {move.slot for move in shift(event, asked).moves}
    for each in event.slots:
        if each.guid in moved:
            assert each.ends_at > asked.since
            assert day_of(each.start, event) == asked.day
            assert each.status is not SlotStatus.CANCELLED


@law
@given(events(), lates.filter(lambda asked: asked.minutes > 0 and asked.pauses is Pauses.MOVE))
def test_a_late_day_brings_no_clash_within_the_day(event: Event, asked: Late) -> None:
    day = [each for each in event.slots if day_of(each.start, event) == asked.day]
    event = replace(event, slots=tuple(day))
    before = {(one.first, one.second) for one in clashes([event])}
    after = apply(event, shift(event, asked).moves)
    assert {(one.first, one.second) for one in clashes([after])} <= before


@law
@given(events(), lates)
def test_nothing_crosses_the_end_of_the_day_in_silence(event: Event, asked: Late) -> None:
    done = shift(event, asked)
    after = apply(event, done.moves)
    named = {each.subject for each in done.findings if each.fault is Fault.OVER_DAY_END}
    moved = {move.slot for move in done.moves}
    for each in after.slots:
        if each.guid in moved and day_of(each.start, after) != asked.day:
            assert each.guid in named


def test_what_reached_over_the_end_of_the_day_is_named_once_it_begins_after_it() -> None:
    night = changed_slot(draft(), 3, start=clock("2022-03-23T03:25"), end=clock("2022-03-23T04:01"))
    event = released(night)
    quarter, half = (
        [each.subject for each in done.findings if each.fault is Fault.OVER_DAY_END]
        for done in (shift(event, late(15)), shift(event, late(35)))
    )
    assert (quarter, half) == ([], [event.slots[2].guid])


def test_the_whole_day_moves_with_its_breaks() -> None:
    after = apply(released(), shift(released(), late()).moves)
    assert times(after) == ["09:45-10:15", "10:15-10:30", "10:30-11:15"]


def test_the_running_session_is_prolonged_and_the_rest_moves() -> None:
    done = shift(released(), late(since=at("2022-03-22T09:50+01:00")))
    assert times(apply(released(), done.moves)) == ["09:30-10:15", "10:15-10:30", "10:30-11:15"]


def test_what_is_over_stays() -> None:
    done = shift(released(), late(since=at("2022-03-22T10:00+01:00")))
    assert times(apply(released(), done.moves))[0] == "09:30-10:00"


def test_what_is_called_off_stays_also_with_its_session() -> None:
    slot_off = changed_slot(released(), 1, status=SlotStatus.CANCELLED)
    session_off = changed_session(released(), WELCOME.guid, status=SessionStatus.CANCELLED)
    for off in (slot_off, session_off):
        assert times(apply(off, shift(off, late()).moves)) == [
            "09:30-10:00",
            "10:15-10:30",
            "10:30-11:15",
        ]


def test_a_break_can_take_up_the_delay() -> None:
    base = resolve(
        draft(
            slots=(
                *draft().slots[:1],
                pause(2, "2022-03-22T10:00", "2022-03-22T10:30"),
                slot(3, WORKSHOP, "2022-03-22T10:30", "2022-03-22T11:00", WERKSTATT),
            )
        )
    )
    done = shift(base, late(pauses=Pauses.SHORTEN))
    assert times(apply(base, done.moves)) == ["09:45-10:15", "10:15-10:30", "10:30-11:00"]


def test_what_a_short_break_cannot_take_up_is_carried_on() -> None:
    done = shift(released(), late(pauses=Pauses.SHORTEN))
    assert times(apply(released(), done.moves)) == ["09:45-10:15", "10:15-10:20", "10:20-11:05"]


def test_only_one_room_moves_and_what_is_for_all_rooms_stays() -> None:
    done = shift(released(), late(room=WERKSTATT.guid))
    assert times(apply(released(), done.moves)) == ["09:30-10:00", "10:00-10:15", "10:30-11:15"]


def test_a_room_that_runs_into_the_common_break_is_found() -> None:
    done = shift(released(), late(room=PLENUM.guid))
    assert [(each.fault, each.blocks) for each in done.findings] == [(Fault.ROOM_CLASH, True)]


def test_a_session_that_ends_before_it_began_is_found() -> None:
    done = shift(released(), late(-40, since=at("2022-03-22T09:50+01:00")))
    assert Fault.DURATION in {each.fault for each in done.findings}


def test_a_session_pushed_over_the_change_of_day_is_found() -> None:
    night = slot(1, WELCOME, "2022-03-23T03:30", "2022-03-23T03:55", PLENUM)
    event = resolve(draft(slots=(night,)))
    done = shift(event, late(45))
    assert [each.fault for each in done.findings] == [Fault.OVER_DAY_END, Fault.OUTSIDE_THE_DAYS]
    assert [each.fault for each in shift(event, late(15)).findings] == [Fault.OVER_DAY_END]
    assert shift(event, late(5)).findings == ()


def test_a_shift_that_is_contradicted_is_not_undone() -> None:
    moves = shift(released(), late()).moves
    later = changed_slot(apply(released(), moves), 1, start=clock("2022-03-22T09:40"))
    with pytest.raises(NotThereError):
        apply(resolve(later), inverse(moves))


def test_a_delay_over_the_night_without_an_hour_keeps_lengths() -> None:
    event = resolve(
        draft(
            first_day=FIRST,
            last_day=FIRST,
            slots=(slot(1, WELCOME, "2022-03-27T01:30", "2022-03-27T01:50", PLENUM),),
        )
    )
    moves = shift(event, Late(FIRST, at("2022-03-27T01:00+01:00"), 45)).moves
    (after,) = apply(event, moves).slots
    assert (f"{after.start.clock:%H:%M}", after.ends_at - after.starts_at) == (
        "03:15",
        20 * MINUTE,
    )


@law
@given(events(), st.lists(lates, max_size=4))
def test_however_often_it_ran_late_the_plan_is_what_was_planned(
    event: Event, delays: list[Late]
) -> None:
    replacements: list[Replacement] = []
    now = event
    for asked in delays:
        after = apply(now, shift(now, asked).moves)
        replacements.insert(0, Replacement(spans(now), spans(after), late=True))
        now = after
    assert times_before_delays(spans(now), replacements) == spans(event)


def test_a_new_plan_after_a_delay_is_the_plan() -> None:
    event = resolve(draft())
    delayed = apply(event, shift(event, late()).moves)
    anew = resolve(changed_slot(delayed, 3, start=clock("2022-03-22T10:20")))
    again = apply(anew, shift(anew, late(10)).moves)
    first, second, third, last = map(spans, (event, delayed, anew, again))
    replacements = [
        Replacement(third, last, True),
        Replacement(second, third, False),
        Replacement(first, second, True),
    ]
    found = times_before_delays(last, replacements)
    assert [f"{found[each.guid].start.clock:%H:%M}" for each in again.slots] == [
        "09:30",
        "10:00",
        "10:20",
    ]


def test_what_was_added_meanwhile_is_planned_where_it_stands() -> None:
    event = resolve(draft())
    without = replace(event, slots=event.slots[:2])
    late_day = apply(event, shift(event, late()).moves)
    first, second, last = map(spans, (without, event, late_day))
    replacements = [Replacement(second, last, True), Replacement(first, second, False)]
    assert times_before_delays(last, replacements) == spans(event)
