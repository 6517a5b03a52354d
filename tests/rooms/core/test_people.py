"""Sanctions and erasure: who is muted or sent out, how long, and what is left of their words."""

from __future__ import annotations

import pytest

from rooms.core import room
from rooms.core.chat import KEEP, DeleteMessage, MessageState, Quote, SendMessage
from rooms.core.names import Code, Ids, Kind, Ref, Refusal, Stream
from rooms.core.people import (
    LONGEST_MUTE,
    EraseWords,
    MutePerson,
    PersonView,
    ReadmitPerson,
    RemovePerson,
    UnmutePerson,
    WordsErased,
)
from rooms.core.questions import AskQuestion, QuestionState, VoteQuestion
from rooms.core.room import ROOM_REF, Outcome, OwnSanction
from tests.rooms.core.vocabulary import (
    COLLEAGUE,
    HOF,
    JENA,
    KTS,
    MINUTE,
    MODERATION,
    NOBODY,
    STREAMS,
    ULM,
    Meeting,
)


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def test_muted_person_cannot_write_and_is_told_until_when(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("ulm", 5, "Ton"))
    until = meeting.at + 5 * MINUTE
    for wish in (SendMessage("Hallo"), AskQuestion("Warum?")):
        assert meeting.refuses(ULM, wish) == Refusal(Code.MUTED, until=until)
    assert meeting.mine(ULM) == (OwnSanction("ulm", 1, True, until, False, "Ton"),)


def test_mute_ends_by_itself_at_its_end(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("ulm", 5))
    assert meeting.code(ULM, SendMessage("Hallo"), after=5 * MINUTE - 1) is Code.MUTED
    meeting.given(ULM, SendMessage("Hallo"), after=1)


def test_mute_without_end_lasts_until_it_is_ended(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("ulm"))
    refusal = meeting.refuses(ULM, SendMessage("Hallo"), after=10**12)
    assert refusal == Refusal(Code.MUTED)
    meeting.given(COLLEAGUE, UnmutePerson("ulm"))
    meeting.given(ULM, SendMessage("Hallo"))


def test_muted_person_reads_votes_and_deletes_own_words(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("Hallo"))
    question = meeting.published(HOF)
    meeting.given(MODERATION, MutePerson("ulm"))
    meeting.given(ULM, VoteQuestion(question, True))
    meeting.given(ULM, DeleteMessage(message))


@pytest.mark.parametrize("minutes", [0, -1, LONGEST_MUTE + 1])
def test_impossible_length_of_a_mute_is_refused(meeting: Meeting, minutes: int) -> None:
    refusal = meeting.refuses(MODERATION, MutePerson("ulm", minutes))
    assert refusal == Refusal(Code.MALFORMED, limit=LONGEST_MUTE)


def test_removed_person_can_do_nothing_until_readmitted(meeting: Meeting) -> None:
    question = meeting.published(HOF)
    meeting.given(MODERATION, RemovePerson("ulm", "Störung"))
    for wish in (SendMessage("Hallo"), VoteQuestion(question, True)):
        assert meeting.refuses(ULM, wish) == Refusal(Code.BANNED)
    meeting.given(MODERATION, ReadmitPerson("ulm"))
    meeting.given(ULM, SendMessage("Hallo"))


def test_only_the_desk_sees_who_is_under_a_sanction(meeting: Meeting) -> None:
    meeting.given(MODERATION, RemovePerson("ulm", "Störung"))
    assert list(meeting.seen[-1]) == [Stream.DESK]
    assert meeting.sees_person("ulm") == PersonView("ulm", removed=True, reason="Störung")
    assert meeting.sees_person("ulm", Stream.STAGE) is None
    meeting.given(MODERATION, ReadmitPerson("ulm"))
    assert meeting.sees_person("ulm") is None


def test_lifted_sanction_is_still_told_to_the_person(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("ulm", reason="Ton"))
    meeting.given(MODERATION, UnmutePerson("ulm"))
    assert meeting.mine(ULM) == (OwnSanction("ulm", 2),)


