"""My agenda: what somebody starred, by time, and what of it they cannot all attend."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from agenda.core.model import Event, SessionStatus, Slot, SlotStatus
from agenda.core.my_agenda import AHEAD, NOW_FOR, next_due, overlaps, times_of
from agenda.core.timetable import MINUTE, resolve
from tests.agenda.events import (
    PLENUM,
    WELCOME,
    WERKSTATT,
    WORKSHOP,
    at,
    changed_session,
    changed_slot,
    draft,
    session,
    slot,
)

DAY = dt.datetime(2022, 3, 22, 9)
TALK = session("talk")
spans = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 60)), max_size=8)


def event_of(*slots: Slot) -> Event:
    return resolve(draft(sessions=(WELCOME, WORKSHOP, TALK), slots=slots))


def slots_at(drawn: list[tuple[int, int]]) -> tuple[Slot, ...]:
    """Slots of as many sessions, from so many minutes on, for so long."""
    made = [
        slot(
            number,
            session(f"s{number}"),
            (DAY + dt.timedelta(minutes=start)).isoformat(),
            (DAY + dt.timedelta(minutes=start + length)).isoformat(),
        )
        for number, (start, length) in enumerate(drawn, 1)
    ]
    return resolve(draft(slots=tuple(made))).slots


@given(spans)
def test_an_overlap_holds_for_both(drawn: list[tuple[int, int]]) -> None:
    slots = slots_at(drawn)
    found = overlaps(slots)
    pairs = {(one, other.guid) for one, others in found.items() for other in others}
    assert pairs == {(other, one) for one, other in pairs}
    assert all(one != other for one, other in pairs)


@given(spans)
def test_two_overlap_exactly_if_there_is_a_minute_in_both(drawn: list[tuple[int, int]]) -> None:
    slots = slots_at(drawn)
    minutes = {each.guid: set(range(each.starts_at, each.ends_at, MINUTE)) for each in slots}
    wanted = {
        one.guid: tuple(
            other
            for other in sorted(slots, key=lambda each: (each.starts_at, each.guid))
            if other != one and minutes[one.guid] & minutes[other.guid]
        )
        for one in slots
    }
    assert overlaps(slots) == {guid: others for guid, others in wanted.items() if others}


@given(spans)
def test_the_order_in_which_sessions_were_starred_does_not_matter(
    drawn: list[tuple[int, int]],
) -> None:
    slots = slots_at(drawn)
    assert overlaps(slots) == overlaps(tuple(reversed(slots)))


@given(spans, st.integers(-30 * MINUTE, 180 * MINUTE))
def test_what_is_due_begins_in_five_minutes_at_most(
    drawn: list[tuple[int, int]], since: int
) -> None:
    slots = slots_at(drawn)
    now = at("2022-03-22T09:00+01:00") + since
    found = next_due(slots, now)
    due = [each for each in slots if now - NOW_FOR < each.starts_at <= now + AHEAD]
    assert (found is None) == (due == [])
    if found is not None:
        assert found.starts_at == min(each.starts_at for each in due)


def test_back_to_back_is_no_overlap() -> None:
    event = event_of(
        slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
        slot(2, WORKSHOP, "2022-03-22T10:00", "2022-03-22T10:30", WERKSTATT),
    )
    assert overlaps(event.slots) == {}


def test_a_session_is_no_obstacle_to_itself() -> None:
    event = event_of(
        slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
        slot(2, WELCOME, "2022-03-22T09:45", "2022-03-22T10:30", WERKSTATT),
    )
    assert overlaps(event.slots) == {}


def test_starred_sessions_come_by_time_whatever_else_there_is() -> None:
    event = event_of(
        slot(1, WORKSHOP, "2022-03-22T10:00", "2022-03-22T10:30", WERKSTATT),
        slot(2, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
        slot(3, TALK, "2022-03-22T09:30", "2022-03-22T10:00", WERKSTATT),
    )
    starred = {WORKSHOP.guid, WELCOME.guid, "gone"}
    assert [each.export_id for each in times_of(event, starred)] == [2, 1]


def test_what_is_cancelled_stays_and_hinders_nothing() -> None:
    event = event_of(
        slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
        slot(2, WORKSHOP, "2022-03-22T09:30", "2022-03-22T10:00", WERKSTATT),
    )
    starred = {WELCOME.guid, WORKSHOP.guid}
    assert len(overlaps(times_of(event, starred))) == 2
    off = changed_slot(event, 2, status=SlotStatus.CANCELLED)
    assert len(times_of(off, starred)) == 2
    assert overlaps(times_of(off, starred)) == {}
    assert next_due(times_of(off, {WORKSHOP.guid}), at("2022-03-22T09:28+01:00")) is None


def test_a_cancelled_session_cancels_all_its_times() -> None:
    event = changed_session(
        event_of(slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM)),
        WELCOME.guid,
        status=SessionStatus.CANCELLED,
    )
    assert [each.status for each in times_of(event, {WELCOME.guid})] == [SlotStatus.CANCELLED]


def test_five_minutes_before_and_two_minutes_after_its_start_a_session_is_due() -> None:
    event = event_of(slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM))
    start = at("2022-03-22T09:30+01:00")
    asked = (start - AHEAD - 1, start - AHEAD, start, start + NOW_FOR - 1, start + NOW_FOR)
    found = [next_due(event.slots, now) is not None for now in asked]
    assert found == [False, True, True, True, False]


def test_of_two_the_earlier_is_due_first_and_the_other_after_it() -> None:
    event = event_of(
        slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
        slot(2, WORKSHOP, "2022-03-22T09:33", "2022-03-22T10:00", WERKSTATT),
    )
    start = at("2022-03-22T09:30+01:00")
    found = [next_due(event.slots, now) for now in (start - MINUTE, start + NOW_FOR)]
    assert [each.export_id for each in found if each] == [1, 2]
