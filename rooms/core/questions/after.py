"""What a session leaves behind: the questions that were answered in it, without who asked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from access.audiences import Instant
from rooms.core.names import ObjectId
from rooms.core.questions.model import Questions, QuestionState


class Answered(msgspec.Struct, frozen=True):
    """An answered question. It carries no author, so that nothing made of it can name one."""

    id: ObjectId
    at: Instant
    """When its answer began: put on air for the last time, else marked as answered."""
    text: str
    session: ObjectId | None = None
    """The session it was asked about, if that was said."""


def over(questions: Questions) -> tuple[Answered, ...]:
    """All of a room, in the order in which they were answered."""
    found = (
        Answered(
            one.id,
            one.answered_at if one.aired_at is None else one.aired_at,
            one.words.text,
            one.session,
        )
        for one in questions.questions.values()
        if one.state is QuestionState.ANSWERED and one.words and one.answered_at is not None
    )
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def answered(
    found: Iterable[Answered], session: ObjectId, since: Instant, until: Instant | None
) -> tuple[Answered, ...]:
    """Those of a session whose time in the room was from ``since`` until before ``until``.

    None: no session came after it.
    """
    return tuple(
        one
        for one in found
        if since <= one.at and (until is None or one.at < until) and one.session in (None, session)
    )
