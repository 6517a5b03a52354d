"""What older releases stored is read as they meant it, for as long as their databases live."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from rooms.core import codec
from rooms.core import room as rooms
from rooms.core.room import Room, RoomEvent
from tests.rooms.house import ROOM
from tests.rooms.recorded.record import Record, file

READERS = range(1, codec.READER + 1)
HISTORIES = [
    pytest.param(record, id=f"reader {reader}, history {number}")
    for reader in READERS
    for number, record in enumerate(msgspec.json.decode(file(reader).read_bytes()))
]


def folded(record: Record) -> Room:
    """The room after these events. Words and reasons are rows of their own: none are there."""
    state = rooms.empty(ROOM)
    for name, version, body in record["events"]:
        event = codec.decode_event(name, version, msgspec.json.encode(body), None)
        state = rooms.evolve(state, event)
    return state


def bare(state: Room) -> Any:
    """A room without words, reasons and votes."""
    return msgspec.json.decode(codec.encode_room(state))


@pytest.mark.parametrize("record", HISTORIES)
def test_recorded_events_fold_to_the_snapshot_recorded_after_them(record: Record) -> None:
    snapshot = codec.decode_room(msgspec.json.encode(record["snapshot"]), {})
    assert bare(folded(record)) == bare(snapshot)


def test_every_kind_of_event_is_recorded_as_it_is_written_now() -> None:
    """Who changes what is written raises ``READER`` or adds an upcaster, and records it."""
    seen = {
        (name, version)
        for param in HISTORIES
        for record in param.values
        for name, version, _ in record["events"]  # type: ignore[index, call-overload, unused-ignore]
    }
    kinds = [str(known.__struct_config__.tag) for known in get_args(RoomEvent)]
    now = {(name, 1 + len(codec.EVENT_UPCASTERS.get(name, ()))) for name in kinds}
    assert now <= seen
