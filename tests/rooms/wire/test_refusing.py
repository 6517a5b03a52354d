"""Every refusal of the policy reaches the socket with its rule and its next step."""

from __future__ import annotations

import pytest

from access.decisions import Denied
from access.refusals import NOT_THERE, REMOVED_FROM_EVENT, REMOVED_FROM_ROOM, SIGN_IN_AGAIN
from access.rules import NextStep, Rule
from rooms.wire.messages import Out
from rooms.wire.refusing import out


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN), "unauthorized"),
        (Denied(Rule.CREDENTIAL_EXPIRED, NextStep.SIGN_IN_AGAIN), "unauthorized"),
        (Denied(Rule.REMOVED_FROM_ROOM, NextStep.ASK_ORGANISER), "banned"),
        (Denied(Rule.REMOVED_FROM_EVENT, NextStep.ASK_ORGANISER), "banned"),
        (Denied(Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE), "forbidden"),
        (NOT_THERE, "not_found"),
    ],
)
def test_rule_and_next_step_are_the_policys_own(denied: Denied, code: str) -> None:
    said = out(denied)
    assert (said.code, said.rule, said.next_step) == (code, denied.rule, denied.next_step)


def test_hidden_room_is_refused_like_one_that_is_not_there() -> None:
    hidden = Denied(Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE, "hidden")
    assert out(hidden) == out(NOT_THERE) == Out("not_found", "not_there", "check_address")


def test_reason_is_told_of_a_removal_from_this_room_only() -> None:
    denials = (REMOVED_FROM_ROOM, REMOVED_FROM_EVENT, SIGN_IN_AGAIN, NOT_THERE)
    assert [out(denied, "stört").reason for denied in denials] == ["stört", "", "", ""]
