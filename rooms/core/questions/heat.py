"""Counting and ranking (rooms page, B2.5 and B2.8)."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, log2
from typing import Final

from access.audiences import Instant
from rooms.core.names import ObjectId
from rooms.core.questions.model import Question, Questions
from rooms.core.questions.show import PUBLIC

HALF_LIFE_MS: Final = 15 * 60_000
ORIGIN: Final[Instant] = 1_577_836_800_000
"""2020-01-01T00:00Z. Any constant ranks alike; a near one leaves more digits."""


def votes(questions: Questions, question: Question) -> int:
    """The score: how many votes now, or how many when it was answered."""
    if question.final_score is not None:
        return question.final_score
    return len(questions.votes.get(question.id, ()))


def heat(published_at: Instant, cast: Iterable[Instant]) -> float:
    """log2 of A = 2^((t_pub-t0)/H) + Σ 2^((t_vote-t0)/H).

    Ranks as votes that decay with half-life H would at any later moment, but does not change
    unless votes do.  The greatest exponent is taken out, so nothing overflows; ``fsum`` makes
    the sum independent of the order of votes, so all nodes agree.
    """
    exponents = [(at - ORIGIN) / HALF_LIFE_MS for at in (published_at, *cast)]
    greatest = max(exponents)
    return greatest + log2(fsum(2.0 ** (exponent - greatest) for exponent in exponents))


def score(questions: Questions, question: ObjectId) -> tuple[int, float] | None:
    """Votes and heat of one question; None unless everybody in the room sees it."""
    found = questions.questions.get(question)
    if found is None or found.state not in PUBLIC or found.words is None:
        return None
    cast = questions.votes.get(question, {}).values()
    return votes(questions, found), heat(found.published_at or found.at, cast)


def scores(questions: Questions) -> dict[ObjectId, tuple[int, float]]:
    """Votes and heat of every question that everybody in the room sees."""
    found = ((question, score(questions, question)) for question in questions.questions)
    return {question: gauge for question, gauge in found if gauge is not None}
