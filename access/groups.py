"""Whether an actor belongs to an audience, and if not, the most helpful reason why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from access.actors import Actor, Affiliation, ProjectAffiliation
from access.audiences import Audience, Group, Instant
from access.decisions import Denied
from access.organisations import MUNICIPAL
from access.refusals import SIGN_IN
from access.rules import NextStep, Rule

Answer = Rule | Denied
"""Inside the policy: the rule that admits, or the refusal."""


class Dated(Protocol):
    """A fact that holds in ``[since, until)``."""

    @property
    def since(self) -> Instant: ...
    @property
    def until(self) -> Instant | None: ...


Fact = TypeVar("Fact", bound=Dated)


def in_force(facts: Iterable[Fact], at: Instant) -> tuple[Fact, ...]:
    """The facts that hold at this instant."""
    return tuple(
        fact for fact in facts if fact.since <= at and (fact.until is None or at < fact.until)
    )


def ended(facts: Iterable[Fact], at: Instant) -> bool:
    """Whether one of the facts held once and does not any more."""
    return any(fact.until is not None and fact.since < fact.until <= at for fact in facts)


def belongs(actor: Actor, audience: Audience, places: frozenset[str], at: Instant) -> Answer:
    """Whether the actor is in the audience by the facts about the person (offices aside).

    ``places``: guids an invitation or registration may name to count here.
    """
    if audience.group is Group.PUBLIC:
        return Rule.PUBLIC
    if actor.account is None:
        return SIGN_IN
    match audience.group:
        case Group.REGISTERED:
            return _registered(actor, places)
        case Group.MUNICIPALITIES:
            return _municipal(actor, at)
        case Group.FUNDED:
            return _funded(actor, audience, at)
        case Group.FUNDED_AND_INVITED:
            return _funded_or_invited(actor, audience, places, at)
        case Group.UNFUNDED:
            return _unfunded(actor, audience, at)
        case Group.NAMED:
            return _named(actor, places)
        case _:
            return Denied(Rule.STAFF_ONLY, NextStep.ASK_ORGANISER)


def _registered(actor: Actor, places: frozenset[str]) -> Answer:
    if actor.registrations & places:
        return Rule.REGISTERED
    return Denied(Rule.REGISTERED_ONLY, NextStep.REGISTER)


def _named(actor: Actor, places: frozenset[str]) -> Answer:
    if actor.invitations & places:
        return Rule.INVITED
    return Denied(Rule.NAMED_ONLY, NextStep.ASK_ORGANISER)


def _municipal(actor: Actor, at: Instant) -> Answer:
    """The person's own word is enough: the offer is meant for every municipality."""
    if _municipal_affiliations(actor, at):
        return Rule.MUNICIPALITY
    past = [each for each in actor.affiliations if each.kind in MUNICIPAL]
    rule = Rule.AFFILIATION_ENDED if ended(past, at) else Rule.MUNICIPALITIES_ONLY
    return Denied(rule, NextStep.CHOOSE_ORGANISATION)


def _municipal_affiliations(actor: Actor, at: Instant) -> list[Affiliation]:
    return [each for each in in_force(actor.affiliations, at) if each.kind in MUNICIPAL]


def _of_season(season: int, audience: Audience) -> bool:
    return not audience.seasons or season in audience.seasons


def _is_funded(actor: Actor, audience: Audience, at: Instant) -> bool:
    return any(
        each.confirmed and each.admits and _of_season(each.season, audience)
        for each in in_force(actor.project_affiliations, at)
    )


def works_in(actor: Actor, project: str, at: Instant) -> bool:
    """Whether the actor is confirmed staff of this model project."""
    return any(
        each.project == project and each.confirmed and each.admits
        for each in in_force(actor.project_affiliations, at)
    )


def _funded(actor: Actor, audience: Audience, at: Instant) -> Answer:
    if _is_funded(actor, audience, at):
        return Rule.FUNDED
    return _why_not_funded(actor, audience, at)


def _funded_or_invited(
    actor: Actor, audience: Audience, places: frozenset[str], at: Instant
) -> Answer:
    if actor.invitations & places:
        return Rule.INVITED
    answer = _funded(actor, audience, at)
    if isinstance(answer, Denied) and answer.rule in (Rule.NOT_FUNDED, Rule.ORGANISATION_UNKNOWN):
        return Denied(Rule.NOT_FUNDED_NOR_INVITED, answer.next_step)
    return answer


def _why_not_funded(actor: Actor, audience: Audience, at: Instant) -> Denied:
    """The reason nearest to admission: what is missing decides what helps."""
    present = in_force(actor.project_affiliations, at)
    in_season = [each for each in present if _of_season(each.season, audience)]
    if any(each.confirmed for each in in_season):
        return Denied(Rule.PROJECT_MEMBER_NOT_ADMITTED, NextStep.ASK_ORGANISER)
    if in_season:
        return Denied(Rule.PROJECT_PENDING, NextStep.WAIT_FOR_CONFIRMATION)
    if present:
        return Denied(Rule.OTHER_SEASON, NextStep.ASK_ORGANISER)
    if _works_in_funded(actor, audience, at):
        return Denied(Rule.PROJECT_NOT_DECLARED, NextStep.CHOOSE_PROJECT)
    if _left_project(actor.project_affiliations, at):
        return Denied(Rule.PROJECT_ENDED, NextStep.ASK_PROJECT_LEAD)
    if not in_force(actor.affiliations, at):
        return Denied(Rule.ORGANISATION_UNKNOWN, NextStep.CHOOSE_ORGANISATION)
    return Denied(Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE)


def _left_project(affiliations: tuple[ProjectAffiliation, ...], at: Instant) -> bool:
    return ended([each for each in affiliations if each.confirmed], at)


def _works_in_funded(actor: Actor, audience: Audience, at: Instant) -> bool:
    """Whether an employer belongs to a project of these seasons. Says what to offer, no more."""
    return any(
        each.projects and any(_of_season(season, audience) for season in each.seasons)
        for each in in_force(actor.affiliations, at)
    )


def _unfunded(actor: Actor, audience: Audience, at: Instant) -> Answer:
    """Peer learning of those without funding: one funded tie is enough to be left out."""
    municipal = _municipal(actor, at)
    if isinstance(municipal, Denied):
        return municipal
    if _is_funded(actor, audience, at) or _works_in_funded(actor, audience, at):
        return Denied(Rule.FUNDED_TAKE_NO_PLACE, NextStep.OFFER_TO_PRESENT)
    return Rule.UNFUNDED
