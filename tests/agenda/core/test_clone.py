"""A clone is a new event: nothing of it is the old one, and nobody has a right in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count

from hypothesis import given
from msgspec.structs import replace

from access.audiences import Audience, Group, Step, TimeLine, always
from agenda.core.clone import New, clone
from agenda.core.gate import check
from agenda.core.model import Event, HostRole, SessionStatus, SlotStatus, Text
from agenda.core.timetable import resolve
from tests.agenda.events import (
    LATER,
    WELCOME,
    changed_session,
    changed_slot,
    draft,
    guid,
    released,
)
from tests.agenda.planned import FIRST, events, law

AUTUMN = New("regio_nord_2022", Text("4. Regionalkonferenz"), dt.date(2022, 10, 30), number=4)


def ids() -> Iterator[str]:
    return (guid(f"clone {n}") for n in count())


def guids(event: Event) -> list[str]:
    return [
        event.guid,
        *[room.guid for room in event.rooms],
        *[track.guid for track in event.tracks],
        *[session.guid for session in event.sessions],
        *[slot.guid for slot in event.slots],
        *[role.guid for session in event.sessions for role in session.people],
    ]


@law
@given(events())
def test_a_clone_shares_no_guid(event: Event) -> None:
    made = clone(event, AUTUMN, ids())
    assert not set(guids(made)) & set(guids(event))
    own = [each for each in guids(made) if each != made.guid]
    assert len(own) == len(set(own))


@law
@given(events())
def test_a_clone_has_all_parts_at_the_same_times_of_day(event: Event) -> None:
    made = clone(event, AUTUMN, ids())
    assert [len(p) for p in (made.rooms, made.tracks, made.sessions, made.slots)] == [
        len(p) for p in (event.rooms, event.tracks, event.sessions, event.slots)
    ]
    moved = AUTUMN.first_day - FIRST
    by_start = sorted(each.start.clock + moved for each in event.slots)
    assert sorted(each.start.clock for each in made.slots) == by_start
    assert (made.first_day, made.last_day - made.first_day) == (
        AUTUMN.first_day,
        event.last_day - event.first_day,
    )


@law
@given(events())
def test_a_clone_starts_with_numbers_and_stamps_of_its_own(event: Event) -> None:
    made = clone(event, AUTUMN, ids())
    assert sorted(each.export_id for each in made.slots) == list(range(1, len(event.slots) + 1))
    assert {each.sequence for each in made.slots} <= {0}
    assert {each.status for each in made.slots} <= {SlotStatus.SCHEDULED}
    codes = [each.code for each in made.sessions]
    assert len(set(codes)) == len(codes)


@law
@given(events())
def test_nobody_stands_on_the_programme_of_a_clone(event: Event) -> None:
    made = clone(event, AUTUMN, ids())
    roles = [role for session in made.sessions for role in session.people]
    assert {role.name for role in roles} <= {Text()}
    assert [role.kind for role in roles] == [
        role.kind for session in event.sessions for role in session.people
    ]
    assert HostRole.HOST not in {host.role for host in made.hosts}
    assert not any(session.practice_examples for session in made.sessions)


def test_a_clone_of_a_good_event_can_be_released() -> None:
    assert [each for each in check(resolve(clone(released(), AUTUMN, ids()))) if each.blocks] == []


def test_what_was_cancelled_takes_place_again() -> None:
    base = changed_session(draft(), WELCOME.guid, status=SessionStatus.CANCELLED)
    base = changed_slot(base, 3, status=SlotStatus.CANCELLED)
    made = clone(base, AUTUMN, ids())
    assert {each.status for each in made.sessions} == {SessionStatus.CONFIRMED}
    assert {each.status for each in made.slots} == {SlotStatus.SCHEDULED}


def test_steps_of_an_audience_belong_to_the_old_dates_and_are_left_out() -> None:
    line = TimeLine(Audience(Group.FUNDED), (Step(LATER, Audience(Group.PUBLIC)),))
    base = replace(changed_session(draft(), WELCOME.guid, audience=line), audience=line)
    made = clone(base, AUTUMN, ids())
    assert made.audience == always(Group.FUNDED)
    assert made.sessions[0].audience == always(Group.FUNDED)


def test_references_within_the_clone_hold() -> None:
    made = clone(draft(), AUTUMN, ids())
    assert {each.session for each in made.slots} - {None} == {each.guid for each in made.sessions}
    assert made.sessions[1].track == made.tracks[0].guid
    assert [each.room for each in made.slots] == [made.rooms[0].guid, None, made.rooms[1].guid]
