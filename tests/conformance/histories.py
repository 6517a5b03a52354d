"""The histories that every reducer must fold alike.  Each function tells one, by its name."""

from __future__ import annotations

import random
from collections.abc import Callable

from rooms.core.chat import DeleteMessage, RemoveMessage, RestoreMessage, SendMessage
from rooms.core.people import (
    EraseWords,
    MutePerson,
    ReadmitPerson,
    RemovePerson,
    UnmutePerson,
)
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    Display,
    MarkAnswered,
    Moderation,
    NextQuestion,
    PutOnAir,
    RestoreQuestion,
    SetDisplay,
    SetModeration,
    SetWindow,
    TakeOffAir,
    VoteQuestion,
    Window,
    WithdrawQuestion,
)
from tests.conformance import on_stage
from tests.conformance.recording import Recording
from tests.laws.acts import lively, play
from tests.rooms.core.vocabulary import (
    COLLEAGUE,
    HOF,
    JENA,
    KTS,
    MODERATION,
    SPEAKS,
    ULM,
)

RANDOM = 14


def empty_room(r: Recording) -> None:
    r.join()
    r.tick()


def message_after_joining(r: Recording) -> None:
    r.join()
    r.meeting.given(ULM, SendMessage("Guten Morgen 👋"))
    r.tick()


def message_before_joining(r: Recording) -> None:
    r.meeting.given(ULM, SendMessage("Guten Morgen"))
    r.join()


def reply_quotes(r: Recording) -> None:
    message = r.meeting.given(ULM, SendMessage("Die Folien kommen nach der Pause. " * 6))
    r.join()
    r.meeting.given(HOF, SendMessage("Danke", reply_to=message))
    r.tick()


def removed_message_loses_its_text_also_in_quotes(r: Recording) -> None:
    message = r.meeting.given(HOF, SendMessage("Unfreundlich"))
    r.meeting.given(ULM, SendMessage("Bitte nicht", reply_to=message))
    r.join()
    r.meeting.given(MODERATION, RemoveMessage(message, "Ton"))
    r.tick()


def removed_message_comes_back_at_its_place(r: Recording) -> None:
    message = r.meeting.given(HOF, SendMessage("Eins"))
    r.meeting.given(ULM, SendMessage("Zwei"))
    r.join()
    r.meeting.given(MODERATION, RemoveMessage(message))
    r.tick()
    r.meeting.given(MODERATION, RestoreMessage(message))
    r.tick()


def removed_and_restored_within_one_frame(r: Recording) -> None:
    message = r.meeting.given(HOF, SendMessage("Eins"))
    r.join()
    r.meeting.given(MODERATION, RemoveMessage(message))
    r.meeting.given(MODERATION, RestoreMessage(message))
    r.tick()


def own_message_deleted(r: Recording) -> None:
    r.join()
    message = r.meeting.given(ULM, SendMessage("Vertippt"))
    r.tick()
    r.meeting.given(ULM, DeleteMessage(message))
    r.tick()


def only_the_newest_fifty_are_in_the_snapshot(r: Recording) -> None:
    for number in range(60):
        r.meeting.given(ULM, SendMessage(f"Nachricht {number}"))
    r.join()
    r.meeting.given(HOF, SendMessage("Neu"))
    r.tick()


def change_before_the_window_is_passed_over(r: Recording) -> None:
    first = r.meeting.given(ULM, SendMessage("Die erste"))
    for number in range(55):
        r.meeting.given(HOF, SendMessage(f"Nachricht {number}"))
    r.join()
    r.meeting.given(MODERATION, RemoveMessage(first))
    r.meeting.given(HOF, SendMessage("Neu"))
    r.tick()


def question_waits_then_is_approved(r: Recording) -> None:
    r.join()
    question = r.meeting.asked(ULM)
    r.tick()
    r.meeting.given(MODERATION, ApproveQuestion(question, 1))
    r.tick()


def question_without_a_name(r: Recording) -> None:
    r.join()
    question = r.meeting.given(ULM, AskQuestion("Wer haftet?", unnamed=True, session="s-1"))
    r.meeting.given(MODERATION, ApproveQuestion(question, 1))
    r.tick()


def question_dismissed_unseen_with_reason(r: Recording) -> None:
    r.join()
    question = r.meeting.asked(ULM)
    r.meeting.given(MODERATION, DismissQuestion(question, 1, "Schon beantwortet"))
    r.tick()


def question_dismissed_without_telling_why(r: Recording) -> None:
    r.join()
    question = r.meeting.asked(ULM)
    r.tick()
    r.meeting.given(MODERATION, DismissQuestion(question, 1, "Werbung", notify=False))
    r.tick()


def question_dismissed_while_on_air(r: Recording) -> None:
    question = r.meeting.on_air(HOF)
    r.join()
    revision = r.meeting.revision(question)
    r.meeting.given(MODERATION, DismissQuestion(question, revision, "Irrtum"))
    r.tick()


def question_dismissed_and_restored(r: Recording) -> None:
    question = r.meeting.published(ULM)
    r.join()
    r.meeting.given(MODERATION, DismissQuestion(question, 2, "Irrtum"))
    r.tick()
    r.meeting.given(COLLEAGUE, RestoreQuestion(question, 3))
    r.meeting.given(MODERATION, ApproveQuestion(question, 4))
    r.tick()


def own_question_withdrawn(r: Recording) -> None:
    question = r.meeting.published(ULM)
    r.join()
    r.meeting.given(ULM, WithdrawQuestion(question, 2))
    r.tick()


