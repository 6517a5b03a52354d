"""Votes: set, counted once, ranked (rooms page B2.5, B2.8)."""

from __future__ import annotations

from math import isclose, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.core import questions
from rooms.core.names import Code, Person, Refusal, VoteCast
from rooms.core.questions import (
    ApproveQuestion,
    DismissQuestion,
    MarkAnswered,
    QuestionState,
    RestoreQuestion,
    SetWindow,
    VoteQuestion,
    Window,
)
from rooms.core.questions.heat import HALF_LIFE_MS, ORIGIN, heat
from rooms.core.room import Outcome, OwnVote
from tests.rooms.core.vocabulary import ATTENDEE, HOF, JENA, MODERATION, START, ULM, Meeting


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def score(meeting: Meeting, question: str) -> int:
    gauge = questions.score(meeting.room.questions, question)
    assert gauge is not None
    return gauge[0]


def test_vote_set_twice_and_taken_back_twice(meeting: Meeting) -> None:
    """T-Q2: 1, 1, 0, 0 are two changed rows and no event; the gauge ends at 0."""
    question = meeting.published(ULM)
    changes = len(meeting.changes)
    scores = []
    for value in (True, True, False, False):
        outcome = meeting.when(HOF, VoteQuestion(question, value))
        assert isinstance(outcome, Outcome)
        assert outcome.my_vote is value
        scores.append(score(meeting, question))
    assert scores == [1, 1, 0, 0]
    rows = meeting.changes[changes:]
    assert [(row.value, row.account) for row in rows if isinstance(row, VoteCast)] == [
        (True, "hof"),
        (False, "hof"),
    ]
    assert len(rows) == 2
    assert meeting.seen[changes:] == [{}, {}]


def test_vote_on_hidden_question_is_refused(meeting: Meeting) -> None:
    """T-Q3: waiting, dismissed, unknown: not found, nothing stored."""
    waiting, dismissed = meeting.asked(ULM, "Eins?"), meeting.asked(ULM, "Zwei?")
    meeting.given(MODERATION, DismissQuestion(dismissed, 1, "doppelt"))
    for question in (waiting, dismissed, "elsewhere"):
        for person in (HOF, ULM, MODERATION):
            assert meeting.refuses(person, VoteQuestion(question, True)) == Refusal(Code.NOT_FOUND)
    assert meeting.room.questions.votes == {}


def test_own_question_cannot_be_voted_for(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    assert meeting.code(ULM, VoteQuestion(question, True)) is Code.FORBIDDEN
    assert score(meeting, question) == 0


def test_votes_are_open_as_long_as_the_window_says(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    meeting.given(MODERATION, SetWindow(Window.VOTE_ONLY))
    meeting.given(HOF, VoteQuestion(question, True))
    meeting.given(MODERATION, SetWindow(Window.CLOSED))
    refusal = meeting.refuses(JENA, VoteQuestion(question, True))
    assert refusal == Refusal(Code.WINDOW_CLOSED, state=Window.CLOSED)
    assert score(meeting, question) == 1


def test_votes_are_frozen_when_the_question_is_answered(meeting: Meeting) -> None:
    question = meeting.on_air(ULM)
    meeting.given(HOF, VoteQuestion(question, True))
    meeting.given(MODERATION, MarkAnswered(question, 3))
    refusal = meeting.refuses(JENA, VoteQuestion(question, True))
    assert refusal == Refusal(
        Code.ILLEGAL_TRANSITION, state=QuestionState.ANSWERED, revision=4, of=question
    )
    assert score(meeting, question) == 1


def test_votes_outlast_a_dismissal(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    meeting.given(HOF, VoteQuestion(question, True))
    meeting.given(MODERATION, DismissQuestion(question, 2, "Irrtum"))
    assert questions.score(meeting.room.questions, question) is None
    meeting.given(MODERATION, RestoreQuestion(question, 3))
    meeting.given(MODERATION, ApproveQuestion(question, 4))
    assert score(meeting, question) == 1


def test_each_person_counts_once(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    for number in range(50):
        voter = Person(f"voter-{number}", "Gast", "Stadt Ulm", ATTENDEE)
        for _ in range(2):
            meeting.given(voter, VoteQuestion(question, True))
    assert score(meeting, question) == 50


def test_own_votes_are_told_with_the_instant_they_were_set(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    meeting.given(HOF, VoteQuestion(question, True))
    assert meeting.mine(HOF) == (OwnVote(question, meeting.at, True),)
    meeting.given(HOF, VoteQuestion(question, False))
    assert meeting.mine(HOF) == (OwnVote(question, meeting.at, False),)


def test_gauges_are_of_what_everybody_sees(meeting: Meeting) -> None:
    shown = meeting.published(ULM, "Eins?")
    meeting.asked(HOF, "Zwei?")
    assert set(questions.scores(meeting.room.questions)) == {shown}


INSTANTS = st.integers(START, START + 6 * 60 * 60_000)


@given(INSTANTS, st.lists(INSTANTS, max_size=30))
def test_heat_is_the_formula(published: int, cast: list[int]) -> None:
    """T-Q11: log2 of the sum of B2.8, computed here the plain way from a near origin."""
    near = sum(2.0 ** ((at - START) / HALF_LIFE_MS) for at in (published, *cast))
    assert 2.0 ** (heat(published, cast) - (START - ORIGIN) / HALF_LIFE_MS) == pytest.approx(near)


@given(INSTANTS, st.lists(INSTANTS, max_size=30), INSTANTS)
def test_heat_rises_with_a_vote_and_ignores_the_order_of_votes(
    published: int, cast: list[int], vote: int
) -> None:
    assert heat(published, [*cast, vote]) > heat(published, cast)
    assert heat(published, sorted(cast)) == heat(published, cast)


def test_heat_of_many_votes_over_years_is_a_number() -> None:
    assert isfinite(heat(START, [START + n * 1_000_000_000 for n in range(1_000)]))


def test_a_vote_is_worth_half_a_vote_a_half_life_later() -> None:
    """Two votes now weigh as much as one that comes a half-life later."""
    long_ago = ORIGIN
    two_now = heat(long_ago, [START, START])
    one_later = heat(long_ago, [START + HALF_LIFE_MS])
    assert isclose(two_now, one_later, rel_tol=1e-12)
