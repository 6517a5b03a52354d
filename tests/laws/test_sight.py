"""Laws *Sight*, *Snapshot* and *Resume* at the core: the stream a viewer was sent, folded, is what
that viewer may see of the room."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.core import sight
from rooms.core.chat import KEEP, MessageView, SendMessage
from rooms.core.names import Kind, Ref, Stream
from rooms.core.room import View
from tests.laws.acts import Act, acts, lively, play
from tests.rooms.core.vocabulary import HOF, STREAMS, ULM, Meeting

Shown = dict[Ref, View]


def taken(meeting: Meeting, shown: Shown, stream: Stream, since: int) -> Shown:
    """Fold what changed since then, as present views, onto what a viewer was shown."""
    refs = [ref for seen in meeting.seen[since:] for ref in seen.get(stream, ())]
    for ref in refs:
        view = sight.view(meeting.room, ref, stream)
        if view is None:
            shown.pop(ref, None)
        else:
            shown[ref] = view
    return shown


def pieces(history: list[Act], size: int) -> Iterable[list[Act]]:
    return (history[start : start + size] for start in range(0, len(history), size))


@given(before=acts(20), after=acts(24), tick=st.integers(1, 8))
def test_deltas_fold_to_what_each_stream_shows(
    before: list[Act], after: list[Act], tick: int
) -> None:
    """From a snapshot at any point, with any number of changes coalesced into one frame."""
    meeting = lively()
    play(meeting, before)
    shown = {stream: meeting.sees(stream) for stream in STREAMS}
    for piece in pieces(after, tick):
        sent = len(meeting.seen)
        play(meeting, piece)
        for stream in STREAMS:
            assert taken(meeting, shown[stream], stream, sent) == meeting.sees(stream)


@given(before=acts(20), after=acts(24))
def test_changes_that_a_stream_does_not_number_change_nothing_in_it(
    before: list[Act], after: list[Act]
) -> None:
    meeting = lively()
    play(meeting, before)
    for act in after:
        was = {stream: meeting.sees(stream) for stream in STREAMS}
        sent = len(meeting.seen)
        play(meeting, [act])
        for stream in STREAMS:
            numbered = any(stream in seen for seen in meeting.seen[sent:])
            assert numbered == (was[stream] != meeting.sees(stream))


@given(history=acts(40))
def test_each_stream_is_part_of_the_next(history: list[Act]) -> None:
    meeting = lively()
    play(meeting, history)
    pub, stage, desk = (meeting.sees(stream) for stream in STREAMS)
    assert pub.keys() <= stage.keys() <= desk.keys()
    for seen in meeting.seen:
        pub_refs, stage_refs, desk_refs = (set(seen.get(stream, ())) for stream in STREAMS)
        assert pub_refs <= stage_refs <= desk_refs


def crowded() -> Meeting:
    """A room whose window is nearly full, with answers to old messages."""
    meeting = Meeting()
    first = meeting.given(ULM, SendMessage("Willkommen"))
    for number in range(KEEP - 10):
        reply_to = first if number % 300 == 299 else None
        meeting.given(HOF, SendMessage(f"Nachricht {number}", reply_to))
    return meeting


def in_window(meeting: Meeting, shown: Shown) -> Shown:
    """What a viewer holds, without messages from before the kept ones."""
    oldest = meeting.room.chat.count - KEEP
    return {
        ref: view
        for ref, view in shown.items()
        if not isinstance(view, MessageView) or view.order > oldest
    }


@settings(max_examples=15)
@given(history=acts(60))
def test_deltas_fold_also_when_old_messages_leave_the_window(history: list[Act]) -> None:
    meeting = crowded()
    shown = {stream: meeting.sees(stream) for stream in STREAMS}
    for piece in pieces(history, 4):
        sent = len(meeting.seen)
        play(meeting, piece)
        meeting.when(ULM, SendMessage("Noch etwas"))
        for stream in STREAMS:
            held = in_window(meeting, taken(meeting, shown[stream], stream, sent))
            assert held == meeting.sees(stream)
    assert len(meeting.room.chat.messages) <= KEEP
    assert {ref.id for ref in shown[Stream.PUB] if ref.kind is Kind.MESSAGE} >= set(
        meeting.room.chat.messages
    )
