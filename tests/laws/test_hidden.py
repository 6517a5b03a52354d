"""Law *Hidden means not there*: for whoever may not see an object, it does not exist (X12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from hypothesis import given

from rooms.core import questions, room, sight
from rooms.core.chat import DeleteMessage, RemoveMessage, RestoreMessage, SendMessage
from rooms.core.names import Ids, Kind, ObjectId, Person, Ref, Stream
from rooms.core.questions import Question
from rooms.core.room import RoomCommand, View
from tests.laws.acts import Act, acts, lively, play
from tests.rooms.core.vocabulary import EVERYBODY, HOF, JENA, STREAMS, ULM, Meeting

NAMING: tuple[Callable[[ObjectId, int], RoomCommand], ...] = (
    questions.WithdrawQuestion,
    questions.ApproveQuestion,
    questions.RestoreQuestion,
    questions.PutOnAir,
    questions.TakeOffAir,
    questions.MarkAnswered,
    questions.NextQuestion,
    lambda question, revision: questions.DismissQuestion(question, revision, "doppelt"),
    lambda question, _: questions.VoteQuestion(question, True),
    lambda question, _: questions.VoteQuestion(question, False),
    lambda question, _: SendMessage("Dazu", reply_to=question),
    lambda question, _: DeleteMessage(question),
    lambda question, _: RemoveMessage(question),
    lambda question, _: RestoreMessage(question),
)


def hidden_from(meeting: Meeting, person: Person) -> list[Question]:
    """Questions this person neither reads nor asked."""
    asked = meeting.room.questions.questions.values()
    own = meeting.room.questions.asked.get(person.account, ())
    seen = meeting.sees(person.stream)
    return [q for q in asked if Ref(Kind.QUESTION, q.id) not in seen and q.id not in own]


def as_sent(views: Mapping[Ref, View]) -> str:
    return msgspec.json.encode(list(views.values())).decode()


@given(history=acts(40))
def test_hidden_question_is_refused_like_one_that_never_was(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    for person in EVERYBODY:
        for question in hidden_from(meeting, person):
            for command in NAMING:
                for revision in (question.revision, question.revision - 1):
                    there, nowhere = (
                        room.decide(meeting.room, named, person, meeting.at, Ids("new"))
                        for named in (
                            command(question.id, revision),
                            command("never-was", revision),
                        )
                    )
                    assert there == nowhere


@given(history=acts(40))
def test_streams_and_gauges_hold_nothing_of_a_hidden_question(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    for stream in STREAMS:
        shown = meeting.sees(stream)
        sent = as_sent(shown)
        for question in meeting.room.questions.questions.values():
            if Ref(Kind.QUESTION, question.id) not in shown:
                assert f'"{question.id}"' not in sent
        waiting = next(iter(meeting.room.questions.asked.get(HOF.account, ())), "")
        if Ref(Kind.QUESTION, waiting) not in shown:
            assert "Wer haftet?" not in sent
    gauged = set(questions.scores(meeting.room.questions))
    pub = {ref.id for ref in meeting.sees(Stream.PUB) if ref.kind is Kind.QUESTION}
    assert gauged == pub


@given(history=acts(40))
def test_changes_of_hidden_objects_have_no_number(history: list[Act]) -> None:
    """Every number of a stream is about something that its readers saw before or see now."""
    meeting = lively()
    for act in history:
        was = {stream: meeting.sees(stream) for stream in STREAMS}
        sent = len(meeting.seen)
        play(meeting, [act])
        for seen in meeting.seen[sent:]:
            for stream, refs in seen.items():
                assert set(refs) <= was[stream].keys() | meeting.sees(stream).keys()


@given(history=acts(40))
def test_removed_and_deleted_words_are_in_no_public_view(history: list[Act]) -> None:
    """Also not in the quote of a reply."""
    meeting = lively()
    secret = meeting.given(ULM, SendMessage("Geheimes Wort"))
    meeting.given(HOF, SendMessage("Antwort", reply_to=secret))
    play(meeting, history)
    message = meeting.room.chat.messages[secret]
    for stream in (Stream.PUB, Stream.STAGE):
        shown = "Geheimes Wort" in as_sent(meeting.sees(stream))
        assert shown == (message.state == "visible")


@given(history=acts(40))
def test_nobody_reads_who_asked_without_a_name(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    for question in meeting.room.questions.questions.values():
        if question.words is None or not question.words.author.unnamed:
            continue
        for stream in STREAMS:
            view = sight.view(meeting.room, Ref(Kind.QUESTION, question.id), stream)
            sent = msgspec.json.encode(view).decode()
            for person in (ULM, HOF, JENA):
                assert not any(
                    f'"{fact}"' in sent
                    for fact in (person.account, person.name, person.organisation)
                )


@given(history=acts(40))
def test_me_is_about_its_account_alone(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    asked = meeting.room.questions.questions
    for person in EVERYBODY:
        for item in meeting.mine(person):
            match item:
                case room.OwnQuestion():
                    words = asked[item.id].words
                    assert words is not None
                    assert words.author.account == person.account
                case room.OwnSanction():
                    assert item.id == person.account
                case room.OwnVote():
                    voted = person.account in meeting.room.questions.votes[item.id]
                    assert item.value == voted
