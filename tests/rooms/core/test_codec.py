"""Bytes in the log: no words in them, a version on them, everything else comes back."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from rooms.core import codec
from rooms.core.chat import MessagePosted, MessageRemoved, RemoveMessage, SendMessage
from rooms.core.names import Author, Kind, Ref, Words
from rooms.core.people import EraseWords, MutePerson, PersonMuted, PersonRemoved, WordsErased
from rooms.core.questions import (
    DismissQuestion,
    QuestionAsked,
    QuestionDismissed,
    QuestionState,
)
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
        reason=None,
        object=Ref(Kind.MESSAGE, "m-1"),
    )


def test_event_comes_back_with_its_words_or_without() -> None:
    row = codec.encode_event(POSTED)
    assert codec.decode_event(row.type, row.version, row.body, WORDS) == POSTED
    erased = msgspec.structs.replace(POSTED, words=None)
    assert codec.decode_event(row.type, row.version, row.body, None) == erased


def test_reason_stands_apart_from_the_body() -> None:
    muted = PersonMuted(at=1, by="kts", account="ulm", until=None, reason="beleidigt Hof")
    row = codec.encode_event(muted)
    assert (row.version, row.reason, row.object) == (2, "beleidigt Hof", Ref(Kind.PERSON, "ulm"))
    assert msgspec.json.decode(row.body) == {"at": 1, "by": "kts", "account": "ulm", "until": None}
    assert codec.decode_event(row.type, row.version, row.body, None, row.reason) == muted
    erased = msgspec.structs.replace(muted, reason="")
    for gone in ("", None):
        assert codec.decode_event(row.type, row.version, row.body, None, gone) == erased


REASONED = (
    MessageRemoved(at=1, by="kts", message="m-1", reason="Ton"),
    QuestionDismissed(at=1, by="kts", question="q-1", reason="doppelt", notify=False),
    PersonMuted(at=1, by="kts", account="ulm", until=2, reason="Werbung"),
    PersonRemoved(at=1, by="kts", account="ulm", reason="Störung"),
)


@pytest.mark.parametrize("event", REASONED, ids=lambda event: type(event).__name__)
def test_event_of_version_1_has_its_reason_in_the_body(event: RoomEvent) -> None:
    fields = msgspec.to_builtins(event)
    name = fields.pop("type")
    assert codec.decode_event(name, 1, msgspec.json.encode(fields), None) == event


def test_all_acts_that_say_why_are_known() -> None:
    assert {str(event.__struct_config__.tag) for event in REASONED} == codec.REASONED


def test_snapshot_of_version_1_gives_its_reasons_up() -> None:
    """They stand in the events' rows; an erasure reaches them there only."""
    meeting = Meeting()
    meeting.given(MODERATION, MutePerson("ulm", reason="Werbung"))
    fields = msgspec.json.decode(codec.encode_room(meeting.room))
    fields["sanctions"][0]["reason"] = "Werbung"
    body = msgspec.json.encode({**fields, "version": 1})
    assert codec.decode_room(body, {}).people.sanctions["ulm"].reason == ""
    again = codec.decode_room(body, {}, {Ref(Kind.PERSON, "ulm"): ["Werbung"]})
    assert again == meeting.room


def test_snapshot_of_version_2_has_an_empty_stage() -> None:
    meeting = Meeting()
    meeting.given(ULM, SendMessage("Guten Morgen"))
    fields = msgspec.json.decode(codec.encode_room(meeting.room))
    for later in ("stage", "announcements", "announced", "notes"):
        del fields[later]
    body = msgspec.json.encode({**fields, "version": 2})
    assert codec.decode_room(body, words_of(meeting.room)) == meeting.room


def test_erasure_tells_the_log_nothing_about_the_person() -> None:
    erased = WordsErased(at=1, objects=(Ref(Kind.QUESTION, "q-1"),), persons=("wallrabe",))
    row = codec.encode_event(erased)
    assert b"wallrabe" not in row.body
    loaded = codec.decode_event(row.type, row.version, row.body, None)
    assert loaded == msgspec.structs.replace(erased, persons=None)


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
        codec.decode_room(msgspec.json.encode({**fields, "version": fields["version"] + 1}), {})


def test_snapshot_holds_no_words_authors_votes_or_reasons() -> None:
    meeting = Meeting()
    message = meeting.given(ULM, SendMessage("Guten Morgen"))
    question = meeting.asked(HOF, "Wer zahlt?")
    meeting.given(MODERATION, RemoveMessage(message, "Werbung"))
    meeting.given(MODERATION, DismissQuestion(question, 1, "doppelt"))
    meeting.given(MODERATION, MutePerson("jena", reason="Lärm"))
    body = codec.encode_room(meeting.room).decode()
    for secret in ("Guten Morgen", "Wer zahlt?", "ulm", "hof", "Gastgeberin"):
        assert secret not in body
    for reason in ("Werbung", "doppelt", "Lärm"):
        assert reason not in body
    assert set(codec.reasons_wanted(body.encode())) == {
        Ref(Kind.MESSAGE, message),
        Ref(Kind.QUESTION, question),
        Ref(Kind.PERSON, "jena"),
    }


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
