"""Who counts as staff of a room: those whom moderators may not sanction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from access import offices
from access.actors import GUEST, Actor, Office, OfficeKind
from access.audiences import Instant
from access.permissions import Permission
from access.policy import permissions, staff
from access.resources import RoomResource
from tests.access.people import CONGRESS, EXPERT, FUNDED, NOW, office, room
from tests.access.worlds import actors, instants, rooms

ROOM = room(CONGRESS)


def apart(people: list[Actor]) -> list[Actor]:
    """The same people as different persons; guests and screens stay what they are."""
    return [
        replace(actor, account=f"person {number}") if actor.account else actor
        for number, actor in enumerate(people)
    ]


crowds = st.lists(actors, max_size=4).map(apart)


def holding(*offices: Office) -> Actor:
    return Actor("holder", offices=offices)


@pytest.mark.parametrize(
    ("held", "counts"),
    [
        (office(OfficeKind.ORGANISER), True),
        (office(OfficeKind.ORGANISER, "congress"), True),
        (office(OfficeKind.ORGANISER, "elsewhere"), False),
        (office(OfficeKind.HOST, "congress"), True),
        (office(OfficeKind.MODERATOR, "congress"), True),
        (office(OfficeKind.MODERATOR, "room"), True),
        (office(OfficeKind.MODERATOR, "another room"), False),
        (office(OfficeKind.SPEAKER, "session"), False),
    ],
)
def test_staff_of_a_room_holds_an_office_that_moderates_it(held: Office, counts: bool) -> None:
    expected = frozenset({"holder"} if counts else ())
    assert staff([FUNDED, holding(held), EXPERT], ROOM, NOW) == (expected, None)


def test_office_counts_from_its_first_day_to_its_last() -> None:
    term = replace(office(OfficeKind.MODERATOR, "room"), since=NOW, until=NOW + 10)
    assert staff([holding(term)], ROOM, NOW - 1) == (frozenset(), NOW)
    assert staff([holding(term)], ROOM, NOW) == (frozenset({"holder"}), NOW + 10)
    assert staff([holding(term)], ROOM, NOW + 10) == (frozenset(), None)


def test_moderator_who_was_sent_out_of_the_event_is_not_staff() -> None:
    out = replace(holding(office(OfficeKind.MODERATOR, "room")), bans=frozenset({"congress"}))
    assert staff([out], ROOM, NOW) == (frozenset(), None)


@given(crowds, rooms, instants)
def test_staff_are_exactly_those_who_may_sanction(
    people: list[Actor], place: RoomResource, at: Instant
) -> None:
    may = {
        actor.account
        for actor in people
        if Permission.PERSON_SANCTION in permissions(actor, place, at)[0]
    }
    assert staff(people, place, at)[0] == may - {None}


def test_a_speaker_speaks_in_the_sessions_of_their_offices_for_as_long_as_they_hold() -> None:
    over = Office(OfficeKind.SPEAKER, "before", "congress", until=NOW)
    actor = holding(
        office(OfficeKind.SPEAKER, "session"), office(OfficeKind.MODERATOR, "room"), over
    )
    assert offices.speaks_in(actor, NOW) == {"session"}
    assert offices.speaks_in(GUEST, NOW) == frozenset()
