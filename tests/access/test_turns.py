"""A speaker acts on the stage beforehand and in their own session, not in another's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from access.actors import Actor, OfficeKind
from access.decisions import Allowed, Denied
from access.offices import CHANGE_OVER
from access.permissions import Permission
from access.policy import decide, permissions
from access.resources import Turn
from access.rules import NextStep, Rule
from tests.access.people import CONFERENCE, HOF_CITY, NOW, office, room

MINUTE = 60_000
OWN = Turn("session", NOW + 60 * MINUTE, NOW + 90 * MINUTE)
BEFORE = Turn("before", NOW + 30 * MINUTE, OWN.since)
AFTER = Turn("after", OWN.until, NOW + 120 * MINUTE)
PLENUM = replace(
    room(CONFERENCE), speakers_of=frozenset({"session", "before"}), turns=(BEFORE, OWN, AFTER)
)
SPEAKER = replace(HOF_CITY, offices=(office(OfficeKind.SPEAKER, "session"),))
MODERATOR = replace(HOF_CITY, offices=(office(OfficeKind.MODERATOR, "room"),))


def directs(actor: Actor, at: int) -> bool:
    return isinstance(decide(actor, Permission.STAGE_DIRECT, PLENUM, at), Allowed)


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (BEFORE.since - 1, True),
        (BEFORE.since, False),
        (OWN.since - CHANGE_OVER - 1, False),
        (OWN.since - CHANGE_OVER, True),
        (OWN.until + CHANGE_OVER - 1, True),
        (OWN.until + CHANGE_OVER, False),
        (AFTER.until - 1, False),
        (AFTER.until, True),
    ],
)
def test_a_speaker_leaves_the_stage_to_the_sessions_of_others(at: int, may: bool) -> None:
    assert directs(SPEAKER, at) is may
    assert directs(MODERATOR, at)


def test_a_speaker_is_told_that_it_is_the_turn_of_others_and_whoever_does_not_speak_is_not() -> (
    None
):
    told = decide(SPEAKER, Permission.STAGE_DIRECT, PLENUM, BEFORE.since)
    asked_again = OWN.since - CHANGE_OVER
    assert told == Denied(Rule.OTHERS_TURN, NextStep.WAIT_FOR_TURN, until=asked_again)
    others = decide(HOF_CITY, Permission.STAGE_DIRECT, PLENUM, BEFORE.since)
    assert others == Denied(Rule.SPEAKERS_ONLY, NextStep.ASK_ORGANISER)


def test_a_speaker_of_both_sessions_has_the_stage_in_both() -> None:
    both = replace(
        HOF_CITY,
        offices=tuple(office(OfficeKind.SPEAKER, each) for each in ("session", "before")),
    )
    assert directs(both, BEFORE.since)


def test_nothing_else_is_taken_from_a_speaker_meanwhile() -> None:
    free, _ = permissions(SPEAKER, PLENUM, NOW)
    busy, until = permissions(SPEAKER, PLENUM, BEFORE.since)
    assert free - busy == {Permission.STAGE_DIRECT}
    assert until == OWN.since - CHANGE_OVER or until == BEFORE.since + CHANGE_OVER


def test_whoever_does_not_speak_there_is_not_asked_again_for_it() -> None:
    assert permissions(HOF_CITY, PLENUM, NOW)[1] is None
