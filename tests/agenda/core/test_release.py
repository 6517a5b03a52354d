from __future__ import annotations

import datetime as dt

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.model import Event, SessionStatus, SlotStatus, Text, WallTime
from agenda.core.release import MOVED_NOTE, stamp
from agenda.core.snapshot import decode, digest, encode
from tests.agenda.events import (
    LATER,
    PUBLISHED,
    WELCOME,
    WERKSTATT,
    changed_session,
    changed_slot,
    clock,
    draft,
    guid,
    released,
)


def stamps(event: object, number: int) -> tuple[int, int, int]:
    found = next(s for s in event.slots if s.export_id == number)  # type: ignore[attr-defined]
    return found.sequence, found.created_at, found.changed_at


def test_the_first_release_starts_counting() -> None:
    event = released()
    assert (event.release, event.sequence, event.published_at) == (1, 0, PUBLISHED)
    assert stamps(event, 1) == (0, PUBLISHED, PUBLISHED)


def test_releasing_the_same_again_stamps_nothing() -> None:
    event = stamp(released(), draft(), LATER)
    assert event.release == 2
    assert event.slots == released().slots


def test_a_moved_slot_remembers_where_it_stood() -> None:
    moved = changed_slot(draft(), 1, start=clock("2022-03-22T09:00"), end=clock("2022-03-22T09:30"))
    event = stamp(released(), moved, LATER)
    assert stamps(event, 1) == (1, PUBLISHED, LATER)
    assert (event.slots[0].moved_from, event.slots[0].moved_at) == (
        clock("2022-03-22T09:30"),
        LATER,
    )
    assert event.slots[1:] == released().slots[1:]


def begins(minutes: int) -> Event:
    """The programme with its first slot, planned for half past nine, that much later."""
    base = draft()
    start, end = (
        WallTime(time.clock + dt.timedelta(minutes=minutes))
        for time in (base.slots[0].start, base.slots[0].end)
    )
    return changed_slot(base, 1, start=start, end=end)


@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(1, MOVED_NOTE // 10)), max_size=9))
def test_a_slot_that_moves_on_and_on_names_the_time_it_was_planned_for(
    steps: list[tuple[int, int]],
) -> None:
    event, at = released(), PUBLISHED
    for quarters, later in steps:
        at += later
        event = stamp(event, begins(quarters * 15), at)
        former = clock("2022-03-22T09:30") if quarters else None
        assert event.slots[0].moved_from == former
        assert (event.slots[0].moved_at is None) is (former is None)


def test_a_slot_moved_again_after_its_note_ran_out_names_the_time_it_stood_at_since() -> None:
    event = stamp(released(), begins(15), LATER)
    for at, former in (
        (LATER + MOVED_NOTE - 1, "2022-03-22T09:30"),
        (LATER + MOVED_NOTE, "2022-03-22T09:45"),
    ):
        moved = stamp(event, begins(30), at)
        assert (moved.slots[0].moved_from, moved.slots[0].moved_at) == (clock(former), at)


def test_a_new_room_title_or_status_raises_the_sequence() -> None:
    base = draft()
    for changed in (
        changed_slot(base, 1, room=WERKSTATT.guid),
        changed_slot(base, 1, status=SlotStatus.CANCELLED),
        changed_session(base, WELCOME.guid, title=Text("Anderer Titel", "Other title")),
        changed_session(base, WELCOME.guid, status=SessionStatus.CANCELLED),
    ):
        assert stamps(stamp(released(), changed, LATER), 1) == (1, PUBLISHED, LATER)


def test_a_typo_in_the_text_changes_the_time_of_change_only() -> None:
    event = changed_session(draft(), WELCOME.guid, abstract=Text("Guten Tag."))
    assert stamps(stamp(released(), event, LATER), 1) == (0, PUBLISHED, LATER)


def test_sequences_never_fall_when_something_is_taken_back() -> None:
    cancelled = stamp(released(), changed_slot(draft(), 1, status=SlotStatus.CANCELLED), LATER)
    restored = stamp(cancelled, draft(), LATER + 1)
    assert stamps(restored, 1) == (2, PUBLISHED, LATER + 1)


def test_the_entry_of_the_event_counts_title_and_dates() -> None:
    renamed = stamp(released(), draft(title=Text("Neu", "New")), LATER)
    assert (renamed.sequence, stamp(renamed, renamed, LATER + 1).sequence) == (1, 1)


def test_a_snapshot_leads_back_to_the_release() -> None:
    assert decode(encode(released())) == released()


def test_equal_releases_have_equal_bytes_whatever_the_derived_instants() -> None:
    stale = changed_slot(released(), 1, starts_at=1, ends_at=2)
    assert digest(encode(stale)) == digest(encode(released()))


def test_a_snapshot_of_stale_instants_is_read_with_present_rules() -> None:
    stale = msgspec.json.decode(encode(released()))
    stale["slots"][0]["starts_at"] = 1
    assert decode(msgspec.json.encode(stale)) == released()


def test_new_slots_begin_their_own_count() -> None:
    event = draft()
    first = stamp(None, msgspec.structs.replace(event, slots=event.slots[:2]), PUBLISHED)
    assert stamps(stamp(first, event, LATER), 3) == (0, LATER, LATER)
    assert guid("slot 3") not in {s.guid for s in first.slots}
