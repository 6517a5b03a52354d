"""Questions under moderation and on the stage: every transition of B2.3 that is built, and every
refusal; two moderators at once (B2.4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rooms.core.names import Author, Code, Kind, ObjectId, Ref, Refusal, Stream
from rooms.core.people import EraseWords
from rooms.core.questions import (
    ApproveQuestion,
    DismissQuestion,
    MarkAnswered,
    Moderation,
    NextQuestion,
    PutOnAir,
    QuestionState,
    QuestionView,
    RestoreQuestion,
    SetModeration,
    TakeOffAir,
    VoteQuestion,
    WithdrawQuestion,
)
from rooms.core.room import ROOM_REF, Outcome, OwnQuestion, RoomCommand, RoomView
from tests.rooms.core.vocabulary import (
    COLLEAGUE,
    HOF,
    JENA,
    KTS,
    MODERATION,
    SPEAKS,
    STREAMS,
    ULM,
    Meeting,
)

PENDING, PUBLISHED, ON_AIR, ANSWERED, DISMISSED, WITHDRAWN, ERASED = QuestionState


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def question_in(meeting: Meeting, state: QuestionState) -> ObjectId:
    """A question of Ulm, brought into a state by commands."""
    question = meeting.asked(ULM)
    steps: dict[QuestionState, tuple[RoomCommand, ...]] = {
        PENDING: (),
        PUBLISHED: (ApproveQuestion(question, 1),),
        ON_AIR: (ApproveQuestion(question, 1), PutOnAir(question, 2)),
        ANSWERED: (
            ApproveQuestion(question, 1),
            PutOnAir(question, 2),
            MarkAnswered(question, 3),
        ),
        DISMISSED: (DismissQuestion(question, 1, "doppelt"),),
        WITHDRAWN: (WithdrawQuestion(question, 1),),
        ERASED: (EraseWords(ULM.account),),
    }
    for step in steps[state]:
        meeting.given(ULM if isinstance(step, WithdrawQuestion) else KTS, step)
    assert meeting.question(question).state is state
    return question


def dismiss(question: ObjectId, revision: int) -> DismissQuestion:
    return DismissQuestion(question, revision, "doppelt")


Wish = Callable[[ObjectId, int], RoomCommand]
WISHES: dict[str, Wish] = {
    "approve": ApproveQuestion,
    "dismiss": dismiss,
    "restore": RestoreQuestion,
    "withdraw": WithdrawQuestion,
    "on air": PutOnAir,
    "off air": TakeOffAir,
    "answered": MarkAnswered,
    "next": NextQuestion,
}
DONE: dict[tuple[QuestionState, str], QuestionState] = {
    (PENDING, "approve"): PUBLISHED,
    (PENDING, "dismiss"): DISMISSED,
    (PENDING, "withdraw"): WITHDRAWN,
    (PUBLISHED, "dismiss"): DISMISSED,
    (PUBLISHED, "withdraw"): WITHDRAWN,
    (PUBLISHED, "on air"): ON_AIR,
    (PUBLISHED, "next"): ON_AIR,
    (ON_AIR, "dismiss"): DISMISSED,
    (ON_AIR, "off air"): PUBLISHED,
    (ON_AIR, "answered"): ANSWERED,
    (DISMISSED, "restore"): PENDING,
}
ALREADY = {
    (PENDING, "restore"),
    (PUBLISHED, "approve"),
    (PUBLISHED, "off air"),
    (ON_AIR, "on air"),
    (ON_AIR, "next"),
    (ANSWERED, "answered"),
    (DISMISSED, "dismiss"),
    (WITHDRAWN, "withdraw"),
}


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("state", QuestionState)
def test_transitions_of_a_question(meeting: Meeting, state: QuestionState, wish: str) -> None:
    """The whole table: done, no change, or refused with the state and revision that stand."""
    question = question_in(meeting, state)
    revision = meeting.revision(question)
    by = ULM if wish == "withdraw" else KTS
    outcome = meeting.when(by, WISHES[wish](question, revision))
    if state is ERASED:
        assert outcome == Refusal(Code.NOT_FOUND)
    elif (state, wish) in DONE:
        assert isinstance(outcome, Outcome)
        assert (outcome.object, outcome.revision) == (question, revision + 1)
        assert meeting.question(question).state is DONE[state, wish]
        assert meeting.revision(question) == revision + 1
    elif (state, wish) in ALREADY:
        assert outcome == Outcome(object=question, no_change=True, revision=revision)
    else:
        assert outcome == Refusal(
            Code.ILLEGAL_TRANSITION, state=state, revision=revision, of=question
        )


@pytest.mark.parametrize("wish", WISHES)
def test_question_that_never_was_is_not_found(meeting: Meeting, wish: str) -> None:
    assert meeting.refuses(KTS, WISHES[wish]("never-was", 1)) == Refusal(Code.NOT_FOUND)


@pytest.mark.parametrize("wish", [wish for wish in WISHES if wish != "withdraw"])
def test_attendees_cannot_moderate(meeting: Meeting, wish: str) -> None:
    """T-Q8."""
    question = question_in(meeting, PENDING)
    for named in (question, "never-was"):
        assert meeting.refuses(HOF, WISHES[wish](named, 1)) == Refusal(Code.FORBIDDEN)


def test_approve_and_dismiss_at_once_is_a_conflict_naming_the_first(meeting: Meeting) -> None:
    """T-Q4."""
    question = meeting.asked()
    meeting.given(MODERATION, ApproveQuestion(question, 1))
    approved_at = meeting.at
    assert meeting.refuses(COLLEAGUE, dismiss(question, 1)) == Refusal(
        Code.CONFLICT,
        of=question,
        state=PUBLISHED,
        revision=2,
        by="Moderation",
        at=approved_at,
    )
    assert meeting.question(question).state is PUBLISHED


def test_approve_twice_at_once_is_no_change(meeting: Meeting) -> None:
    """T-Q4: the second wish is fulfilled already."""
    question = meeting.asked()
    meeting.given(MODERATION, ApproveQuestion(question, 1))
    outcome = meeting.when(COLLEAGUE, ApproveQuestion(question, 1))
    assert outcome == Outcome(object=question, no_change=True, revision=2)


def test_conflict_does_not_tell_others_than_the_desk_who_was_first(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    meeting.given(MODERATION, PutOnAir(question, 2))
    for by, wish in ((ULM, WithdrawQuestion(question, 2)), (SPEAKS, MarkAnswered(question, 2))):
        refusal = meeting.refuses(by, wish)
        assert (refusal.code, refusal.by) == (Code.CONFLICT, None)


def test_conflict_with_an_author_names_nobody(meeting: Meeting) -> None:
    question = meeting.asked(ULM)
    meeting.given(ULM, WithdrawQuestion(question, 1))
    refusal = meeting.refuses(MODERATION, ApproveQuestion(question, 1))
    assert (refusal.code, refusal.state, refusal.by) == (Code.CONFLICT, WITHDRAWN, None)


def test_two_questions_put_on_air_at_once_leave_the_second_there(meeting: Meeting) -> None:
    """T-Q5: the first returns to the list."""
    one, two = meeting.published(ULM, "Eins?"), meeting.published(HOF, "Zwei?")
    meeting.given(MODERATION, PutOnAir(one, 2))
    meeting.given(COLLEAGUE, PutOnAir(two, 2))
    assert [meeting.question(q).state for q in (one, two)] == [PUBLISHED, ON_AIR]
    refs = (Ref(Kind.QUESTION, two), Ref(Kind.QUESTION, one), ROOM_REF)
    assert meeting.seen[-1] == dict.fromkeys(STREAMS, refs)
    settings = meeting.sees(Stream.PUB)[ROOM_REF]
    assert isinstance(settings, RoomView)
    assert settings.on_air == two


def test_next_answers_one_and_puts_the_other_on_air_in_one_act(meeting: Meeting) -> None:
    one, two = meeting.on_air(ULM, "Eins?"), meeting.published(HOF, "Zwei?")
    meeting.given(JENA, VoteQuestion(one, True))
    meeting.given(SPEAKS, NextQuestion(two, 2, leaving=one))
    assert [meeting.question(q).state for q in (one, two)] == [ANSWERED, ON_AIR]
    assert meeting.question(one).final_score == 1
    assert meeting.question(one).answered_at == meeting.at


def test_next_with_nothing_on_air_puts_the_question_there(meeting: Meeting) -> None:
    question = meeting.published()
    meeting.given(MODERATION, NextQuestion(question, 2))
    assert meeting.question(question).state is ON_AIR


def test_next_pressed_by_two_skips_no_question(meeting: Meeting) -> None:
    """T-Q5: the second sees another question on air than the one they wanted to leave."""
    one, two, three = (
        meeting.on_air(ULM, "Eins?"),
        meeting.published(HOF, "Zwei?"),
        meeting.published(JENA, "Drei?"),
    )
    meeting.given(MODERATION, NextQuestion(two, 2, leaving=one))
    refusal = meeting.refuses(COLLEAGUE, NextQuestion(three, 2, leaving=one))
    assert (refusal.code, refusal.of, refusal.by) == (Code.CONFLICT, two, "Moderation")
    assert meeting.question(two).state is ON_AIR


def test_dismissed_question_is_gone_from_the_screen_and_for_late_joiners(meeting: Meeting) -> None:
    """T-Q7: the big screen reads ``pub``."""
    question = meeting.on_air()
    meeting.given(MODERATION, DismissQuestion(question, 3, "Irrtum"))
    assert meeting.seen[-1] == dict.fromkeys(STREAMS, (Ref(Kind.QUESTION, question), ROOM_REF))
    for stream in (Stream.PUB, Stream.STAGE):
        assert Ref(Kind.QUESTION, question) not in meeting.sees(stream)
    desk = meeting.sees_question(question, Stream.DESK)
    assert desk is not None
    assert (desk.state, desk.reason, desk.last_name) == (DISMISSED, "Irrtum", "Moderation")
    assert meeting.room.questions.on_air is None


def test_dismissal_needs_a_reason(meeting: Meeting) -> None:
    question = meeting.asked()
    assert meeting.code(MODERATION, DismissQuestion(question, 1, " ")) is Code.EMPTY
    longest = DismissQuestion(question, 1, "x" * 501)
    assert meeting.refuses(MODERATION, longest) == Refusal(Code.TOO_LONG, limit=500)


def test_author_is_told_why_unless_the_moderation_says_not_to(meeting: Meeting) -> None:
    told, untold = meeting.asked(ULM, "Eins?"), meeting.asked(ULM, "Zwei?")
    meeting.given(MODERATION, DismissQuestion(told, 1, "doppelt"))
    meeting.given(MODERATION, DismissQuestion(untold, 1, "Werbung", notify=False))
    fates = [item for item in meeting.mine(ULM) if isinstance(item, OwnQuestion)]
    assert [(fate.state, fate.reason) for fate in fates] == [
        (DISMISSED, "doppelt"),
        (DISMISSED, None),
    ]


def test_speaker_cannot_put_on_air_what_they_do_not_see(meeting: Meeting) -> None:
    question = question_in(meeting, PENDING)
    assert meeting.refuses(SPEAKS, PutOnAir(question, 1)) == Refusal(Code.NOT_FOUND)


def test_withdrawing_somebody_elses_question_is_forbidden_or_unknown(meeting: Meeting) -> None:
    """T-Q8: forbidden for what one sees, not found for what one does not."""
    hidden, seen = meeting.asked(ULM, "Eins?"), meeting.published(ULM, "Zwei?")
    assert meeting.code(HOF, WithdrawQuestion(seen, 2)) is Code.FORBIDDEN
    assert meeting.code(HOF, WithdrawQuestion(hidden, 1)) is Code.NOT_FOUND


def test_author_withdraws_what_still_waits(meeting: Meeting) -> None:
    question = meeting.asked(ULM)
    meeting.given(ULM, WithdrawQuestion(question, 1))
    assert [meeting.sees_question(question, stream) for stream in (Stream.PUB, Stream.STAGE)] == [
        None,
        None,
    ]
    desk = meeting.sees_question(question, Stream.DESK)
    assert desk is not None
    assert (desk.state, desk.last_by) == (WITHDRAWN, None)


def test_published_question_shows_number_author_and_times(meeting: Meeting) -> None:
    question = meeting.asked(ULM, "Wer pflegt die Daten?")
    asked_at = meeting.at
    meeting.given(MODERATION, ApproveQuestion(question, 1))
    assert meeting.sees_question(question) == QuestionView(
        id=question,
        at=asked_at,
        state=PUBLISHED,
        revision=2,
        text="Wer pflegt die Daten?",
        author=Author("ulm", "Gastgeberin Ulm", "Stadt Ulm"),
        number=1,
        published_at=meeting.at,
    )


def test_number_is_given_at_first_publication_and_kept(meeting: Meeting) -> None:
    """Gaps would reveal what was held back."""
    first, second, third = (meeting.asked(by, "Wer?") for by in (ULM, HOF, JENA))
    meeting.given(MODERATION, ApproveQuestion(third, 1))
    meeting.given(MODERATION, dismiss(first, 1))
    meeting.given(MODERATION, ApproveQuestion(second, 1))
    meeting.given(MODERATION, dismiss(third, 2))
    meeting.given(MODERATION, RestoreQuestion(third, 3))
    meeting.given(MODERATION, ApproveQuestion(third, 4))
    assert [meeting.question(q).number for q in (first, second, third)] == [None, 2, 1]


def test_switch_to_post_moderation_publishes_nothing_that_waits(meeting: Meeting) -> None:
    """T-Q14."""
    waiting = meeting.asked(ULM)
    meeting.given(MODERATION, SetModeration(Moderation.POST))
    assert meeting.question(waiting).state is PENDING
    later = meeting.asked(HOF, "Und wer zahlt?")
    assert meeting.question(later).state is PUBLISHED
    assert meeting.sees_question(later) is not None
    meeting.given(MODERATION, SetModeration(Moderation.PRE))
    assert meeting.question(later).state is PUBLISHED