def question_answered_live(r: Recording) -> None:
    question = r.meeting.on_air(ULM)
    r.meeting.given(HOF, VoteQuestion(question, True))
    r.join()
    r.meeting.given(SPEAKS, MarkAnswered(question, 3))
    r.tick()


def question_taken_off_air(r: Recording) -> None:
    question = r.meeting.on_air(ULM)
    r.join()
    r.meeting.given(SPEAKS, TakeOffAir(question, 3))
    r.tick()


def next_question(r: Recording) -> None:
    one, two = r.meeting.on_air(ULM, "Eins?"), r.meeting.published(HOF, "Zwei?")
    r.join()
    r.meeting.given(MODERATION, NextQuestion(two, 2, leaving=one))
    r.tick()


def another_question_put_on_air(r: Recording) -> None:
    r.meeting.on_air(ULM, "Eins?")
    two = r.meeting.published(HOF, "Zwei?")
    r.join()
    r.meeting.given(SPEAKS, PutOnAir(two, 2))
    r.tick()


def votes_move_scores_and_me(r: Recording) -> None:
    question = r.meeting.published(JENA)
    r.join()
    r.meeting.given(ULM, VoteQuestion(question, True))
    r.meeting.given(HOF, VoteQuestion(question, True))
    r.tick()
    r.meeting.given(ULM, VoteQuestion(question, False))
    r.tick()


def settings_change(r: Recording) -> None:
    r.join()
    r.meeting.given(MODERATION, SetWindow(Window.VOTE_ONLY))
    r.meeting.given(MODERATION, SetModeration(Moderation.POST))
    r.meeting.given(MODERATION, SetDisplay(Display.UNNAMED_ONLY))
    r.tick()


def published_at_once_under_post_moderation(r: Recording) -> None:
    r.meeting.given(MODERATION, SetModeration(Moderation.POST))
    r.join()
    r.meeting.asked(ULM)
    r.tick()


def person_muted_and_unmuted(r: Recording) -> None:
    r.join()
    r.meeting.given(MODERATION, MutePerson("ulm", 5, "Ton"))
    r.tick()
    r.meeting.given(MODERATION, UnmutePerson("ulm"))
    r.meeting.given(MODERATION, MutePerson("hof"))
    r.tick()


def person_removed_and_readmitted(r: Recording) -> None:
    r.join()
    r.meeting.given(MODERATION, RemovePerson("hof", "Störung"))
    r.tick()
    r.meeting.given(MODERATION, ReadmitPerson("hof"))
    r.tick()


def words_erased(r: Recording) -> None:
    message = r.meeting.given(ULM, SendMessage("Mein Wort"))
    r.meeting.given(HOF, SendMessage("Dazu", reply_to=message))
    r.meeting.on_air(ULM)
    r.join()
    r.meeting.given(KTS, EraseWords("ulm"))
    r.tick()


def resumed_with_numbers_already_seen(r: Recording) -> None:
    r.join()
    message = r.meeting.given(HOF, SendMessage("Eins"))
    r.tick()
    r.meeting.given(ULM, SendMessage("Zwei"))
    r.meeting.given(MODERATION, RemoveMessage(message))
    r.resume(overlap=1)


def reset_after_a_long_absence(r: Recording) -> None:
    r.join()
    r.meeting.given(HOF, SendMessage("Eins"))
    r.meeting.published(ULM)
    r.join(reset=True)
    r.meeting.given(HOF, SendMessage("Zwei"))
    r.tick()


def outdated_gauge_is_passed_over(r: Recording) -> None:
    r.join()
    r.people_present(60, 5)
    r.people_present(40, 4)


NAMED: tuple[Callable[[Recording], None], ...] = (
    empty_room,
    message_after_joining,
    message_before_joining,
    reply_quotes,
    removed_message_loses_its_text_also_in_quotes,
    removed_message_comes_back_at_its_place,
    removed_and_restored_within_one_frame,
    own_message_deleted,
    only_the_newest_fifty_are_in_the_snapshot,
    change_before_the_window_is_passed_over,
    question_waits_then_is_approved,
    question_without_a_name,
    question_dismissed_unseen_with_reason,
    question_dismissed_without_telling_why,
    question_dismissed_while_on_air,
    question_dismissed_and_restored,
    own_question_withdrawn,
    question_answered_live,
    question_taken_off_air,
    next_question,
    another_question_put_on_air,
    votes_move_scores_and_me,
    settings_change,
    published_at_once_under_post_moderation,
    person_muted_and_unmuted,
    person_removed_and_readmitted,
    words_erased,
    *on_stage.NAMED,
    resumed_with_numbers_already_seen,
    reset_after_a_long_absence,
    outdated_gauge_is_passed_over,
)


def at_random(seed: int) -> Recording:
    """Anything that happens in a room, with snapshots, absences and ticks of any length."""
    chance = random.Random(seed)
    r = Recording(lively())
    r.join()
    for _ in range(18):
        play(r.meeting, [chance.randbytes(6) for _ in range(chance.randint(1, 3))])
        match chance.randrange(8):
            case 0:
                r.resume(overlap=chance.randint(0, 4))
            case 1:
                r.join(reset=True)
            case 2 | 3:
                pass
            case _:
                r.tick()
    r.tick()
    return r


def recordings() -> dict[str, Recording]:
    """Every history by its name."""
    made = {}
    for tell in NAMED:
        made[tell.__name__] = Recording()
        tell(made[tell.__name__])
    return made | {f"random_{seed:02}": at_random(seed) for seed in range(RANDOM)}