@pytest.mark.parametrize(
    ("imposed", "lifted"), [(MutePerson, UnmutePerson), (RemovePerson, ReadmitPerson)]
)
def test_sanction_imposed_or_lifted_twice_is_no_change(
    meeting: Meeting,
    imposed: type[MutePerson] | type[RemovePerson],
    lifted: type[UnmutePerson] | type[ReadmitPerson],
) -> None:
    meeting.given(MODERATION, imposed("ulm"))
    assert meeting.when(COLLEAGUE, imposed("ulm")) == Outcome(no_change=True)
    meeting.given(MODERATION, lifted("ulm"))
    assert meeting.when(COLLEAGUE, lifted("ulm")) == Outcome(no_change=True)


def test_moderators_cannot_sanction_each_other(meeting: Meeting) -> None:
    for wish in (MutePerson("colleague", 5), RemovePerson("organiser")):
        assert meeting.refuses(MODERATION, wish) == Refusal(Code.FORBIDDEN)


def test_attendees_cannot_sanction(meeting: Meeting) -> None:
    assert meeting.code(ULM, MutePerson("hof")) is Code.FORBIDDEN
    assert meeting.code(MODERATION, EraseWords("hof")) is Code.FORBIDDEN


def test_account_is_a_name_and_not_a_text(meeting: Meeting) -> None:
    for account in ("", "a b", "x" * 65):
        assert meeting.code(MODERATION, MutePerson(account)) is Code.NOT_FOUND


@pytest.mark.parametrize(
    "wish", [MutePerson, UnmutePerson, RemovePerson, ReadmitPerson, EraseWords]
)
def test_measure_on_an_account_that_does_not_exist_is_not_found(
    meeting: Meeting, wish: type[MutePerson | EraseWords]
) -> None:
    assert meeting.refuses(KTS, wish(NOBODY)) == Refusal(Code.NOT_FOUND)
    assert meeting.room.people.sanctions == {}


def test_whoever_may_not_sanction_learns_not_whether_the_account_exists(meeting: Meeting) -> None:
    for account in (NOBODY, "hof"):
        assert meeting.refuses(ULM, MutePerson(account)) == Refusal(Code.FORBIDDEN)
        assert meeting.refuses(MODERATION, EraseWords(account)) == Refusal(Code.FORBIDDEN)


def test_whoever_was_never_here_can_be_sent_out_before_they_come(meeting: Meeting) -> None:
    meeting.given(MODERATION, RemovePerson("jena", "Störung angekündigt"))
    assert meeting.code(JENA, SendMessage("Guten Tag")) is Code.BANNED


def test_sanction_of_an_account_closed_since_can_be_lifted(meeting: Meeting) -> None:
    meeting.given(MODERATION, RemovePerson("ulm"))
    lifted = room.decide(meeting.room, ReadmitPerson("ulm"), MODERATION, meeting.at, Ids("-"))
    assert isinstance(lifted, Outcome) and len(lifted.changes) == 1


def test_words_of_an_account_closed_since_can_be_erased(meeting: Meeting) -> None:
    said = meeting.given(ULM, SendMessage("Mein Wort"))
    erased = room.decide(meeting.room, EraseWords("ulm"), KTS, meeting.at, Ids("-"))
    assert isinstance(erased, Outcome)
    (event,) = erased.changes
    assert isinstance(event, WordsErased) and event.objects == (Ref(Kind.MESSAGE, said),)


def test_erased_words_are_gone_and_their_places_stay(meeting: Meeting) -> None:
    message = meeting.given(ULM, SendMessage("Mein Wort"))
    reply = meeting.given(HOF, SendMessage("Dazu", reply_to=message))
    question = meeting.on_air(ULM)
    meeting.given(HOF, VoteQuestion(question, True))
    meeting.given(KTS, EraseWords("ulm"))
    refs = {Ref(Kind.MESSAGE, message), Ref(Kind.MESSAGE, reply), Ref(Kind.QUESTION, question)}
    assert {stream: set(seen) for stream, seen in meeting.seen[-1].items()} == dict.fromkeys(
        STREAMS, refs | {ROOM_REF}
    )
    for stream in STREAMS:
        view = meeting.sees_message(message, stream)
        assert (view.state, view.order, view.text) == (MessageState.ERASED, 1, None)
        assert meeting.sees_message(reply, stream).reply_to == Quote(message)
        assert meeting.sees_question(question, stream) is None
    kept = meeting.question(question)
    assert (kept.state, kept.number) == (QuestionState.ERASED, 1)
    assert question not in meeting.room.questions.votes
    assert meeting.room.questions.on_air is None


