"""Law *Replay*: the same history gives the same state."""

from __future__ import annotations

from hypothesis import given

from rooms.core import codec, room
from rooms.core.names import Kind, Ref, VoteCast, Words
from rooms.core.people import WordsErased
from rooms.core.room import Change, Room
from tests.laws.acts import Act, acts, lively, play
from tests.rooms.core.vocabulary import Meeting, stored_and_loaded


def loaded(change: Change, erased: frozenset[Ref]) -> Change:
    """A change as the log gives it back; words that were erased since are not there."""
    if isinstance(change, VoteCast):
        return change
    row = codec.encode_event(change)
    return codec.decode_event(row.type, row.version, row.body, kept(row, erased))


def kept(row: codec.EventRow, erased: frozenset[Ref]) -> Words | None:
    return None if row.object in erased else row.words


def replayed(meeting: Meeting, onto: Room, since: int, erased: frozenset[Ref]) -> Room:
    """First the events, then the votes' rows, as a store gives them."""
    later = meeting.changes[since:]
    for change in later:
        if not isinstance(change, VoteCast):
            room.evolve(onto, loaded(change, erased))
    for change in meeting.changes:
        if isinstance(change, VoteCast):
            room.evolve(onto, change)
    return onto


@given(history=acts(40))
def test_stored_history_folds_to_the_same_room(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    assert replayed(meeting, room.empty("plenum"), 0, frozenset()) == meeting.room


@given(history=acts(40))
def test_history_without_erased_words_folds_to_the_same_room(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    erased = frozenset(
        ref
        for change in meeting.changes
        if isinstance(change, WordsErased)
        for ref in change.objects
    )
    assert replayed(meeting, room.empty("plenum"), 0, erased) == meeting.room


@given(history=acts(40))
def test_room_comes_back_from_its_snapshot(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    assert stored_and_loaded(meeting.room) == meeting.room


@given(history=acts(40))
def test_snapshot_and_later_events_fold_to_the_same_room(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history[:20])
    snapshot, since = stored_and_loaded(meeting.room), len(meeting.changes)
    play(meeting, history[20:])
    assert replayed(meeting, snapshot, since, frozenset()) == meeting.room


@given(history=acts(40))
def test_snapshot_wants_the_words_of_all_it_holds(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    wanted = set(codec.words_wanted(codec.encode_room(meeting.room)))
    messages = {Ref(Kind.MESSAGE, message) for message in meeting.room.chat.messages}
    asked = {Ref(Kind.QUESTION, question) for question in meeting.room.questions.questions}
    assert wanted == messages | asked
