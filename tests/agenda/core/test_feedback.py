"""Feedback: what may be said, from when on, and what an organiser gets to read of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.feedback import (
    FEWEST,
    LONGEST,
    SCORES,
    Answer,
    Problem,
    Summary,
    opens_at,
    over,
    read,
    summary,
)
from agenda.core.model import Event, SessionStatus, Slot, SlotStatus
from agenda.core.timetable import resolve
from tests.agenda.events import (
    PLENUM,
    WELCOME,
    WORKSHOP,
    at,
    changed_session,
    changed_slot,
    draft,
    slot,
)

answers = st.lists(
    st.builds(Answer, st.integers(1, 5), st.text(alphabet="ab ", max_size=3).map(str.strip)),
    max_size=12,
)


def twice() -> Event:
    """A session in the morning and once more after lunch."""
    slots: tuple[Slot, ...] = (
        slot(1, WELCOME, "2022-03-22T09:30", "2022-03-22T10:00", PLENUM),
        slot(2, WELCOME, "2022-03-22T13:00", "2022-03-22T13:30", PLENUM),
    )
    return resolve(draft(slots=slots))


@given(answers)
def test_nothing_is_told_of_fewer_than_five(given: list[Answer]) -> None:
    found = summary(given)
    assert (found is None) == (len(given) < FEWEST)


@given(answers, st.randoms())
def test_the_order_in_which_answers_came_cannot_be_told(
    given: list[Answer], chance: random.Random
) -> None:
    mixed = list(given)
    chance.shuffle(mixed)
    assert summary(mixed) == summary(given)


@given(answers.filter(lambda each: len(each) >= FEWEST))
def test_everybody_counts_once(given: list[Answer]) -> None:
    found = summary(given)
    assert found is not None
    assert found.number == sum(found.counts) == len(given)
    assert found.mean == pytest.approx(sum(each.score for each in given) / len(given))
    assert sorted(found.texts) == sorted(each.text for each in given if each.text)


def test_five_answers_are_counted_by_score_and_their_words_come_by_alphabet() -> None:
    given = [Answer(5, "Zu kurz."), Answer(5), Answer(3, "Am besten."), Answer(1), Answer(4)]
    assert summary(given) == Summary((1, 0, 1, 1, 2), ("Am besten.", "Zu kurz."))


@pytest.mark.parametrize("score", [str(each) for each in SCORES])
def test_a_score_alone_is_enough(score: str) -> None:
    assert read(score, "") == Answer(int(score))


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "3.5", "viel", "٣", "²", "9" * 5000])
def test_any_other_score_is_none(score: str) -> None:
    assert read(score, "Gut.") == (Problem.NO_SCORE,)


def test_words_come_as_they_were_typed_without_control_characters() -> None:
    assert read("4", " Gut.\r\n\r\nMehr\x00 Zeit.\n") == Answer(4, "Gut.\n\nMehr Zeit.")


def test_too_long_a_text_is_refused_not_cut() -> None:
    assert read("4", "ä" * LONGEST) == Answer(4, "ä" * LONGEST)
    assert read("4", "ä" * (LONGEST + 1)) == (Problem.TOO_LONG,)
    assert read("", "ä" * (LONGEST + 1)) == (Problem.NO_SCORE, Problem.TOO_LONG)


def test_by_how_much_a_text_is_too_long_counts_what_would_be_kept() -> None:
    assert over("ä" * LONGEST) == 0
    assert over("ä" * (LONGEST + 7)) == 7
    assert over(" \u200e" * 9 + "ä\r\n" * LONGEST + "ä") == LONGEST + 1


def test_a_session_is_over_when_its_last_time_is() -> None:
    assert opens_at(twice(), WELCOME) == at("2022-03-22T13:30+01:00")


def test_a_time_that_was_cancelled_is_not_waited_for() -> None:
    off = changed_slot(twice(), 2, status=SlotStatus.CANCELLED)
    assert opens_at(off, WELCOME) == at("2022-03-22T10:00+01:00")


def test_what_never_takes_place_is_never_over() -> None:
    assert opens_at(twice(), WORKSHOP) is None
    off = changed_session(twice(), WELCOME.guid, status=SessionStatus.CANCELLED)
    assert opens_at(off, off.sessions[0]) is None
