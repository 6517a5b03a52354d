"""How long a deck is shown that nobody takes off the stage."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agenda.core.model import Event, SessionStatus, Slot, SlotStatus, Text
from agenda.resources import room_resource
from agenda.staging import OVERRUN, shown_until
from tests.pages.world import SeededAgenda

MINUTE = 60_000


def held(event: Event, session: str, starts: int, ends: int, room: str | None = "r") -> Slot:
    """``starts`` and ``ends`` in minutes."""
    guid = f"{session}-{starts}"
    times = replace(event.slots[0], guid=guid, session=session, pause=None, room=room)
    return replace(
        times,
        starts_at=starts * MINUTE,
        ends_at=ends * MINUTE,
        status=SlotStatus.SCHEDULED,
    )


@pytest.fixture
async def empty() -> Event:
    event = await SeededAgenda().event("kongress_2022")
    assert event is not None
    return event


def minutes(event: Event, *slots: Slot) -> float:
    until = shown_until(replace(event, slots=slots), "own", "r")
    assert until is not None
    return until / MINUTE


def test_until_the_next_session_in_the_room_begins(empty: Event) -> None:
    own = held(empty, "own", 0, 30)
    for where in ("r", None):
        assert minutes(empty, own, held(empty, "next", 45, 60, where)) == 45
    assert minutes(empty, own, held(empty, "next", 30, 60)) == 30


def test_no_longer_than_an_hour_after_its_end(empty: Event) -> None:
    own, late = held(empty, "own", 0, 30), held(empty, "next", 300, 360)
    elsewhere = held(empty, "other", 40, 60, "elsewhere")
    for others in ((), (late,), (elsewhere,)):
        assert minutes(empty, own, *others) == 30 + OVERRUN / MINUTE


def test_breaks_and_what_is_cancelled_begin_nothing(empty: Event) -> None:
    own, off = held(empty, "own", 0, 30), held(empty, "off", 40, 60)
    off = replace(off, status=SlotStatus.CANCELLED)
    pause = replace(held(empty, "", 30, 45), session=None, pause=Text("Pause"))
    assert minutes(empty, own, pause, off) == 90


def test_the_last_time_of_a_session_counts(empty: Event) -> None:
    first, second = held(empty, "own", 0, 30), held(empty, "own", 100, 130)
    assert minutes(empty, first, held(empty, "next", 30, 60), second) == 190


def test_a_session_that_is_not_held_there_shows_nothing(empty: Event) -> None:
    assert minutes(empty, held(empty, "other", 0, 30)) == 0


def test_what_is_called_off_is_not_held_by_itself_or_with_its_session(empty: Event) -> None:
    first, second = held(empty, "own", 0, 30), held(empty, "own", 100, 130)
    assert minutes(empty, first, replace(second, status=SlotStatus.CANCELLED)) == 90
    session = replace(empty.sessions[0], guid="own", status=SessionStatus.CANCELLED)
    assert minutes(replace(empty, sessions=(session,)), first, second) == 0


def test_in_a_rehearsal_as_long_as_it_is_on_the_stage(empty: Event) -> None:
    own, later = held(empty, "own", 0, 30), held(empty, "next", 45, 60)
    rehearsal = replace(empty, rolling=True, slots=(own, later))
    assert shown_until(rehearsal, "own", "r") is None
    assert shown_until(rehearsal, "elsewhere", "r") == 0


async def test_the_stage_has_turns_but_in_a_rehearsal() -> None:
    for slug, expected in (("kongress_2022", True), ("generalprobe", False)):
        event = await SeededAgenda().event(slug)
        assert event is not None
        room = next(each for each in event.rooms if each.slug == "plenum")
        held = [s for s in event.slots if s.room == room.guid and s.session]
        turns = room_resource(event, room).turns
        assert held
        assert [turn.since for turn in turns] == [
            slot.starts_at for slot in sorted(held, key=lambda s: s.starts_at) if expected
        ]
