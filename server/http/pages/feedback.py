"""Feedback on a session, as its page and its room offer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from access.audiences import Instant
from agenda.core.feedback import LONGEST, SCORES, Answer, Problem, opens_at, over
from agenda.core.model import Event, Guid, Room, Session
from agenda.core.timetable import MINUTE, sessions_in
from server.http.pages import links
from server.http.pages.texts import Texts

IN_ROOM: Instant = 15 * MINUTE
"""How long after its end a session's feedback is offered in its room."""
KNOWN_AHEAD: Instant = 16 * 60 * MINUTE
"""A room that stays open: what ends until then is in the page already."""


@dataclass(frozen=True)
class Tried:
    """What was sent and not taken."""

    score: str
    text: str
    problems: tuple[Problem, ...] = ()
    early: bool = False


@dataclass(frozen=True)
class Score:
    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class FeedbackView:
    guid: Guid
    """Of the session: parts and fields of several on one page are told apart by it."""
    title: str
    action: str
    at: Instant
    """The server's present, for going on from it."""
    opens_at: Instant
    until: Instant | None
    """When the room offers it no longer."""
    open: bool
    scores: tuple[Score, ...]
    text: str
    limit: int
    given: str
    """What was said, in words; empty: nothing yet."""
    said: str
    """What just happened."""
    errors: Mapping[str, str]
    """By field: ``score``, ``text``, or ``form``."""


def feedback(
    event: Event,
    session: Session,
    given: Answer | None,
    at: Instant,
    texts: Texts,
    *,
    tried: Tried | None = None,
    said: str = "",
) -> FeedbackView | None:
    """The form for a session; None: it never takes place, and nothing was said of it.

    ``said``: ``saved`` or ``withdrawn``.
    """
    opens = opens_at(event, session)
    if opens is None and given is None:
        return None
    score = tried.score if tried else str(given.score) if given else ""
    early = opens is None or at < opens
    return FeedbackView(
        guid=session.guid,
        title=session.title.read(texts.language),
        action=links.feedback(event, session),
        at=at,
        opens_at=opens or at,
        until=None,
        open=not early or given is not None or tried is not None,
        scores=tuple(
            Score(str(each), texts(f"feedback.score.{each}"), str(each) == score) for each in SCORES
        ),
        text=tried.text if tried else given.text if given else "",
        limit=LONGEST,
        given=texts(f"feedback.score.{given.score}") if given else "",
        said=texts(f"feedback.{said}") if said in ("saved", "withdrawn") else "",
        errors=_errors(tried, texts) if tried else {},
    )


def _errors(tried: Tried, texts: Texts) -> dict[str, str]:
    errors = {"form": texts("feedback.too_early")} if tried.early else {}
    if Problem.NO_SCORE in tried.problems:
        errors["score"] = texts.of("feedback.problem", Problem.NO_SCORE)
    if Problem.TOO_LONG in tried.problems:
        errors["text"] = texts("feedback.problem.too_long", over=over(tried.text))
    return errors


def ended_in(
    event: Event, room: Room, said: Mapping[Guid, Answer], at: Instant, texts: Texts
) -> tuple[FeedbackView, ...]:
    """What a room offers when its sessions end, of those the person said nothing of."""
    held = {slot.session for slot in sessions_in(event, room.guid)}
    found = []
    for session in event.sessions:
        opens = opens_at(event, session)
        soon = opens is not None and at - IN_ROOM < opens < at + KNOWN_AHEAD
        if not soon or session.guid in said or session.guid not in held:
            continue
        view = feedback(event, session, None, at, texts)
        if view is not None:
            found.append(replace(view, until=view.opens_at + IN_ROOM))
    return tuple(sorted(found, key=lambda each: each.opens_at))
