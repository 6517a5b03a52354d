"""Every permission of a room × role × audience: the table B5 of the rooms page, whole."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from access.actors import GUEST, Actor, OfficeKind
from access.audiences import Group
from access.permissions import Permission
from access.policy import decide, permissions
from tests.access.people import FUNDED, HOF_CITY, NOW, event, office, room

P = Permission
READ = {P.OPEN, P.EVENT_SEE, P.EVENT_ENTER, P.ROOM_ENTER}
ATTEND = READ | {
    P.PROFILE,
    P.EVENT_REGISTER,
    P.CHAT_SEND,
    P.CHAT_DELETE_OWN,
    P.QUESTION_ASK,
    P.QUESTION_WITHDRAW_OWN,
    P.QUESTION_VOTE,
}
SPEAK = ATTEND | {P.ROOM_STAGE, P.STAGE_DIRECT, P.BACKSTAGE_SEND}
MODERATE = SPEAK | {
    P.ROOM_DESK,
    P.CHAT_MODERATE,
    P.QUESTION_MODERATE,
    P.ROOM_CONFIGURE,
    P.PERSON_SANCTION,
    P.ANNOUNCE,
}
HOST = MODERATE | {P.AGENDA_EDIT, P.OFFICE_GRANT}
ORGANISE = HOST | {P.WORDS_ERASE, P.ACCESS_EXPLAIN}

ROLES: dict[str, tuple[Actor, set[Permission]]] = {
    "guest": (GUEST, READ),
    "attendee": (HOF_CITY, ATTEND),
    "speaker": (replace(HOF_CITY, offices=(office(OfficeKind.SPEAKER, "session"),)), SPEAK),
    "speaker elsewhere": (
        replace(HOF_CITY, offices=(office(OfficeKind.SPEAKER, "other session"),)),
        ATTEND,
    ),
    "moderator": (replace(HOF_CITY, offices=(office(OfficeKind.MODERATOR, "room"),)), MODERATE),
    "moderator of all rooms": (
        replace(HOF_CITY, offices=(office(OfficeKind.MODERATOR, "congress"),)),
        MODERATE,
    ),
    "moderator elsewhere": (
        replace(HOF_CITY, offices=(office(OfficeKind.MODERATOR, "other room"),)),
        ATTEND,
    ),
    "host": (replace(HOF_CITY, offices=(office(OfficeKind.HOST, "congress"),)), HOST),
    "organiser": (replace(HOF_CITY, offices=(office(OfficeKind.ORGANISER),)), ORGANISE),
    "screen": (Actor(None, screen_of="room"), {P.OPEN, P.EVENT_SEE, P.ROOM_ENTER}),
}


@pytest.mark.parametrize("role", ROLES)
def test_role_in_an_open_room_may_exactly_this(role: str) -> None:
    actor, expected = ROLES[role]
    assert permissions(actor, room(event(Group.PUBLIC, guests=True)), NOW) == (
        frozenset(expected),
        None,
    )


NOT_ADMITTED = {P.OPEN, P.PROFILE, P.EVENT_SEE}
TAKES_NO_PLACE = {P.EVENT_REGISTER}


@pytest.mark.parametrize(
    ("group", "role", "expected"),
    [
        (Group.FUNDED, "guest", {P.OPEN, P.EVENT_SEE}),
        (Group.FUNDED, "attendee", NOT_ADMITTED),
        (Group.FUNDED, "speaker", SPEAK - TAKES_NO_PLACE),
        (Group.FUNDED, "moderator", MODERATE - TAKES_NO_PLACE),
        (Group.FUNDED, "host", HOST - TAKES_NO_PLACE),
        (Group.FUNDED, "organiser", ORGANISE - TAKES_NO_PLACE),
        (Group.FUNDED, "screen", {P.OPEN, P.EVENT_SEE, P.ROOM_ENTER}),
        (Group.MUNICIPALITIES, "guest", {P.OPEN, P.EVENT_SEE}),
        (Group.MUNICIPALITIES, "attendee", ATTEND),
        (Group.REGISTERED, "attendee", NOT_ADMITTED | {P.EVENT_REGISTER}),
        (Group.UNFUNDED, "attendee", ATTEND),
        (Group.NAMED, "attendee", NOT_ADMITTED),
        (Group.STAFF, "attendee", NOT_ADMITTED),
        (Group.STAFF, "speaker", SPEAK - TAKES_NO_PLACE),
    ],
)
def test_role_in_a_room_of_a_narrower_event(
    group: Group, role: str, expected: set[Permission]
) -> None:
    assert permissions(ROLES[role][0], room(event(group)), NOW)[0] == expected


def test_office_elsewhere_in_the_event_does_not_open_a_narrower_room() -> None:
    narrow = room(event(Group.PUBLIC), Group.FUNDED)
    for role in ("speaker elsewhere", "moderator elsewhere"):
        assert P.ROOM_ENTER not in permissions(ROLES[role][0], narrow, NOW)[0]
    assert permissions(FUNDED, narrow, NOW)[0] == ATTEND


def test_host_has_no_office_in_another_event() -> None:
    other = event(Group.STAFF, "other")
    host = ROLES["host"][0]
    assert permissions(host, room(other), NOW)[0] == NOT_ADMITTED


def test_every_combination_has_an_answer() -> None:
    rooms = [room(event(outer), inner) for outer in Group for inner in (None, *Group)]
    for actor, _ in ROLES.values():
        for place in rooms:
            answers = {action: decide(actor, action, place, NOW) for action in Permission}
            assert answers.keys() == set(Permission)
            may, _ = permissions(actor, place, NOW)
            assert may - {P.OPEN, P.PROFILE, P.EVENT_SEE, P.EVENT_REGISTER} <= ORGANISE
