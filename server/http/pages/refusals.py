"""Pages for what does not work: refused, not there, broken. In plain words, with a way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request

from access.audiences import Instant
from access.decisions import Denied
from access.refusals import asks_to_sign_in
from agenda.visible import Visible
from server.http.pages import words
from server.http.pages.cards import EventCard, event_card
from server.http.pages.forms import sent
from server.http.pages.texts import Texts
from server.http.pages.unsaved import Unsaved, unsaved
from server.http.pages.words import Link

MOST_EVENTS = 6


@dataclass(frozen=True)
class RefusedView:
    title: str
    thing: str
    """What was asked for, where that may be known."""
    reason: str
    next_step: str
    action: Link | None
    also: tuple[Link, ...]
    open_events: tuple[EventCard, ...]
    unsaved: tuple[Unsaved, ...]
    """What was typed into the form that was refused."""
    lead: str
    """What became of it; empty: nothing was typed."""


@dataclass(frozen=True)
class MessageView:
    title: str
    text: str
    reference: str
    unsaved: tuple[Unsaved, ...] = ()
    """What was typed, where it could not be stored anywhere."""


def refused(
    denied: Denied,
    seen: Sequence[Visible],
    at: Instant,
    texts: Texts,
    request: Request,
    *,
    thing: str = "",
    path: str = "/",
) -> RefusedView:
    """What happened, why, what helps, and what is open instead.

    ``request``: if a form was read, what was typed is shown again.
    ``thing``: what was asked for; ``path``: to come back to after signing in.
    """
    said = words.refusal(denied, texts)
    sign_in = asks_to_sign_in(denied)
    action = said.action
    if sign_in and action:
        action = replace(action, href=f"{action.href}?{urlencode({'next': path})}")
    open_events = [each for each in seen if not each.closed]
    cards = [event_card(each, at, texts) for each in open_events]
    typed = unsaved(request.url.path, sent(request), texts)
    current = [card for card in cards if card.state != "past"]
    return RefusedView(
        title=texts("refused.sign_in" if sign_in else "refused.title"),
        thing=thing,
        reason=said.reason,
        next_step=said.next_step,
        action=action,
        also=said.also,
        open_events=() if sign_in else tuple(current[:MOST_EVENTS]),
        unsaved=typed,
        lead=texts("gone.sign_in" if sign_in else "gone.refused") if typed else "",
    )


def not_found(texts: Texts, request: Request, *, guest: bool = False) -> MessageView:
    """The same for what does not exist and for what must not be known to exist.

    ``request``: if a form was read, what was typed is shown again.
    ``guest``: somebody who may have been signed out meanwhile.
    """
    typed = unsaved(request.url.path, sent(request), texts)
    if typed:
        told = texts("gone.signed_out" if guest else "gone.text")
        return MessageView(texts("gone.title"), told, "", typed)
    return MessageView(texts("missing.title"), texts("missing.text"), "")


def broken(reference: str, texts: Texts) -> MessageView:
    """Our fault; the number leads support to the log."""
    return MessageView(texts("error.title"), texts("error.text"), reference)


def unusable(text: str, texts: Texts) -> MessageView:
    """Their request makes no sense to us, for a reason already said in words."""
    return MessageView(texts("error.bad_request"), text, "")
