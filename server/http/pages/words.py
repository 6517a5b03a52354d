"""What the policy and the model say by name, said in words."""

from __future__ import annotations

from dataclasses import dataclass

from access.audiences import Instant, TimeLine, audience_at
from access.decisions import Denied
from access.rules import NextStep, Rule
from agenda.core.model import Event, HostRole
from server.http.pages.texts import Texts


@dataclass(frozen=True)
class Link:
    href: str
    text: str


@dataclass(frozen=True)
class Rewritten:
    """Something as it is, and as it would be, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Refusal:
    """Why not, and what helps."""

    reason: str
    next_step: str
    action: Link | None
    also: tuple[Link, ...] = ()
    """Where the rest of the next step is taken."""


_ACTIONS = {
    NextStep.SIGN_IN: ("/sign-in", "frame.sign_in"),
    NextStep.SIGN_IN_AGAIN: ("/sign-in", "refused.again"),
    NextStep.CHOOSE_ORGANISATION: ("/profile", "refused.profile"),
    NextStep.CHOOSE_PROJECT: ("/profile", "refused.profile"),
    NextStep.ATTEND_REGIONAL_CONFERENCE: ("/events", "frame.events"),
    NextStep.CHECK_ADDRESS: ("/events", "frame.events"),
    NextStep.ASK_ORGANISER: ("/imprint", "frame.imprint"),
    NextStep.WAIT_FOR_CONFIRMATION: ("/profile", "refused.profile"),
}


_ALSO = {
    NextStep.ATTEND_REGIONAL_CONFERENCE: (
        ("/profile", "refused.profile"),
        ("/imprint", "frame.imprint"),
    ),
}


def refusal(denied: Denied, texts: Texts) -> Refusal:
    """The refusal in words, with the page where its next step is taken."""
    action = _ACTIONS.get(denied.next_step)
    return Refusal(
        reason=reason(denied.rule, texts),
        next_step=texts.of("step", denied.next_step),
        action=Link(action[0], texts(action[1])) if action else None,
        also=tuple(Link(href, texts(code)) for href, code in _ALSO.get(denied.next_step, ())),
    )


def reason(rule: Rule, texts: Texts) -> str:
    """Why somebody may, or may not."""
    return texts.of("rule", rule)


def audience(line: TimeLine, at: Instant, texts: Texts) -> str:
    """Whom something is for at this instant."""
    present, _ = audience_at(line, at)
    name = texts.of("audience", present.group)
    if not present.seasons:
        return name
    seasons = ", ".join(str(season) for season in present.seasons)
    return texts("audience.seasons", audience=name, seasons=seasons)


def hosts(event: Event, texts: Texts) -> str:
    """``Gastgeber: Lemgo, Kalletal``; empty if the event names none."""
    names = [host.name for host in event.hosts if host.role is HostRole.HOST]
    return texts("event.host", names=", ".join(names)) if names else ""
