"""Server frames as bytes, and the two frames that are made of shared parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from access.audiences import Instant
from rooms.core import sight
from rooms.core.names import Ref, RoomId, Stream
from rooms.core.room import Room, View
from rooms.wire.messages import AnyServerFrame, Delta, Position, ServerFrame, Snapshot

_ENCODER = msgspec.json.Encoder()


class Entry(NamedTuple):
    """One number of a stream: when, and what changed for its viewers."""

    n: int
    at: Instant
    refs: tuple[Ref, ...]
    posted: bool = False
    """A message was posted; its view cannot be left out for whoever missed this."""


class _JoinedShared(ServerFrame, frozen=True, tag="joined"):
    """``joined`` around a snapshot that is already encoded."""

    room: RoomId
    at: Position
    may: tuple[str, ...]
    name: str | None
    snapshot: msgspec.Raw | None = None
    reset: bool = False


def encode(frame: AnyServerFrame) -> bytes:
    """One server frame as JSON."""
    return _ENCODER.encode(frame)


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """The part of ``joined`` that is the same for everybody who enters now."""
    return _ENCODER.encode(snapshot)


def encode_joined(
    room: RoomId,
    at: Position,
    may: tuple[str, ...],
    name: str | None,
    snapshot: bytes | None,
    *,
    reset: bool = False,
) -> bytes:
    """``joined`` with a snapshot encoded before, or without one."""
    raw = None if snapshot is None else msgspec.Raw(snapshot)
    return _ENCODER.encode(_JoinedShared(room, at, may, name, raw, reset))


def deltas(room: Room, stream: Stream, entries: Sequence[Entry]) -> tuple[Delta, ...]:
    """The numbers of a range as present views.

    Views are absolute, so an object that changed several times within the range is sent
    once, at its last number; the numbers before stay, without it.
    """
    seen: set[Ref] = set()
    found: list[Delta] = []
    for entry in reversed(entries):
        put: list[View] = []
        gone: list[Ref] = []
        for ref in entry.refs:
            if ref in seen:
                continue
            seen.add(ref)
            view = sight.view(room, ref, stream)
            if view is None:
                gone.append(ref)
            else:
                put.append(view)
        found.append(Delta(entry.n, entry.at, tuple(put), tuple(gone)))
    found.reverse()
    return tuple(found)
