"""Practice examples and materials: who reads them when, who edits them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from access.actors import GUEST, Actor, OfficeKind
from access.audiences import Audience, Group, Step, TimeLine, always
from access.decisions import Allowed, Denied
from access.permissions import Permission
from access.policy import decide
from access.refusals import NOT_THERE
from access.resources import PLATFORM, ExampleResource, MaterialResource, OnStage, SessionResource
from access.rules import NextStep, Rule
from tests.access.people import (
    CONFERENCE,
    CONGRESS,
    FUNDED,
    HOF_CITY,
    NOW,
    event,
    office,
    project,
    room,
    session,
)

READ, EDIT = Permission.MATERIAL_READ, Permission.MATERIAL_EDIT
SPEAKER = replace(HOF_CITY, offices=(office(OfficeKind.SPEAKER, "session"),))
ORGANISER = Actor("kts", offices=(office(OfficeKind.ORGANISER),))
HOST = Actor("host", offices=(office(OfficeKind.HOST, "congress"),))
MAY = 2_000_000


def slides(
    owner: SessionResource | ExampleResource, line: TimeLine | None = None, *, released: bool = True
) -> MaterialResource:
    return MaterialResource("slides", owner, line, released)


def example(group: Group = Group.PUBLIC, *, released: bool = True) -> ExampleResource:
    return ExampleResource("example", "example", "ulm", always(group), released)


def test_slides_of_the_congress_are_read_by_whoever_may_enter_the_session() -> None:
    of_session = slides(session(CONGRESS))
    assert decide(FUNDED, READ, of_session, NOW) == Allowed(Rule.FUNDED)
    assert decide(HOF_CITY, READ, of_session, NOW) == Denied(
        Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE
    )
    assert decide(GUEST, READ, of_session, NOW) == Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN)


def test_slides_for_the_funded_until_may_are_for_everybody_from_then_on() -> None:
    embargo = TimeLine(Audience(Group.FUNDED), (Step(MAY, Audience(Group.PUBLIC)),))
    of_congress = slides(session(CONGRESS), embargo)
    assert decide(HOF_CITY, READ, of_congress, MAY - 1) == Denied(
        Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE, until=MAY
    )
    assert decide(FUNDED, READ, of_congress, MAY - 1) == Allowed(Rule.FUNDED, until=MAY)
    for actor in (HOF_CITY, GUEST):
        assert decide(actor, READ, of_congress, MAY) == Allowed(Rule.PUBLIC)


def test_slides_not_yet_released_exist_for_those_on_the_stage_alone() -> None:
    draft = slides(session(CONFERENCE), released=False)
    assert decide(HOF_CITY, READ, draft, NOW) == NOT_THERE
    assert decide(HOF_CITY, EDIT, draft, NOW) == NOT_THERE
    assert decide(SPEAKER, READ, draft, NOW) == Allowed(Rule.SPEAKER)
    assert decide(SPEAKER, EDIT, draft, NOW) == Allowed(Rule.SPEAKER)
    elsewhere = replace(HOF_CITY, offices=(office(OfficeKind.SPEAKER, "other session"),))
    assert decide(elsewhere, READ, draft, NOW) == NOT_THERE


def test_material_of_a_hidden_event_tells_nobody_of_it() -> None:
    hidden = session(event(Group.FUNDED, hidden=True))
    for line in (None, always(Group.FUNDED)):
        assert decide(HOF_CITY, READ, slides(hidden, line), NOW) == NOT_THERE


def test_who_was_sent_out_of_the_event_does_not_read_its_slides() -> None:
    out = replace(FUNDED, bans=frozenset({"congress"}))
    for line in (None, always(Group.PUBLIC)):
        answer = decide(out, READ, slides(session(CONGRESS), line), NOW)
        assert answer == Denied(Rule.REMOVED_FROM_EVENT, NextStep.ASK_ORGANISER)


def test_practice_example_is_edited_by_the_staff_of_its_project() -> None:
    edit = Permission.EXAMPLE_EDIT
    assert decide(FUNDED, edit, example(), NOW) == Allowed(Rule.PROJECT_STAFF)
    assert decide(ORGANISER, edit, example(), NOW) == Allowed(Rule.ORGANISER)
    assert decide(HOF_CITY, edit, example(), NOW) == Denied(
        Rule.PROJECT_STAFF_ONLY, NextStep.ASK_PROJECT_LEAD
    )
    assert decide(GUEST, edit, example(), NOW) == Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN)


def test_examples_of_all_projects_are_the_organisers() -> None:
    edit = Permission.EXAMPLE_EDIT
    assert decide(ORGANISER, edit, PLATFORM, NOW) == Allowed(Rule.ORGANISER)
    for actor in (FUNDED, HOST, SPEAKER, HOF_CITY):
        assert decide(actor, edit, PLATFORM, NOW) == Denied(
            Rule.ORGANISERS_ONLY, NextStep.ASK_ORGANISER
        )
    assert decide(GUEST, edit, PLATFORM, NOW) == Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN)


@pytest.mark.parametrize(
    "actor",
    [
        replace(FUNDED, project_affiliations=(project("ulm", 2019, confirmed=False),)),
        replace(FUNDED, project_affiliations=(project("hof"),)),
        HOST,
        SPEAKER,
    ],
    ids=["not confirmed", "another project", "host", "speaker"],
)
def test_nobody_else_knows_of_an_example_before_its_release(actor: Actor) -> None:
    draft = example(released=False)
    assert decide(actor, Permission.EXAMPLE_READ, draft, NOW) == NOT_THERE
    assert decide(actor, Permission.EXAMPLE_EDIT, draft, NOW) == NOT_THERE
    assert decide(FUNDED, Permission.EXAMPLE_READ, draft, NOW) == Allowed(Rule.PROJECT_STAFF)


def test_material_of_an_example_follows_it() -> None:
    of_example = slides(example(Group.MUNICIPALITIES))
    assert decide(HOF_CITY, READ, of_example, NOW) == Allowed(Rule.MUNICIPALITY)
    assert decide(FUNDED, EDIT, of_example, NOW) == Allowed(Rule.PROJECT_STAFF)
    assert decide(HOF_CITY, READ, slides(example(released=False)), NOW) == NOT_THERE


def test_only_the_organiser_makes_events_and_a_host_edits_their_own() -> None:
    edit = Permission.AGENDA_EDIT
    reserved = Denied(Rule.ORGANISERS_AND_HOSTS_ONLY, NextStep.ASK_ORGANISER)
    assert decide(ORGANISER, Permission.AGENDA_CREATE, PLATFORM, NOW) == Allowed(Rule.ORGANISER)
    assert decide(HOST, Permission.AGENDA_CREATE, PLATFORM, NOW) == Denied(
        Rule.ORGANISERS_ONLY, NextStep.ASK_ORGANISER
    )
    assert decide(HOST, edit, PLATFORM, NOW) == Allowed(Rule.HOST)
    assert decide(HOF_CITY, edit, PLATFORM, NOW) == reserved
    assert decide(HOST, edit, CONGRESS, NOW) == Allowed(Rule.HOST)
    assert decide(HOST, edit, CONFERENCE, NOW) == Denied(
        Rule.MUNICIPALITIES_ONLY, NextStep.CHOOSE_ORGANISATION
    )
    moderator = replace(HOF_CITY, offices=(office(OfficeKind.MODERATOR, "congress"),))
    assert decide(moderator, edit, CONGRESS, NOW) == reserved


def test_a_session_is_starred_by_persons_who_may_enter_it() -> None:
    star = Permission.SESSION_STAR
    assert decide(HOF_CITY, star, session(CONFERENCE), NOW) == Allowed(Rule.MUNICIPALITY)
    assert decide(HOF_CITY, star, session(CONGRESS), NOW) == Denied(
        Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE
    )
    in_public = session(event(Group.PUBLIC))
    assert decide(GUEST, star, in_public, NOW) == Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN)


def staged(material: MaterialResource, guid: str = "room", until: int = MAY) -> MaterialResource:
    assert isinstance(material.owner, SessionResource)
    return replace(material, shown=OnStage(room(material.owner.event, guid=guid), until))


def test_pages_on_the_stage_are_seen_by_whoever_is_there_and_by_its_big_screen() -> None:
    see = Permission.MATERIAL_SEE
    draft = slides(session(CONFERENCE), released=False)
    on_stage = staged(draft)
    screen = Actor(None, screen_of="room")
    assert decide(HOF_CITY, see, draft, NOW) == NOT_THERE
    assert decide(HOF_CITY, see, on_stage, NOW) == Allowed(Rule.MUNICIPALITY, until=MAY)
    assert decide(HOF_CITY, READ, on_stage, NOW) == replace(NOT_THERE, until=MAY)
    assert decide(screen, see, on_stage, NOW) == Allowed(Rule.SCREEN, until=MAY)
    assert decide(screen, see, draft, NOW) == NOT_THERE
    other = Actor(None, screen_of="other")
    assert decide(other, see, on_stage, NOW) == replace(NOT_THERE, until=MAY)
    assert isinstance(decide(HOF_CITY, see, slides(session(CONGRESS)), NOW), Denied)


def test_whoever_was_sent_out_of_the_room_sees_nothing_of_its_stage() -> None:
    hall = replace(session(CONFERENCE), room="hall")
    on_stage = staged(slides(hall, released=False), "hall")
    sent_out = replace(HOF_CITY, bans=frozenset({"hall"}))
    assert isinstance(decide(HOF_CITY, Permission.MATERIAL_SEE, on_stage, NOW), Allowed)
    answer = decide(sent_out, Permission.MATERIAL_SEE, on_stage, NOW)
    assert answer == replace(NOT_THERE, until=MAY)


def test_whoever_is_in_the_room_but_not_of_the_session_is_told_so() -> None:
    """Two circles of named persons in one room: the door of the session decides, not the room."""
    circle = replace(session(CONFERENCE), audience=always(Group.NAMED), room="hall")
    for line in (None, always(Group.PUBLIC)):
        on_stage = staged(slides(circle, line, released=False))
        refused = decide(HOF_CITY, Permission.MATERIAL_SEE, on_stage, NOW)
        assert isinstance(refused, Denied)
        assert refused.existence == "visible"


def test_pages_on_the_stage_are_for_guests_where_the_room_lets_them_in() -> None:
    see = Permission.MATERIAL_SEE
    for line in (None, always(Group.PUBLIC)):
        closed = staged(slides(session(event(Group.PUBLIC)), line, released=False))
        open_ = staged(slides(session(event(Group.PUBLIC, guests=True)), line, released=False))
        assert decide(GUEST, see, closed, NOW) == Denied(
            Rule.SIGN_IN_FIRST, NextStep.SIGN_IN, until=MAY
        )
        assert decide(GUEST, see, open_, NOW) == Allowed(Rule.PUBLIC, until=MAY)


def test_a_released_deck_loses_no_reader_by_being_shown() -> None:
    on_stage = staged(slides(session(event(Group.PUBLIC))))
    assert decide(GUEST, Permission.MATERIAL_SEE, on_stage, NOW) == Allowed(Rule.PUBLIC, until=MAY)


def test_what_is_left_on_the_stage_is_closed_once_its_session_is_over() -> None:
    on_stage = staged(slides(session(CONFERENCE), released=False))
    see, screen = Permission.MATERIAL_SEE, Actor(None, screen_of="room")
    for actor in (HOF_CITY, screen):
        assert isinstance(decide(actor, see, on_stage, MAY - 1), Allowed)
        assert decide(actor, see, on_stage, MAY) == NOT_THERE
    assert decide(SPEAKER, see, on_stage, MAY) == Allowed(Rule.SPEAKER)


PLANNED = replace(session(CONFERENCE), released=False)
HOLDERS = (
    SPEAKER,
    ORGANISER,
    Actor("host", offices=(office(OfficeKind.HOST, CONFERENCE.guid),)),
    Actor("moderator", offices=(office(OfficeKind.MODERATOR, CONFERENCE.guid),)),
)


@pytest.mark.parametrize("holder", HOLDERS)
def test_whoever_holds_a_planned_session_prepares_its_slides(holder: Actor) -> None:
    assert isinstance(decide(holder, EDIT, PLANNED, NOW), Allowed)
    assert isinstance(decide(holder, EDIT, slides(PLANNED, released=False), NOW), Allowed)
    sent_out = replace(holder, bans=frozenset({CONFERENCE.guid}))
    assert decide(sent_out, EDIT, PLANNED, NOW) == NOT_THERE


@pytest.mark.parametrize("released", [True, False])
@pytest.mark.parametrize("line", [None, always(Group.PUBLIC)])
@pytest.mark.parametrize(
    "other",
    [
        GUEST,
        HOF_CITY,
        FUNDED,
        replace(HOF_CITY, offices=(office(OfficeKind.SPEAKER, "another-session"),)),
    ],
)
def test_to_all_others_a_planned_session_and_its_slides_are_not_there(
    other: Actor, line: TimeLine | None, released: bool
) -> None:
    of_planned = slides(PLANNED, line, released=released)
    for resource in (PLANNED, of_planned):
        for action in Permission:
            if action not in {Permission.OPEN, Permission.PROFILE}:
                assert decide(other, action, resource, NOW) == NOT_THERE, action
