"""Law *Replay*: the same history gives the same state."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given

from rooms.core import codec, room
from rooms.core.names import Kind, Ref, VoteCast
from rooms.core.people import WordsErased
from rooms.core.room import Change, Room
from tests.laws.acts import Act, acts, lively, play
from tests.rooms.core.vocabulary import Meeting, reasons_of, stored_and_loaded, words_of

Erased = Mapping[Ref, int]
"""By object: after how many changes it was erased for the last time."""


def loaded(change: Change, number: int, erased: Erased) -> Change:
    """A change as the log gives it back; what was erased since is not there."""
    if isinstance(change, VoteCast):
        return change
    row = codec.encode_event(change)
    gone = row.object is not None and number < erased.get(row.object, 0)
    words, reason = (None, "") if gone else (row.words, row.reason)
    return codec.decode_event(row.type, row.version, row.body, words, reason)


def replayed(meeting: Meeting, onto: Room, since: int, erased: Erased) -> Room:
    """First the events, then the votes' rows, as a store gives them."""
    for number, change in enumerate(meeting.changes[since:], since):
        if not isinstance(change, VoteCast):
            room.evolve(onto, loaded(change, number, erased))
    for change in meeting.changes:
        if isinstance(change, VoteCast):
            room.evolve(onto, change)
    return onto


def reasons_erased(meeting: Meeting) -> Erased:
    """Of persons: an erasure in the log does not name them, so their rows have to be blank."""
    return {ref: at for ref, at in all_erased(meeting).items() if ref.kind is Kind.PERSON}


def all_erased(meeting: Meeting) -> Erased:
    return {
        ref: number
        for number, change in enumerate(meeting.changes)
        if isinstance(change, WordsErased)
        for ref in (*change.objects, *(Ref(Kind.PERSON, one) for one in change.persons or ()))
    }


@given(history=acts(40))
def test_stored_history_folds_to_the_same_room(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    assert replayed(meeting, room.empty("plenum"), 0, reasons_erased(meeting)) == meeting.room


@given(history=acts(40))
def test_history_without_erased_words_folds_to_the_same_room(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    assert replayed(meeting, room.empty("plenum"), 0, all_erased(meeting)) == meeting.room


@given(history=acts(40))
def test_room_comes_back_from_its_snapshot(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    assert stored_and_loaded(meeting.room) == meeting.room


@given(history=acts(40))
def test_snapshot_and_later_events_fold_to_the_same_room(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history[:20])
    body, since = codec.encode_room(meeting.room), len(meeting.changes)
    words, reasons = words_of(meeting.room), reasons_of(meeting.room)
    play(meeting, history[20:])
    erased = reasons_erased(meeting)
    kept = {ref: given for ref, given in reasons.items() if since > erased.get(ref, -1)}
    snapshot = codec.decode_room(body, words, kept)
    assert replayed(meeting, snapshot, since, erased) == meeting.room


@given(history=acts(40))
def test_snapshot_wants_the_words_of_all_it_holds(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    wanted = set(codec.words_wanted(codec.encode_room(meeting.room)))
    messages = {Ref(Kind.MESSAGE, message) for message in meeting.room.chat.messages}
    asked = {Ref(Kind.QUESTION, question) for question in meeting.room.questions.questions}
    made = {Ref(Kind.ANNOUNCEMENT, one) for one in meeting.room.announcements.made}
    notes = {Ref(Kind.NOTE, note) for note in meeting.room.backstage.notes}
    assert wanted == messages | asked | made | notes
