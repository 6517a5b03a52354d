"""The committed histories: up to date, and folded by Python to what they expect."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rooms.core.names import Stream
from rooms.wire.fold import Folded, Seen, continues, fold
from rooms.wire.messages import Events
from tests.conformance.generate import FOLDER, histories
from tests.conformance.recording import comparable


class OfStream(msgspec.Struct):
    frames: list[Folded]
    expected: dict[str, Any]


class History(msgspec.Struct):
    name: str
    streams: dict[Stream, OfStream]


FILES = sorted(FOLDER.glob("*.json"))


def test_histories_are_up_to_date() -> None:
    """If not: ``python -m tests.conformance.generate``."""
    assert {path.name: path.read_bytes() for path in FILES} == histories()


def test_there_are_enough_histories_and_they_stay_small() -> None:
    assert len(FILES) >= 30
    assert sum(path.stat().st_size for path in FILES) < 1_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_history_folds_to_what_the_room_shows(path: Any) -> None:
    history = msgspec.json.decode(path.read_bytes(), type=History)
    assert set(history.streams) == set(Stream)
    for told in history.streams.values():
        seen = Seen()
        for frame in told.frames:
            assert not isinstance(frame, Events) or continues(seen, frame)
            fold(seen, frame)
        assert comparable(seen) == told.expected


def test_a_missing_number_is_noticed() -> None:
    path = FOLDER / "message_after_joining.json"
    history = msgspec.json.decode(path.read_bytes(), type=History)
    joined, *_ = history.streams[Stream.PUB].frames
    seen = fold(Seen(), joined)
    later = msgspec.convert({"t": "events", "events": [{"n": 2, "at": 1}]}, Events)
    assert not continues(seen, later)
