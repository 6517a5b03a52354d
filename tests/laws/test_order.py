"""Laws of order: gapless numbers, one question on air, wishes that can be repeated, erasure."""

from __future__ import annotations

import msgspec
from hypothesis import given

from rooms.core import codec, room, sight
from rooms.core.announcements import SetAnnouncement
from rooms.core.backstage import SendNote
from rooms.core.chat import SendMessage
from rooms.core.names import Ids, Kind, Person, Refusal, VoteCast
from rooms.core.people import EraseWords, WordsErased
from rooms.core.questions import AskQuestion, QuestionState
from rooms.core.room import Mine
from tests.laws.acts import Act, acts, lively, play
from tests.rooms.core.vocabulary import ACCOUNTS, DECKS, EVERYBODY, HOF, KTS, STREAMS, ULM, Meeting

MAKING = SendMessage | AskQuestion | SetAnnouncement | SendNote
"""Each of these wishes for something new."""


@given(history=acts(40))
def test_messages_and_questions_are_numbered_without_gap(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    orders = [message.order for message in meeting.room.chat.messages.values()]
    assert orders == list(range(1, meeting.room.chat.count + 1))
    asked = meeting.room.questions
    numbers = [q.number for q in asked.questions.values() if q.number is not None]
    assert sorted(numbers) == list(range(1, asked.numbered + 1))


@given(history=acts(40))
def test_number_of_a_question_never_changes(history: list[Act]) -> None:
    meeting = lively()
    given_once: dict[str, int] = {}
    for act in history:
        play(meeting, [act])
        for question in meeting.room.questions.questions.values():
            if question.number is not None:
                assert given_once.setdefault(question.id, question.number) == question.number


@given(history=acts(60))
def test_never_two_questions_on_air(history: list[Act]) -> None:
    meeting = lively()
    for act in history:
        play(meeting, [act])
        asked = meeting.room.questions
        on_air = [q.id for q in asked.questions.values() if q.state is QuestionState.ON_AIR]
        assert on_air == ([] if asked.on_air is None else [asked.on_air])


@given(history=acts(40))
def test_revisions_only_rise_and_rise_with_every_change(history: list[Act]) -> None:
    """So that a stale command is recognised, and the newer state of ``me`` wins."""
    meeting = lively()
    for act in history:
        was = msgspec.json.decode(codec.encode_room(meeting.room))["asked"]["questions"]
        play(meeting, [act])
        now = msgspec.json.decode(codec.encode_room(meeting.room))["asked"]["questions"]
        for before, after in zip(was, now, strict=False):
            assert after["revision"] == before["revision"] + (before != after)


@given(history=acts(40))
def test_wish_given_twice_is_no_change(history: list[Act]) -> None:
    """Also with the revision from before the first time: the wanted state is there (X2, B2.4)."""
    meeting = lively()
    for act in history:
        play(meeting, [act])
        by, command, outcome = meeting.told[-1]
        if isinstance(outcome, Refusal) or isinstance(command, MAKING):
            continue
        again = room.decide(
            meeting.room, command, by, meeting.at, Ids("never"), exist=ACCOUNTS, decks=DECKS
        )
        if not banned_oneself(meeting, by):
            assert again == msgspec.structs.replace(outcome, changes=(), no_change=True)


def banned_oneself(meeting: Meeting, by: Person) -> bool:
    sanction = meeting.room.people.sanctions.get(by.account)
    return sanction is not None and sanction.removed


@given(history=acts(40))
def test_refused_commands_and_repeated_ones_leave_no_trace(history: list[Act]) -> None:
    meeting = lively()
    for act in history:
        was = codec.encode_room(meeting.room)
        play(meeting, [act])
        *_, outcome = meeting.told[-1]
        if isinstance(outcome, Refusal) or outcome.no_change:
            assert codec.encode_room(meeting.room) == was


@given(history=acts(40))
def test_erased_words_are_nowhere(history: list[Act]) -> None:
    """Neither in a view of any stream, nor in a stored state; the numbering stays whole."""
    meeting = lively()
    said = meeting.given(ULM, SendMessage("Mein Wort aus Ulm"))
    meeting.given(HOF, SendMessage("Antwort", reply_to=said))
    play(meeting, history)
    meeting.room.people.sanctions.pop(KTS.account, None)
    count, numbered = meeting.room.chat.count, meeting.room.questions.numbered
    meeting.given(KTS, EraseWords(ULM.account))
    shown = [meeting.sees(stream) for stream in STREAMS]
    for views in shown:
        words = [view for ref, view in views.items() if ref.kind is not Kind.PERSON]
        assert_nothing_of_ulm(msgspec.json.encode(words).decode())
    stored = msgspec.json.decode(codec.encode_room(meeting.room))
    del stored["sanctions"]
    assert_nothing_of_ulm(msgspec.json.encode(stored).decode())
    assert not [item for item in meeting.mine(ULM) if isinstance(item, room.OwnQuestion)]
    assert meeting.room.chat.count == count
    assert meeting.room.questions.numbered == numbered


def assert_nothing_of_ulm(text: str) -> None:
    assert "Mein Wort" not in text
    assert f'"{ULM.account}"' not in text
    assert ULM.name not in text
    assert ULM.organisation not in text


@given(history=acts(40))
def test_those_concerned_are_told_what_joining_again_would_tell(history: list[Act]) -> None:
    """``me``: merging what changed gives what a fresh join shows (erasures apart)."""
    meeting = lively()
    known = {person.account: keyed(meeting.mine(person)) for person in EVERYBODY}
    for act in history:
        changes = len(meeting.changes)
        play(meeting, [act])
        for change in meeting.changes[changes:]:
            news = sight.news(meeting.room, change)
            assert sight.concerned(meeting.room, change) == news.keys()
            for account, items in news.items():
                known.setdefault(account, {}).update(keyed(items))
        if any(isinstance(change, WordsErased) for change in meeting.changes[changes:]):
            known = {person.account: keyed(meeting.mine(person)) for person in EVERYBODY}
        for person in EVERYBODY:
            assert known[person.account] == keyed(meeting.mine(person))


def keyed(items: tuple[Mine, ...]) -> dict[tuple[type[Mine], str], Mine]:
    return {(type(item), item.id): item for item in items}


@given(history=acts(40))
def test_votes_are_rows_and_never_events(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    for change, seen in zip(meeting.changes, meeting.seen, strict=True):
        if isinstance(change, VoteCast):
            assert seen == {}
