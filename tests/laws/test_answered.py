"""Law: after a session nothing is shown but what was answered in its time, and nobody who asked."""

from __future__ import annotations

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from rooms.core import questions
from rooms.core.people import EraseWords
from rooms.core.questions import Answered, QuestionState
from tests.laws.acts import Act, acts, lively, play
from tests.rooms.core.vocabulary import (
    EVERYBODY,
    KTS,
    MINUTE,
    START,
    STREAMS,
    Meeting,
    stored_and_loaded,
)

Slot = tuple[int, int | None]
SLOT = (START + 10 * MINUTE, START + 30 * MINUTE)
HOURS = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(
    lambda pair: (START + pair[0] * MINUTE, START + (pair[0] + pair[1]) * MINUTE)
)


def talk(history: list[Act]) -> Meeting:
    meeting = lively()
    meeting.on_air(text="Wer betreibt die Sensoren?")
    play(meeting, history)
    return meeting


def shown(meeting: Meeting, slot: Slot = SLOT) -> tuple[Answered, ...]:
    return questions.answered(questions.over(meeting.room.questions), "session-1", *slot)


@given(history=acts(60), slot=HOURS)
def test_only_answered_questions_of_that_time_are_shown(
    history: list[Act], slot: tuple[int, int]
) -> None:
    meeting = talk(history)
    for one in shown(meeting, slot):
        question = meeting.question(one.id)
        assert question.state is QuestionState.ANSWERED
        assert slot[0] <= one.at < slot[1]
        assert one.at in (question.aired_at, question.answered_at)
        assert question.session in (None, "session-1")
        for stream in STREAMS:
            seen = meeting.sees_question(one.id, stream)
            assert seen is not None
            assert seen.text == one.text


@given(history=acts(60))
def test_every_answered_question_is_shown_in_one_of_the_slots_that_follow_each_other(
    history: list[Act],
) -> None:
    meeting = talk(history)
    answered = [
        question.id
        for question in meeting.room.questions.questions.values()
        if question.state is QuestionState.ANSWERED
    ]
    slots: list[Slot] = [
        (START + n * 20 * MINUTE, START + (n + 1) * 20 * MINUTE if n < 2 else None)
        for n in range(3)
    ]
    found = [one.id for slot in slots for one in shown(meeting, slot)]
    assert sorted(found) == sorted(answered)


@given(history=acts(60))
def test_nobody_who_asked_is_told(history: list[Act]) -> None:
    meeting = talk(history)
    sent = msgspec.json.encode(shown(meeting, (START, START + 10**9))).decode()
    for person in EVERYBODY:
        for fact in (person.account, person.name, person.organisation):
            assert f'"{fact}"' not in sent


@given(history=acts(60))
def test_erased_questions_are_gone(history: list[Act]) -> None:
    meeting = talk(history)
    sanction = meeting.room.people.sanctions.get(KTS.account)
    assume(sanction is None or not sanction.removed)  # else nobody is there who may erase
    for person in EVERYBODY:
        meeting.when(KTS, EraseWords(person.account))
    assert shown(meeting, (START, START + 10**9)) == ()


@given(history=acts(60))
def test_a_stored_room_shows_the_same(history: list[Act]) -> None:
    meeting = talk(history)
    loaded = Meeting(stored_and_loaded(meeting.room))
    assert shown(loaded) == shown(meeting)
