"""Chat: nobody posts more than ``BURST`` messages within ``BURST_MS``, whatever they try."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.core import room
from rooms.core.chat import BURST, BURST_MS, DeleteMessage, SendMessage, said_by
from rooms.core.names import Code, Ids, Person, Refusal
from rooms.core.room import Outcome
from rooms.wire.commands import Answer
from tests.rooms.core.vocabulary import (
    HOF,
    KTS,
    MODERATION,
    SPEAKS,
    ULM,
    Meeting,
    stored_and_loaded,
)

HELLO = SendMessage("Hallo")
PAUSES = st.one_of(
    st.integers(0, 3),
    st.integers(0, BURST_MS // BURST + 1),
    st.just(BURST_MS),
    st.integers(0, 9_999),
)
SENDS = st.lists(st.tuples(st.sampled_from([ULM, ULM, ULM, HOF, MODERATION]), PAUSES), max_size=60)


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def accepts(meeting: Meeting, by: Person, at: int) -> bool:
    """Whether a message sent at this instant would be accepted. Changes nothing."""
    return isinstance(room.decide(meeting.room, HELLO, by, at, Ids("probe")), Outcome)


def posts(meeting: Meeting, by: Person, number: int, after: int = 0) -> None:
    for _ in range(number):
        meeting.given(by, HELLO, after=after)


def said(meeting: Meeting, by: Person) -> list[int]:
    """When this person's messages were accepted."""
    messages = meeting.room.chat.messages
    return [messages[message].at for message in said_by(meeting.room.chat, by.account)]


def fullest(instants: Sequence[int]) -> int:
    """The most messages in any half-open window of ``BURST_MS``: it begins with a message."""
    windows = ([at for at in instants if start <= at < start + BURST_MS] for start in instants)
    return max(map(len, windows), default=0)


@given(SENDS)
def test_accepted_messages_of_a_person_never_exceed_the_limit(
    sends: list[tuple[Person, int]],
) -> None:
    meeting = Meeting()
    for by, pause in sends:
        meeting.when(by, HELLO, after=pause)
    for by in (ULM, HOF):
        assert fullest(said(meeting, by)) <= BURST


@given(SENDS)
def test_refused_message_is_accepted_at_the_instant_it_is_told_and_not_before(
    sends: list[tuple[Person, int]],
) -> None:
    meeting = Meeting()
    for by, pause in sends:
        told = meeting.when(by, HELLO, after=pause)
        if isinstance(told, Refusal):
            assert told.code is Code.RATE_LIMITED
            assert told.retry_after_ms is not None
            when = meeting.at + told.retry_after_ms
            assert not accepts(meeting, by, when - 1)
            assert accepts(meeting, by, when)


def test_sixth_message_in_a_row_is_told_how_long_to_wait(meeting: Meeting) -> None:
    posts(meeting, ULM, BURST, after=100)
    assert meeting.refuses(ULM, HELLO, after=100) == Refusal(
        Code.RATE_LIMITED, retry_after_ms=BURST_MS - BURST * 100
    )
    meeting.given(ULM, HELLO, after=BURST_MS - BURST * 100)


def test_refused_messages_do_not_count(meeting: Meeting) -> None:
    posts(meeting, ULM, BURST)
    for _ in range(20):
        meeting.refuses(ULM, HELLO, after=0)
    posts(meeting, ULM, 1, after=BURST_MS)


def test_deleting_a_message_does_not_make_room_for_another(meeting: Meeting) -> None:
    first = meeting.given(ULM, HELLO)
    posts(meeting, ULM, BURST - 1)
    meeting.given(ULM, DeleteMessage(first), after=0)
    assert meeting.code(ULM, HELLO, after=0) is Code.RATE_LIMITED


def test_limit_of_one_person_does_not_hold_up_another(meeting: Meeting) -> None:
    posts(meeting, ULM, BURST)
    posts(meeting, HOF, BURST)


@pytest.mark.parametrize("by", [SPEAKS, MODERATION, KTS], ids=lambda by: by.account)
def test_who_leads_the_room_is_not_held_up(meeting: Meeting, by: Person) -> None:
    posts(meeting, by, 4 * BURST)


def test_limit_holds_for_a_room_that_was_stored_and_loaded(meeting: Meeting) -> None:
    posts(meeting, ULM, BURST)
    loaded = Meeting(stored_and_loaded(meeting.room))
    loaded.at = meeting.at
    assert loaded.code(ULM, HELLO, after=BURST_MS - 1) is Code.RATE_LIMITED


def test_wrong_text_is_answered_before_the_pace(meeting: Meeting) -> None:
    posts(meeting, ULM, BURST)
    assert meeting.code(ULM, SendMessage(" "), after=0) is Code.EMPTY


def test_refusal_for_the_pace_is_not_stored_so_that_the_same_command_can_succeed() -> None:
    assert not Answer(error=Refusal(Code.RATE_LIMITED, retry_after_ms=1)).lasting
