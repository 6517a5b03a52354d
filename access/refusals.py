"""The refusals that more than one place gives: each rule with its next step, said once."""

from __future__ import annotations

from access.decisions import Denied
from access.rules import NextStep, Rule

SIGN_IN = Denied(Rule.SIGN_IN_FIRST, NextStep.SIGN_IN)
SIGN_IN_AGAIN = Denied(Rule.CREDENTIAL_EXPIRED, NextStep.SIGN_IN_AGAIN)
"""A session or token that was forged, taken back or has run out: nobody is told which."""
NOT_THERE = Denied(Rule.NOT_THERE, NextStep.CHECK_ADDRESS, "hidden")
REMOVED_FROM_EVENT = Denied(Rule.REMOVED_FROM_EVENT, NextStep.ASK_ORGANISER)
REMOVED_FROM_ROOM = Denied(Rule.REMOVED_FROM_ROOM, NextStep.ASK_ORGANISER)
FOREIGN_PAGE = Denied(Rule.FOREIGN_PAGE, NextStep.OPEN_IN_BROWSER)


def only(rule: Rule) -> Denied:
    """Reserved for others: the organiser helps, but a speaker just waits for their turn."""
    waits = rule is Rule.OTHERS_TURN
    return Denied(rule, NextStep.WAIT_FOR_TURN if waits else NextStep.ASK_ORGANISER)


def asks_to_sign_in(denied: Denied) -> bool:
    """Whether signing in may help: who asks is not known (any more)."""
    return denied.next_step in (NextStep.SIGN_IN, NextStep.SIGN_IN_AGAIN)


def is_removal(denied: Denied) -> bool:
    """Whether somebody sent this person out."""
    return denied.rule in (Rule.REMOVED_FROM_EVENT, Rule.REMOVED_FROM_ROOM)
