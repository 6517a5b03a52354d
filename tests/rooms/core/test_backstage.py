"""Backstage: notes that speakers, moderators and the organiser read, and nobody else."""

from __future__ import annotations

import pytest

from rooms.core.backstage import LONGEST, ConfirmNote, NoteView, SendNote
from rooms.core.names import Code, Kind, Ref, Stream
from rooms.core.people import EraseWords, MutePerson
from rooms.core.room import Outcome
from tests.rooms.core.vocabulary import (
    COLLEAGUE,
    KTS,
    MODERATION,
    SPEAKS,
    ULM,
    Meeting,
    stored_and_loaded,
)

BACKSTAGE = (Stream.STAGE, Stream.DESK)


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def notes(meeting: Meeting, stream: Stream) -> list[NoteView]:
    return [view for view in meeting.sees(stream).values() if isinstance(view, NoteView)]


def test_note_is_read_backstage_and_not_in_the_room(meeting: Meeting) -> None:
    sent = meeting.given(MODERATION, SendNote("Noch fünf Minuten"))
    expected = NoteView(sent, meeting.at, "Noch fünf Minuten", MODERATION.author())
    for stream in BACKSTAGE:
        assert notes(meeting, stream) == [expected]
    assert notes(meeting, Stream.PUB) == []
    assert meeting.seen[-1] == {stream: (Ref(Kind.NOTE, sent),) for stream in BACKSTAGE}


def test_confirmation_says_who_has_read_it_and_when(meeting: Meeting) -> None:
    sent = meeting.given(MODERATION, SendNote("Noch fünf Minuten"))
    meeting.given(SPEAKS, ConfirmNote(sent))
    for stream in BACKSTAGE:
        (note,) = notes(meeting, stream)
        assert (note.confirmed_by, note.confirmed_at) == (SPEAKS.name, meeting.at)
    assert Stream.PUB not in meeting.seen[-1]


def test_first_confirmation_counts(meeting: Meeting) -> None:
    sent = meeting.given(SPEAKS, SendNote("Das Mikrofon geht nicht"))
    meeting.given(MODERATION, ConfirmNote(sent))
    assert meeting.when(COLLEAGUE, ConfirmNote(sent)) == Outcome(object=sent, no_change=True)
    (note,) = notes(meeting, Stream.DESK)
    assert note.confirmed_by == MODERATION.name


def test_nobody_confirms_an_own_note(meeting: Meeting) -> None:
    sent = meeting.given(SPEAKS, SendNote("Das Mikrofon geht nicht"))
    assert meeting.code(SPEAKS, ConfirmNote(sent)) is Code.FORBIDDEN


def test_note_that_is_not_there_cannot_be_confirmed(meeting: Meeting) -> None:
    assert meeting.code(SPEAKS, ConfirmNote("nowhere")) is Code.NOT_FOUND


@pytest.mark.parametrize(("text", "code"), [("", Code.EMPTY), ("x" * (LONGEST + 1), Code.TOO_LONG)])
def test_text_that_cannot_be_read_is_refused(meeting: Meeting, text: str, code: Code) -> None:
    assert meeting.code(SPEAKS, SendNote(text)) is code


def test_participants_have_no_way_backstage(meeting: Meeting) -> None:
    sent = meeting.given(MODERATION, SendNote("Noch fünf Minuten"))
    for wish in (SendNote("Hallo"), ConfirmNote(sent)):
        assert meeting.code(ULM, wish) is Code.FORBIDDEN


def test_muted_speaker_still_reaches_the_moderation(meeting: Meeting) -> None:
    meeting.given(MODERATION, MutePerson(SPEAKS.account))
    assert meeting.given(SPEAKS, SendNote("Warum höre ich nichts?"))


def test_erased_note_keeps_its_place_and_loses_its_words(meeting: Meeting) -> None:
    sent = meeting.given(SPEAKS, SendNote("Das Mikrofon geht nicht"))
    said = meeting.at
    meeting.given(KTS, EraseWords(SPEAKS.account))
    for stream in BACKSTAGE:
        assert notes(meeting, stream) == [NoteView(sent, said)]
    assert meeting.code(MODERATION, ConfirmNote(sent)) is Code.NOT_FOUND


def test_notes_come_back_from_a_snapshot(meeting: Meeting) -> None:
    sent = meeting.given(MODERATION, SendNote("Noch fünf Minuten"))
    meeting.given(SPEAKS, ConfirmNote(sent))
    assert stored_and_loaded(meeting.room) == meeting.room
