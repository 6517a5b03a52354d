"""The cases that must come out right (access page, section 6), where the policy decides them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from access.actors import Actor, OfficeKind, ProjectAffiliation
from access.audiences import Audience, Group, Step, TimeLine, always
from access.permissions import Permission
from access.policy import Allowed, Denied, decide, permissions
from access.resources import EventResource, Missing
from access.rules import NextStep, Rule
from tests.access.people import (
    CONFERENCE,
    CONGRESS,
    EXPERT,
    FUNDED,
    HOF_CITY,
    HOF_DISTRICT,
    NOW,
    event,
    office,
    project,
    room,
    session,
    works_for,
)

ENTER = Permission.EVENT_ENTER


def test_d1_stadt_hof_is_refused_at_the_congress_with_a_next_step() -> None:
    refusal = Denied(Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE)
    assert decide(HOF_CITY, ENTER, CONGRESS, NOW) == refusal
    assert decide(HOF_CITY, Permission.ROOM_ENTER, room(CONGRESS), NOW) == refusal
    assert decide(HOF_CITY, ENTER, CONFERENCE, NOW) == Allowed(Rule.MUNICIPALITY)


def test_d1_claiming_the_project_of_landkreis_hof_waits_for_confirmation() -> None:
    claims = replace(HOF_CITY, project_affiliations=(project("hof", confirmed=False),))
    assert decide(claims, ENTER, CONGRESS, NOW) == Denied(
        Rule.PROJECT_PENDING, NextStep.WAIT_FOR_CONFIRMATION
    )


def test_d2_landkreis_hof_is_admitted_after_confirmation() -> None:
    assert decide(HOF_DISTRICT, ENTER, CONGRESS, NOW) == Denied(
        Rule.PROJECT_NOT_DECLARED, NextStep.CHOOSE_PROJECT
    )
    confirmed = replace(HOF_DISTRICT, project_affiliations=(project("hof"),))
    assert decide(confirmed, ENTER, CONGRESS, NOW) == Allowed(Rule.FUNDED)


@pytest.mark.parametrize(
    ("admits", "expected"),
    [
        (True, Allowed(Rule.FUNDED)),
        (False, Denied(Rule.PROJECT_MEMBER_NOT_ADMITTED, NextStep.ASK_ORGANISER)),
    ],
)
def test_d3_partner_is_admitted_or_not_by_the_setting_of_the_project(
    admits: bool, expected: Allowed | Denied
) -> None:
    through = ProjectAffiliation("mayen-koblenz", 2021, confirmed=True, admits=admits)
    maifeld = Actor(
        "maifeld", affiliations=(works_for("071375002"),), project_affiliations=(through,)
    )
    assert decide(maifeld, ENTER, CONGRESS, NOW) == expected


def test_d4_body_without_a_key_is_admitted_through_its_project() -> None:
    rhein_neckar = Actor("rhein-neckar", project_affiliations=(project("rhein-neckar"),))
    assert decide(rhein_neckar, ENTER, CONGRESS, NOW) == Allowed(Rule.FUNDED)


def test_d5_person_with_two_possible_projects_is_in_the_one_confirmed() -> None:
    both = Actor(
        "suederbrarup",
        project_affiliations=(
            project("suederbrarup", 2019),
            project("schleswig-flensburg", 2021, confirmed=False),
        ),
    )
    of_2019 = event(TimeLine(Audience(Group.FUNDED, (2019,))))
    of_2021 = event(TimeLine(Audience(Group.FUNDED, (2021,))))
    assert decide(both, ENTER, of_2019, NOW) == Allowed(Rule.FUNDED)
    assert decide(both, ENTER, of_2021, NOW) == Denied(
        Rule.PROJECT_PENDING, NextStep.WAIT_FOR_CONFIRMATION
    )


def test_d8_named_expert_enters_only_the_event_that_invited() -> None:
    congress = event(Group.FUNDED_AND_INVITED)
    other = event(Group.FUNDED_AND_INVITED, "other")
    invited = replace(EXPERT, invitations=frozenset({"congress"}))
    assert decide(invited, ENTER, congress, NOW) == Allowed(Rule.INVITED)
    assert decide(invited, ENTER, other, NOW) == Denied(
        Rule.NOT_FUNDED_NOR_INVITED, NextStep.CHOOSE_ORGANISATION
    )
    assert decide(invited, ENTER, CONGRESS, NOW) == Denied(
        Rule.ORGANISATION_UNKNOWN, NextStep.CHOOSE_ORGANISATION
    )


def test_of_whom_no_organisation_is_known_nothing_is_said_about_it() -> None:
    """Landkreis Hof is funded, and its staff may sign in before they say where they work."""
    asked = Denied(Rule.ORGANISATION_UNKNOWN, NextStep.CHOOSE_ORGANISATION)
    assert decide(Actor("new"), ENTER, CONGRESS, NOW) == asked
    assert decide(HOF_CITY, ENTER, CONGRESS, NOW).rule is Rule.NOT_FUNDED
    left = Actor("left", affiliations=(works_for("09464000", until=NOW),))
    assert decide(left, ENTER, CONGRESS, NOW) == asked


def test_d9_funded_session_of_an_open_event_is_restricted_for_others() -> None:
    closed = session(CONFERENCE, Group.FUNDED)
    refusal = Denied(Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE)
    assert decide(HOF_CITY, ENTER, CONFERENCE, NOW) == Allowed(Rule.MUNICIPALITY)
    assert decide(HOF_CITY, Permission.SESSION_ENTER, closed, NOW) == refusal
    its_room = room(CONFERENCE, Group.FUNDED)
    may, _ = permissions(HOF_CITY, its_room, NOW)
    assert may == {
        Permission.OPEN,
        Permission.PROFILE,
        Permission.EVENT_SEE,
        Permission.EVENT_REGISTER,
        Permission.EVENT_ENTER,
    }
    assert decide(FUNDED, Permission.SESSION_ENTER, closed, NOW) == Allowed(Rule.FUNDED)
    assert decide(FUNDED, Permission.CHAT_SEND, its_room, NOW) == Allowed(Rule.FUNDED)


def test_d10_funded_staff_may_present_among_the_unfunded_but_take_no_place() -> None:
    peers = event(Group.UNFUNDED)
    no_place = Denied(Rule.FUNDED_TAKE_NO_PLACE, NextStep.OFFER_TO_PRESENT)
    assert decide(HOF_CITY, ENTER, peers, NOW) == Allowed(Rule.UNFUNDED)
    assert decide(FUNDED, ENTER, peers, NOW) == no_place
    presents = replace(FUNDED, offices=(office(OfficeKind.SPEAKER, "session"),))
    assert decide(presents, Permission.ROOM_STAGE, room(peers), NOW) == Allowed(Rule.SPEAKER)
    assert decide(presents, Permission.EVENT_REGISTER, peers, NOW) == no_place


def test_d11_access_follows_the_dates_of_the_funded_employer() -> None:
    left = 2_000_000
    until = ProjectAffiliation("ulm", 2019, until=left, confirmed=True)
    mover = Actor(
        "mover",
        affiliations=(works_for("08421000", until=left), works_for("09464000", since=left)),
        project_affiliations=(until,),
    )
    assert decide(mover, ENTER, CONGRESS, left - 1) == Allowed(Rule.FUNDED, until=left)
    assert decide(mover, ENTER, CONGRESS, left) == Denied(
        Rule.PROJECT_ENDED, NextStep.ASK_PROJECT_LEAD
    )
    assert decide(mover, ENTER, CONFERENCE, left) == Allowed(Rule.MUNICIPALITY)


@pytest.mark.parametrize("key", ["02000000", "14713000", "09162000"])
def test_d12_one_project_over_three_states_and_keys(key: str) -> None:
    staff = Actor("cut", affiliations=(works_for(key),), project_affiliations=(project("cut"),))
    assert decide(staff, ENTER, CONGRESS, NOW) == Allowed(Rule.FUNDED)


def test_d14_credential_that_outlived_the_right_admits_to_nothing() -> None:
    """The credential says who somebody is; what they may is asked of the facts each time."""
    valid_credential = replace(HOF_CITY, until=NOW + 1)
    assert isinstance(decide(valid_credential, ENTER, CONGRESS, NOW), Denied)
    expired = replace(FUNDED, until=NOW)
    assert decide(expired, ENTER, CONGRESS, NOW) == Denied(
        Rule.CREDENTIAL_EXPIRED, NextStep.SIGN_IN_AGAIN
    )


def test_congress_opens_up_by_its_time_line() -> None:
    opened = 2_000_000
    line = TimeLine(Audience(Group.FUNDED), (Step(opened, Audience(Group.MUNICIPALITIES)),))
    congress = event(line)
    assert decide(HOF_CITY, ENTER, congress, NOW) == Denied(
        Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE, until=opened
    )
    assert decide(HOF_CITY, ENTER, congress, opened) == Allowed(Rule.MUNICIPALITY)


def test_hidden_event_and_missing_thing_are_not_there() -> None:
    hidden: EventResource = event(Group.FUNDED, hidden=True)
    gone = Denied(Rule.NOT_THERE, NextStep.CHECK_ADDRESS, "hidden")
    assert decide(HOF_CITY, Permission.EVENT_SEE, hidden, NOW) == gone
    assert decide(HOF_CITY, Permission.ROOM_ENTER, room(hidden), NOW) == gone
    assert decide(FUNDED, Permission.SESSION_ENTER, Missing(hidden), NOW) == gone
    assert decide(FUNDED, Permission.EVENT_SEE, hidden, NOW) == Allowed(Rule.FUNDED)
    registered_only = event(Group.REGISTERED, hidden=True)
    assert decide(FUNDED, Permission.EVENT_REGISTER, registered_only, NOW) == gone


def test_guest_reads_a_public_room_only_where_the_event_allows_it() -> None:
    guest = Actor(None)
    sign_in = Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN)
    closed = room(event(Group.PUBLIC, "conference"))
    readable = room(event(Group.PUBLIC, "conference", guests=True))
    assert decide(guest, Permission.ROOM_ENTER, closed, NOW) == sign_in
    assert decide(guest, Permission.ROOM_ENTER, readable, NOW) == Allowed(Rule.PUBLIC)
    assert decide(guest, Permission.CHAT_SEND, readable, NOW) == sign_in
    narrower = room(event(Group.PUBLIC, "conference", guests=True), Group.MUNICIPALITIES)
    assert decide(guest, Permission.ROOM_ENTER, narrower, NOW) == sign_in


def test_guest_at_the_desk_is_asked_to_sign_in() -> None:
    place = room(event(Group.PUBLIC))
    assert decide(Actor(None), Permission.ROOM_DESK, place, NOW) == Denied(
        Rule.SIGN_IN_FIRST, NextStep.SIGN_IN
    )


def test_named_circle_inside_an_event_needs_an_invitation_of_its_own() -> None:
    circle = session(event(Group.FUNDED_AND_INVITED), Group.NAMED)
    invited = replace(EXPERT, invitations=frozenset({"congress"}))
    named = replace(EXPERT, invitations=frozenset({"congress", "session"}))
    assert isinstance(decide(invited, Permission.SESSION_ENTER, circle, NOW), Denied)
    assert decide(named, Permission.SESSION_ENTER, circle, NOW) == Allowed(Rule.INVITED)


def test_registered_event_admits_after_registration() -> None:
    conference = event(always(Group.REGISTERED), "conference")
    assert decide(EXPERT, Permission.EVENT_REGISTER, conference, NOW) == Allowed(Rule.OWN_ACCOUNT)
    assert decide(EXPERT, ENTER, conference, NOW) == Denied(Rule.REGISTERED_ONLY, NextStep.REGISTER)
    registered = replace(EXPERT, registrations=frozenset({"conference"}))
    assert decide(registered, ENTER, conference, NOW) == Allowed(Rule.REGISTERED)
