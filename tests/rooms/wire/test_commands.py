"""Command ids, hashes and stored answers."""

from __future__ import annotations

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Refusal, Stream
from rooms.wire.commands import (
    AHEAD_MS,
    NOT_STORED,
    OLDEST_MS,
    Answer,
    made_at,
    pack,
    payload_hash,
    refused,
    unpack,
    untimely,
)
from rooms.wire.messages import Ack, Done
from tests.rooms.house import uuid7

NOW = 1_700_000_000_000


def test_a_uuid7_tells_when_it_was_made() -> None:
    assert made_at(uuid7(NOW, 3)) == NOW


def test_the_bounds_of_time_belong_to_what_is_accepted() -> None:
    accepted = [NOW - OLDEST_MS, NOW, NOW + AHEAD_MS]
    refused_at = [NOW - OLDEST_MS - 1, NOW + AHEAD_MS + 1]
    assert [untimely(uuid7(at, 1), NOW) for at in accepted] == [None, None, None]
    expired = Answer(error=Refusal(Code.EXPIRED_COMMAND, server_time=NOW))
    assert [untimely(uuid7(at, 1), NOW) for at in refused_at] == [expired, expired]


def test_the_hash_is_of_room_and_wish() -> None:
    base = payload_hash("plenum", SendMessage("ja"))
    assert len(base) == 16
    assert base == payload_hash("plenum", SendMessage("ja", reply_to=None))
    assert base != payload_hash("plenum", SendMessage("nein"))
    assert base != payload_hash("werkstatt", SendMessage("ja"))


def test_a_stored_answer_comes_back_as_a_repetition() -> None:
    answer = Answer(Done(object="m", revision=2), at={Stream.PUB: 3, Stream.DESK: 9})
    assert unpack(pack(answer)) == Answer(answer.done, at=answer.at, replayed=True)


def test_an_ack_has_the_number_of_the_receivers_stream_only() -> None:
    answer = Answer(Done(object="m"), at={Stream.DESK: 9})
    assert answer.ack("id", Stream.DESK) == Ack("id", Done(object="m"), at=9)
    assert answer.ack("id", Stream.PUB) == Ack("id", Done(object="m"))


def test_refusals_that_a_repetition_may_escape_are_not_kept() -> None:
    lasting = {code for code in Code if refused(code).lasting}
    assert lasting == set(Code) - NOT_STORED
    assert {Code.MUTED, Code.CONFLICT, Code.FORBIDDEN, Code.WINDOW_CLOSED} <= lasting
    assert Answer(Done()).lasting
