"""Bytes in the log: no words in them, a version on them, everything else comes back."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from rooms.core import codec
from rooms.core.chat import MessagePosted, RemoveMessage, SendMessage
from rooms.core.names import Author, Kind, Ref, Words
from rooms.core.people import EraseWords, PersonMuted, WordsErased
from rooms.core.questions import QuestionAsked, QuestionState
from rooms.core.room import RoomEvent
from tests.rooms.core.vocabulary import (
    HOF,
    KTS,
    MODERATION,
    START,
    ULM,
    Meeting,
    stored_and_loaded,
    words_of,
)

WORDS = Words("Guten Morgen", Author("ulm", "Gastgeberin Ulm", "Stadt Ulm"))
POSTED = MessagePosted(at=START, message="m-1", reply_to="m-0", words=WORDS)


def test_words_stand_apart_from_the_body() -> None:
    row = codec.encode_event(POSTED)
    assert row == codec.EventRow(
        type="message.posted",
        version=1,
        body=b'{"at":1648540800000,"message":"m-1","reply_to":"m-0"}',
        words=WORDS,
        object=Ref(Kind.MESSAGE, "m-1"),
    )


def test_event_comes_back_with_its_words_or_without() -> None:
    row = codec.encode_event(POSTED)
    assert codec.decode_event(row.type, row.version, row.body, WORDS) == POSTED
    erased = msgspec.structs.replace(POSTED, words=None)
    assert codec.decode_event(row.type, row.version, row.body, None) == erased


def test_event_names_the_object_it_is_about() -> None:
    asked = QuestionAsked(at=1, question="q-1", state=QuestionState.PENDING, words=WORDS)
    muted = PersonMuted(at=1, account="ulm", until=None, reason="")
    erased = WordsErased(at=1, objects=(Ref(Kind.MESSAGE, "m-1"),))
    assert [codec.encode_event(event).object for event in (asked, muted, erased)] == [
        Ref(Kind.QUESTION, "q-1"),
        Ref(Kind.PERSON, "ulm"),
        None,
    ]


def test_every_kind_of_event_has_a_name_of_its_own() -> None:
    names = [known.__struct_config__.tag for known in get_args(RoomEvent)]
    assert len(set(names)) == len(names)


def test_event_of_a_newer_release_is_refused() -> None:
    for name, version in (("message.sung", 1), ("message.posted", 2), ("message.posted", 0)):
        with pytest.raises(codec.UnknownVersionError):
            codec.decode_event(name, version, b'{"at":1,"message":"m-1"}', None)


def test_snapshot_of_a_newer_release_is_refused() -> None:
    fields = msgspec.json.decode(codec.encode_room(Meeting().room))
    with pytest.raises(codec.UnknownVersionError):
        codec.decode_room(msgspec.json.encode({**fields, "version": 2}), {})


def test_snapshot_holds_no_words_authors_or_votes() -> None:
    meeting = Meeting()
    meeting.given(ULM, SendMessage("Guten Morgen"))
    meeting.asked(HOF, "Wer zahlt?")
    body = codec.encode_room(meeting.room).decode()
    for secret in ("Guten Morgen", "Wer zahlt?", "ulm", "hof", "Gastgeberin"):
        assert secret not in body


def test_room_comes_back_with_all_its_words() -> None:
    meeting = Meeting()
    message = meeting.given(ULM, SendMessage("Guten Morgen"))
    meeting.given(HOF, SendMessage("Ebenso", reply_to=message))
    meeting.given(MODERATION, RemoveMessage(message, "Ton"))
    meeting.on_air(HOF)
    assert stored_and_loaded(meeting.room) == meeting.room


def test_room_whose_words_were_lost_shows_nothing_in_their_place() -> None:
    meeting = Meeting()
    message = meeting.given(ULM, SendMessage("Guten Morgen"))
    question = meeting.published(HOF)
    body = codec.encode_room(meeting.room)
    bare = Meeting(codec.decode_room(body, {}))
    assert bare.sees_message(message).text is None
    assert bare.sees_question(question) is None


def test_erased_words_stay_erased_if_their_rows_are_still_there() -> None:
    meeting = Meeting()
    message = meeting.given(ULM, SendMessage("Guten Morgen"))
    meeting.asked(ULM)
    rows = words_of(meeting.room)
    meeting.given(KTS, EraseWords("ulm"))
    loaded = Meeting(codec.decode_room(codec.encode_room(meeting.room), rows))
    assert loaded.sees_message(message) == meeting.sees_message(message)
    assert loaded.room.questions == meeting.room.questions


def test_snapshot_tells_whose_words_it_wants() -> None:
    meeting = Meeting()
    meeting.given(ULM, SendMessage("Guten Morgen"))
    meeting.asked(HOF)
    assert set(codec.words_wanted(codec.encode_room(meeting.room))) == set(words_of(meeting.room))