def test_reasons_of_sanctions_are_erased_and_the_sanctions_stay(meeting: Meeting) -> None:
    meeting.given(ULM, AskQuestion("Wer haftet?", unnamed=True))
    meeting.given(MODERATION, MutePerson("ulm", 5, "Nennt Hof unfähig"))
    until = meeting.at + 5 * MINUTE
    meeting.given(KTS, EraseWords("ulm"))
    assert meeting.sees_person("ulm") == PersonView("ulm", muted=True, muted_until=until)
    assert meeting.mine(ULM) == (OwnSanction("ulm", 1, True, until),)
    assert list(meeting.seen[-1]) == [Stream.DESK]


def test_reason_alone_can_be_erased_and_only_once(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("ulm", reason="Nennt Hof unfähig"))
    meeting.given(MODERATION, UnmutePerson("ulm"))
    meeting.given(KTS, EraseWords("ulm"))
    (event,) = meeting.changes[-1:]
    assert isinstance(event, WordsErased)
    assert (event.objects, event.persons) == ((), ("ulm",))
    assert meeting.when(KTS, EraseWords("ulm")) == Outcome(no_change=True)


def test_reasons_of_others_stay(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson("hof", reason="Werbung"))
    meeting.given(ULM, SendMessage("Mein Wort"))
    meeting.given(KTS, EraseWords("ulm"))
    assert meeting.sees_person("hof") == PersonView("hof", muted=True, reason="Werbung")


def test_recalled_messages_from_before_the_kept_ones_are_erased_too(meeting: Meeting) -> None:
    old = meeting.given(ULM, SendMessage("Altes Wort"))
    stored = meeting.room.chat.messages[old]
    for _ in range(KEEP):
        meeting.given(HOF, SendMessage("x"))
    room.recall(meeting.room, stored)
    meeting.given(KTS, EraseWords("ulm"))
    (event,) = meeting.changes[-1:]
    assert isinstance(event, WordsErased)
    assert event.objects == (Ref(Kind.MESSAGE, old),)
    assert stored.words is None


def test_erasing_one_person_leaves_the_others(meeting: Meeting) -> None:
    meeting.given(ULM, SendMessage("Mein Wort"))
    other = meeting.given(HOF, SendMessage("Anderes Wort"))
    meeting.given(KTS, EraseWords("ulm"))
    assert meeting.sees_message(other).text == "Anderes Wort"


def test_votes_given_by_the_erased_person_stay_counted(meeting: Meeting) -> None:
    """Who voted is told to nobody; the rows go when the session is archived (decision 0040)."""
    question = meeting.published(HOF)
    meeting.given(ULM, VoteQuestion(question, True))
    meeting.given(ULM, SendMessage("Mein Wort"))
    meeting.given(KTS, EraseWords("ulm"))
    assert set(meeting.room.questions.votes[question]) == {"ulm"}


def test_late_row_of_a_vote_on_an_erased_question_is_passed_over(meeting: Meeting) -> None:
    question = meeting.published(ULM)
    meeting.given(HOF, VoteQuestion(question, True))
    vote = meeting.changes[-1]
    meeting.given(KTS, EraseWords("ulm"))
    room.evolve(meeting.room, vote)
    assert question not in meeting.room.questions.votes


def test_erasing_somebody_who_said_nothing_is_no_change(meeting: Meeting) -> None:
    assert meeting.when(KTS, EraseWords("jena")) == Outcome(no_change=True)
    meeting.given(JENA, SendMessage("Doch"))
    meeting.given(KTS, EraseWords("jena"))
    assert meeting.when(KTS, EraseWords("jena")) == Outcome(no_change=True)
