"""D9: a session for the funded only, in an event that is open to all."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from access.actors import GUEST, Actor, Affiliation, ProjectAffiliation
from access.audiences import Group, Step, TimeLine, always
from access.organisations import OrganisationKind
from access.rules import NextStep, Rule
from agenda.core.model import Event, SessionStatus, SlotStatus, Text
from agenda.core.release import stamp
from agenda.core.snapshot import encode
from agenda.visible import Visible, for_viewer, outline
from tests.agenda.events import (
    LATER,
    MODERATION,
    PLENUM,
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

FUNDED = always(Group.FUNDED)
HOF = Actor("hof", affiliations=(Affiliation("hof", OrganisationKind.MUNICIPALITY, "09464000"),))
ULM = Actor("ulm", project_affiliations=(ProjectAffiliation("ulm", 2019, confirmed=True),))
SECRETS = ("GEHEIMTITEL", "GEHEIMTEXT", "GEHEIMUNTERTITEL", "GEHEIMAMT", "GEHEIMRAUM", "GEHEIMPFAD")


def open_event_with_a_funded_session() -> Event:
    """The workshop, its room and its track are for the funded; each carries a mark."""
    base = draft()
    werkstatt = replace(WERKSTATT, name=Text("GEHEIMRAUM"), audience=FUNDED)
    track = replace(base.tracks[0], name=Text("GEHEIMPFAD"))
    base = replace(base, rooms=(PLENUM, werkstatt), tracks=(track,))
    office = replace(MODERATION, name=Text("GEHEIMAMT"))
    return released(
        changed_session(
            base,
            guid("workshop"),
            title=Text("GEHEIMTITEL"),
            subtitle=Text("GEHEIMUNTERTITEL"),
            abstract=Text("GEHEIMTEXT"),
            people=(office,),
            audience=FUNDED,
        )
    )


EVENT = open_event_with_a_funded_session()


def seen_by(actor: Actor, event: Event = EVENT, at: int = PUBLISHED) -> Visible:
    seen = for_viewer(event, actor, at)
    assert seen is not None
    return seen


@pytest.mark.parametrize("actor", [GUEST, HOF], ids=["guest", "non-funded"])
def test_d9_time_is_shown_as_taken_for_whom_and_nothing_else(actor: Actor) -> None:
    seen = seen_by(actor)
    assert [(each.start, each.end, each.audience) for each in seen.restricted] == [
        (clock("2022-03-22T10:15"), clock("2022-03-22T11:00"), FUNDED)
    ]
    assert [session.guid for session in seen.event.sessions] == [WELCOME.guid]
    assert [room.guid for room in seen.event.rooms] == [PLENUM.guid]
    assert seen.event.tracks == ()
    assert [slot.export_id for slot in seen.event.slots] == [1, 2]
    shown = encode(seen.event) + msgspec.json.encode(seen.restricted)
    assert [word for word in SECRETS if word.encode() in shown] == []


def test_d9_refusal_says_why_and_what_to_do() -> None:
    refusals = [seen_by(actor).restricted[0].refusal for actor in (GUEST, HOF)]
    assert [each.rule for each in refusals] == [Rule.SIGN_IN_FIRST, Rule.NOT_FUNDED]
    assert refusals[0].next_step is NextStep.SIGN_IN


def test_d9_funded_person_sees_the_whole_event() -> None:
    assert seen_by(ULM) == Visible(EVENT)
    assert all(word.encode() in encode(EVENT) for word in SECRETS)


def test_cancelled_session_takes_no_time_from_those_it_was_not_for() -> None:
    slot_off = changed_slot(EVENT, 3, status=SlotStatus.CANCELLED)
    session_off = changed_session(EVENT, guid("workshop"), status=SessionStatus.CANCELLED)
    for off in (slot_off, session_off):
        assert seen_by(HOF, stamp(EVENT, off, LATER)).restricted == ()


def test_session_opens_to_all_at_the_instant_its_time_line_says() -> None:
    line = TimeLine(FUNDED.first, (Step(LATER, always(Group.PUBLIC).first),))
    rooms = (PLENUM, replace(EVENT.rooms[1], audience=line))
    event = changed_session(replace(EVENT, rooms=rooms), guid("workshop"), audience=line)
    assert len(seen_by(HOF, event, LATER - 1).restricted) == 1
    assert seen_by(HOF, event, LATER) == Visible(event)


def test_closed_event_is_an_outline_with_title_and_days() -> None:
    closed = replace(EVENT, audience=FUNDED, motto=Text("GEHEIMTEXT"))
    seen = seen_by(HOF, closed)
    assert (seen.event, seen.closed) == (outline(closed), True)
    assert (seen.event.title, seen.event.first_day) == (EVENT.title, EVENT.first_day)
    assert [word for word in SECRETS if word.encode() in encode(seen.event)] == []
    assert (seen.event.sessions, seen.event.slots, seen.event.rooms) == ((), (), ())


def test_hidden_event_is_not_there_for_whoever_may_not_enter() -> None:
    hidden = replace(EVENT, audience=FUNDED, hidden=True)
    assert [for_viewer(hidden, actor, PUBLISHED) for actor in (GUEST, HOF)] == [None, None]
    assert seen_by(ULM, hidden) == Visible(hidden)
