"""Asking: limits, windows, names (rooms page B2.6, B2.7, B2.10)."""

from __future__ import annotations

import pytest

from access.actors import OfficeKind
from rooms.core.names import Code, Refusal, Stream
from rooms.core.people import MutePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    Display,
    Moderation,
    SetDisplay,
    SetModeration,
    SetWindow,
    VoteQuestion,
    Window,
    WithdrawQuestion,
)
from rooms.core.room import Outcome, OwnQuestion
from tests.rooms.core.vocabulary import (
    HOF,
    KTS,
    MODERATION,
    SECOND,
    SPEAKS,
    STREAMS,
    ULM,
    Meeting,
)

FAMILY = "👩‍👩‍👧‍👦"


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def test_question_waits_and_only_author_and_desk_see_it(meeting: Meeting) -> None:
    question = meeting.asked(ULM)
    assert meeting.sees_question(question, Stream.PUB) is None
    assert meeting.sees_question(question, Stream.STAGE) is None
    assert meeting.sees_question(question, Stream.DESK) is not None
    assert list(meeting.seen[-1]) == [Stream.DESK]
    own = meeting.mine(ULM)
    assert [item.id for item in own if isinstance(item, OwnQuestion)] == [question]
    assert meeting.mine(HOF) == ()


def test_too_long_and_too_short_questions_are_told_the_limit(meeting: Meeting) -> None:
    """T-Q9."""
    assert meeting.refuses(ULM, AskQuestion("x" * 501)) == Refusal(Code.TOO_LONG, limit=500)
    assert meeting.refuses(ULM, AskQuestion("?!")) == Refusal(Code.TOO_SHORT, limit=3)
    meeting.given(ULM, AskQuestion(FAMILY * 500))


def test_one_question_in_twenty_seconds_and_it_is_told_how_long_to_wait(meeting: Meeting) -> None:
    meeting.asked(ULM, "Eins?")
    refusal = meeting.refuses(ULM, AskQuestion("Zwei?"), after=19_999)
    assert refusal == Refusal(Code.RATE_LIMITED, retry_after_ms=1)
    meeting.given(HOF, AskQuestion("Von anderen?"), after=0)
    meeting.given(ULM, AskQuestion("Zwei?"), after=1)


def test_refused_questions_do_not_count_for_the_pause(meeting: Meeting) -> None:
    meeting.refuses(ULM, AskQuestion(""))
    meeting.given(ULM, AskQuestion("Eins?"), after=1 * SECOND)


def test_five_unanswered_questions_of_one_person_and_session(meeting: Meeting) -> None:
    asked = [meeting.given(ULM, AskQuestion(f"Frage {n}?", session="s-1")) for n in range(5)]
    sixth = AskQuestion("Frage 6?", session="s-1")
    assert meeting.refuses(ULM, sixth) == Refusal(Code.RATE_LIMITED, limit=5)
    meeting.given(ULM, AskQuestion("Frage 6?", session="s-2"))
    meeting.given(MODERATION, DismissQuestion(asked[0], 1, "doppelt"))
    meeting.given(ULM, sixth)


def test_same_question_of_the_same_person_is_a_duplicate(meeting: Meeting) -> None:
    question = meeting.asked(ULM, "Wer zahlt das?")
    again = AskQuestion("  wer zahlt  DAS？ ")
    assert meeting.refuses(ULM, again) == Refusal(Code.DUPLICATE, of=question)
    meeting.given(HOF, again)


def test_withdrawn_question_may_be_asked_again(meeting: Meeting) -> None:
    question = meeting.asked(ULM, "Wer zahlt das?")
    meeting.given(ULM, WithdrawQuestion(question, 1))
    meeting.given(ULM, AskQuestion("Wer zahlt das?"))


@pytest.mark.parametrize("window", [Window.SCHEDULED, Window.VOTE_ONLY, Window.CLOSED])
def test_nobody_asks_outside_the_window(meeting: Meeting, window: Window) -> None:
    meeting.given(MODERATION, SetWindow(window))
    assert meeting.refuses(ULM, AskQuestion("Eins?")) == Refusal(Code.WINDOW_CLOSED, state=window)
    meeting.given(MODERATION, SetWindow(Window.OPEN))
    meeting.asked(ULM, "Eins?")


