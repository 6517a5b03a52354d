from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.gate import check
from agenda.core.rehearsal import around, renewed_at
from agenda.core.timetable import MINUTE, day_of, now_and_next, resolve
from tests.agenda.events import at, draft, released

ROLLING = released(draft(rolling=True))
INSTANTS = st.integers(at("2022-04-01T00:00+00:00"), at("2036-12-31T00:00+00:00"))


@given(INSTANTS)
def test_something_is_running_at_any_instant(now: int) -> None:
    assert now_and_next(around(ROLLING, now), now).now != ()


@given(INSTANTS)
def test_ids_order_and_lengths_never_change(now: int) -> None:
    event = around(ROLLING, now)
    assert [(s.guid, s.export_id, s.ends_at - s.starts_at) for s in event.slots] == [
        (s.guid, s.export_id, s.ends_at - s.starts_at) for s in ROLLING.slots
    ]
    assert (event.sessions, event.rooms) == (ROLLING.sessions, ROLLING.rooms)


@given(INSTANTS)
def test_wall_times_and_instants_agree_and_lie_in_the_days(now: int) -> None:
    event = around(ROLLING, now)
    assert resolve(event) == event
    assert all(event.first_day <= day_of(s.start, event) <= event.last_day for s in event.slots)
    assert [finding for finding in check(event) if finding.blocks] == []


@given(INSTANTS, st.integers(0, 10**9))
def test_a_later_pass_is_a_later_change(now: int, more: int) -> None:
    one, two = around(ROLLING, now), around(ROLLING, now + more)
    same = one.slots == two.slots
    assert same or two.slots[0].sequence > one.slots[0].sequence
    assert one.published_at <= now < one.published_at + 90 * MINUTE


@given(INSTANTS)
def test_it_is_read_again_when_the_next_pass_begins(now: int) -> None:
    event = around(ROLLING, now)
    then = renewed_at(event, now)
    assert then is not None
    assert around(ROLLING, then - 1) == event
    assert around(ROLLING, then).published_at == then


def test_of_a_rehearsal_seen_in_part_the_end_is_looked_for() -> None:
    event = around(ROLLING, at("2030-01-01T12:00+00:00"))
    first = msgspec.structs.replace(event, slots=event.slots[:1])
    last = max(slot.ends_at for slot in first.slots)
    assert renewed_at(first, last + 5) == last + 5 + MINUTE


def test_an_event_with_a_date_is_not_read_again() -> None:
    assert renewed_at(released(), at("2030-01-01T00:00+00:00")) is None


def test_any_other_event_stays_where_it_is() -> None:
    assert around(released(), at("2030-01-01T00:00+00:00")) == released()


def test_a_rehearsal_without_slots_stays_empty() -> None:
    empty = msgspec.structs.replace(ROLLING, slots=())
    assert around(empty, at("2030-01-01T00:00+00:00")) == empty
