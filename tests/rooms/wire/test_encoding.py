"""Frames made of shared parts read like the frames of the protocol."""

from __future__ import annotations

import msgspec

from rooms.core import room as rooms
from rooms.core import sight
from rooms.core.chat import MessagePosted, MessageRemoved
from rooms.core.names import Author, Kind, Ref, Stream, Words
from rooms.wire.encoding import Entry, deltas, encode, encode_joined, encode_snapshot
from rooms.wire.messages import Delta, Joined, Position, Present
from rooms.wire.snapshot import MESSAGES, snapshot

WORDS = Words("Guten Tag", Author("ulm", "Amt Ulm", "Stadt Ulm"))


def posted(count: int) -> rooms.Room:
    room = rooms.empty("plenum")
    for number in range(1, count + 1):
        room = rooms.evolve(room, MessagePosted(at=number, message=f"m{number}", words=WORDS))
    return room


def test_joined_around_an_encoded_snapshot_is_an_ordinary_joined() -> None:
    whole = snapshot(posted(3), Stream.PUB, 7, Present(2, 1))
    at = Position("epoch", Stream.PUB, 3)
    for reset in (False, True):
        raw = encode_joined(
            "plenum", at, ("chat.send",), "Amt", encode_snapshot(whole), reset=reset
        )
        expected = Joined("plenum", at, ("chat.send",), "Amt", whole, reset)
        assert msgspec.json.decode(raw, type=Joined) == expected
        assert raw == encode(expected)


def test_joined_without_a_snapshot_has_none() -> None:
    at = Position("epoch", Stream.PUB, 3)
    raw = encode_joined("plenum", at, (), None, None)
    assert raw == encode(Joined("plenum", at, (), None))


def test_a_snapshot_holds_the_newest_messages_and_says_that_there_are_more() -> None:
    whole = snapshot(posted(MESSAGES + 1), Stream.PUB, 1, Present(0, 0))
    assert [view.order for view in whole.messages] == list(range(2, MESSAGES + 2))
    assert whole.older
    assert not snapshot(posted(MESSAGES), Stream.PUB, 1, Present(0, 0)).older


def test_an_object_is_sent_once_at_its_last_number_as_it_is_now() -> None:
    room = posted(2)
    room = rooms.evolve(room, MessageRemoved(at=3, message="m1", reason="", by="moderation"))
    first, second = Ref(Kind.MESSAGE, "m1"), Ref(Kind.MESSAGE, "m2")
    entries = [Entry(1, 1, (first,)), Entry(2, 2, (second,)), Entry(3, 3, (first,))]
    now = {ref: sight.view(room, ref, Stream.PUB) for ref in (first, second)}
    assert deltas(room, Stream.PUB, entries) == (
        Delta(1, 1),
        Delta(2, 2, put=(now[second],)),  # type: ignore[arg-type]
        Delta(3, 3, put=(now[first],)),  # type: ignore[arg-type]
    )


def test_what_is_not_visible_is_gone() -> None:
    ref = Ref(Kind.QUESTION, "never")
    assert deltas(posted(0), Stream.PUB, [Entry(1, 5, (ref,))]) == (Delta(1, 5, gone=(ref,)),)