def test_closed_window_does_not_stop_the_moderation(meeting: Meeting) -> None:
    question = meeting.asked()
    meeting.given(MODERATION, SetWindow(Window.CLOSED))
    meeting.given(MODERATION, ApproveQuestion(question, 1))
    assert meeting.code(HOF, VoteQuestion(question, True)) is Code.WINDOW_CLOSED


def test_muted_person_cannot_ask(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("ulm"))
    assert meeting.code(ULM, AskQuestion("Eins?")) is Code.MUTED


def test_session_is_a_name_and_not_a_text(meeting: Meeting) -> None:
    assert meeting.code(ULM, AskQuestion("Eins?", session="<b>" * 30)) is Code.NOT_FOUND


def test_unnamed_question_shows_nobody_who_asked(meeting: Meeting) -> None:
    question = meeting.given(ULM, AskQuestion("Wer haftet?", unnamed=True))
    meeting.given(MODERATION, ApproveQuestion(question, 1))
    for stream in STREAMS:
        view = meeting.sees_question(question, stream)
        assert view is not None
        assert (view.unnamed, view.author) == (True, None)
    (own,) = meeting.mine(ULM)
    assert isinstance(own, OwnQuestion)
    assert (own.id, own.unnamed) == (question, True)


def test_office_stands_at_a_named_question_and_never_at_an_unnamed_one(meeting: Meeting) -> None:
    """Where one person holds the office, it would tell who asked."""
    meeting.given(KTS, SetModeration(Moderation.POST))
    named = meeting.given(SPEAKS, AskQuestion("Wer haftet denn?"))
    unnamed = meeting.given(SPEAKS, AskQuestion("Wer haftet?", unnamed=True))
    shown = meeting.sees_question(named)
    assert shown is not None and shown.author is not None
    assert shown.author.office is OfficeKind.SPEAKER
    words = meeting.question(unnamed).words
    assert words is not None and words.author.office is None


def test_who_withdraws_an_unnamed_question_is_not_told_either(meeting: Meeting) -> None:
    question = meeting.given(SPEAKS, AskQuestion("Wer haftet?", unnamed=True))
    meeting.given(SPEAKS, WithdrawQuestion(question, 1))
    desk = meeting.sees_question(question, Stream.DESK)
    assert desk is not None
    assert (desk.author, desk.last_by, desk.last_name) == (None, None, None)


def test_where_questions_are_named_nobody_is_named_against_their_wish(meeting: Meeting) -> None:
    meeting.given(MODERATION, SetDisplay(Display.NAMED))
    assert meeting.code(ULM, AskQuestion("Wer haftet?", unnamed=True)) is Code.UNSUPPORTED


def test_where_questions_are_unnamed_all_are(meeting: Meeting) -> None:
    meeting.given(MODERATION, SetDisplay(Display.UNNAMED_ONLY))
    question = meeting.asked(ULM)
    assert meeting.question(question).words is not None
    desk = meeting.sees_question(question, Stream.DESK)
    assert desk is not None
    assert desk.unnamed


def test_switching_to_names_never_names_earlier_questions(meeting: Meeting) -> None:
    question = meeting.given(ULM, AskQuestion("Wer haftet?", unnamed=True))
    meeting.given(MODERATION, SetDisplay(Display.NAMED))
    meeting.given(MODERATION, ApproveQuestion(question, 1))
    view = meeting.sees_question(question, Stream.DESK)
    assert view is not None
    assert view.author is None


@pytest.mark.parametrize(
    "wish",
    [SetWindow(Window.OPEN), SetDisplay(Display.NAMED_OR_UNNAMED)],
)
def test_setting_what_is_set_is_no_change(meeting: Meeting, wish: SetWindow | SetDisplay) -> None:
    assert meeting.when(MODERATION, wish) == Outcome(no_change=True)


def test_attendees_cannot_change_settings(meeting: Meeting) -> None:
    assert meeting.code(ULM, SetWindow(Window.CLOSED)) is Code.FORBIDDEN
