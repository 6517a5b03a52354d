"""Frames as server-sent events (HTML, section 9.2), with the position as the id of each number.

``id: pub.12.EPOCH`` stands before everything that moves the position, so that whoever comes back
with ``Last-Event-ID`` goes on after what they have.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from access.audiences import Instant
from rooms.core.names import Stream
from rooms.wire.messages import Bye, Close, Position
from server.ws.frames import payload_of

MEDIA_TYPE = "text/event-stream"
LARGEST = 2**53
BUDGET_MS = 10_000
"""When an ``EventSource`` comes back that was beyond its budget: then there is some again."""
NOWHERE = Position("", Stream.PUB, 0)
"""Cannot be continued: whoever shows an id that is none gets a reset, never a hole."""


class _Joined(msgspec.Struct):
    at: Position


class _Number(msgspec.Struct):
    n: int


class _Events(msgspec.Struct):
    events: list[_Number]


class _Told(NamedTuple):
    """A frame, looked into once for everybody it goes to."""

    data: bytes
    at: Position | None
    """Where it starts a stream."""
    number: int | None
    """How far it goes on in the stream."""


class Numbered:
    """Turns the prepared frames of one connection into events."""

    def __init__(self) -> None:
        self._at = NOWHERE

    def event(self, frame: bytes) -> bytes:
        """One frame as one event."""
        told = _told(frame)
        if told.at is not None:
            self._at = told.at
        elif told.number is not None:
            self._at = msgspec.structs.replace(self._at, n=told.number)
        else:
            return told.data
        return b"id: %s\n%s" % (name(self._at).encode(), told.data)


@lru_cache(maxsize=32)
def _told(frame: bytes) -> _Told:
    """The encoder writes ``t`` first, so a look at the beginning says what to look into."""
    payload = payload_of(frame)
    data = b"data: %s\n\n" % payload
    if payload.startswith(b'{"t":"joined"'):
        return _Told(data, _JOINED.decode(payload).at, None)
    if payload.startswith(b'{"t":"events"'):
        return _Told(data, None, _EVENTS.decode(payload).events[-1].n)
    if payload.startswith(b'{"t":"bye"'):
        data = b"retry: %d\n%s" % (_BYES.decode(payload).retry_after_ms, data)
    return _Told(data, None, None)


_JOINED = msgspec.json.Decoder(_Joined)
_EVENTS = msgspec.json.Decoder(_Events)
_BYES = msgspec.json.Decoder(Bye)


def end(code: int) -> bytes:
    """The last event: why the server closes (``rooms.wire.messages.Close``)."""
    wait = b"retry: %d\n" % BUDGET_MS if code == Close.BUDGET else b""
    return b"event: close\n%sdata: %d\n\n" % (wait, code)


def beat(now: Instant) -> bytes:
    """A comment, so that the line is not silent; with the server's clock."""
    return b": %d\n\n" % now


def name(at: Position) -> str:
    """A position as the id of an event."""
    return f"{at.stream}.{at.n}.{at.epoch}"


def position(last: str) -> Position:
    """The position that an id names; ``NOWHERE`` if it is none of ours."""
    stream, _, rest = last.partition(".")
    n, _, epoch = rest.partition(".")
    usable = n.isascii() and n.isdigit() and len(n) <= len(str(LARGEST))
    if stream not in set(Stream) or not usable or int(n) > LARGEST:
        return NOWHERE
    return Position(epoch, Stream(stream), int(n))
