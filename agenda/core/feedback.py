"""Feedback on a session: what may be said, from when on, and what organisers get to read of it.

Organisers see sums and words, never who said what: nothing of fewer than five answers, and no
order from which one could tell when something was said.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from access.audiences import Instant
from agenda.core.clean import block
from agenda.core.model import Event, Session
from agenda.core.release import cancelled

SCORES = range(1, 6)
"""From "not helpful" to "very helpful"."""
FEWEST = 5
"""Answers of which organisers are told at all."""
LONGEST = 1_000
"""Characters of the words. What is longer is refused; nothing is cut."""


class Answer(msgspec.Struct, frozen=True):
    """What one person says of one session."""

    score: int
    text: str = ""


class Problem(StrEnum):
    """Why an answer is not taken. Each has a text."""

    NO_SCORE = "no_score"
    TOO_LONG = "too_long"


class Summary(msgspec.Struct, frozen=True):
    """What organisers read of a session."""

    counts: tuple[int, ...]
    """How many gave each score, the lowest first."""
    texts: tuple[str, ...]
    """By alphabet: an order that says nothing of when or by whom."""

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float:
        return sum(score * n for score, n in zip(SCORES, self.counts, strict=True)) / self.number


def read(score: str, text: str) -> Answer | tuple[Problem, ...]:
    """What was typed, or everything that is wrong with it."""
    chosen = next((each for each in SCORES if str(each) == score), None)
    long = over(text) > 0
    if chosen is None or long:
        missing = (Problem.NO_SCORE,) if chosen is None else ()
        return (*missing, Problem.TOO_LONG) if long else missing
    return Answer(chosen, block(text))


def over(text: str) -> int:
    """By how many characters the words that were typed are too long."""
    return max(0, len(block(text)) - LONGEST)


def opens_at(event: Event, session: Session) -> Instant | None:
    """From when on feedback is given: once its last time is over. None: it never takes place."""
    ends = [
        slot.ends_at
        for slot in event.slots
        if slot.session == session.guid and not cancelled(session, slot)
    ]
    return max(ends, default=None)


def summary(answers: Iterable[Answer]) -> Summary | None:
    """The answers on one session; None: too few to be told of."""
    given = tuple(answers)
    if len(given) < FEWEST:
        return None
    counts = tuple(sum(each.score == score for each in given) for score in SCORES)
    return Summary(counts, tuple(sorted(each.text for each in given if each.text)))
