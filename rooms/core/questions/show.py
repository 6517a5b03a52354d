"""How a question looks, and to whom it is there at all (rooms page, B2.2)."""

from __future__ import annotations

from rooms.core.names import Kind, Ref, Stream
from rooms.core.questions.model import (
    Question,
    QuestionEvent,
    QuestionOnAir,
    Questions,
    QuestionState,
    QuestionView,
)

PUBLIC = frozenset({QuestionState.PUBLISHED, QuestionState.ON_AIR, QuestionState.ANSWERED})
"""States that everybody in the room sees."""


def visible(question: Question, stream: Stream) -> bool:
    """Whether the question exists for the readers of a stream.

    An erased one exists for nobody, nor does one whose words have not been found.
    """
    if question.words is None:
        return False
    return stream is Stream.DESK or question.state in PUBLIC


def view(question: Question, stream: Stream) -> QuestionView | None:
    """The question for the readers of a stream, or None. Unnamed: nobody reads who asked."""
    words = question.words
    if words is None or not visible(question, stream):
        return None
    desk = stream is Stream.DESK
    return QuestionView(
        id=question.id,
        at=question.at,
        state=question.state,
        revision=question.revision,
        text=words.text,
        unnamed=words.author.unnamed,
        author=None if words.author.unnamed else words.author,
        number=question.number,
        session=question.session,
        published_at=question.published_at,
        answered_at=question.answered_at,
        reason=(question.reason or None) if desk else None,
        last_by=question.last_by if desk else None,
        last_name=question.last_name if desk else None,
    )


def touched(questions: Questions, event: QuestionEvent) -> list[Ref]:
    """Questions that may look different after the event. Ask before it is folded."""
    if isinstance(event, QuestionOnAir):
        before = () if event.before is None else (Ref(Kind.QUESTION, event.before),)
        return [Ref(Kind.QUESTION, event.question), *before]
    question = getattr(event, "question", None)
    return [] if question is None else [Ref(Kind.QUESTION, question)]
