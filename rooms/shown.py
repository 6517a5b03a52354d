"""A room as it is shown: committed changes only, and every frame made of it encoded once.

Positions are all there is to delivery.  Somebody at number *a* is owed the range (a, head];
whether they were there all along, read slowly, slept, or just entered with a snapshot of *a*
makes no difference, so there is no way between these to lose or repeat a number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence

from rooms.core import chat
from rooms.core.names import AccountId, Kind, Ref, Stream
from rooms.draft import Committed, Held, fold
from rooms.ports import Logged
from rooms.ring import Ring
from rooms.wire.encoding import Entry, deltas, encode, encode_snapshot
from rooms.wire.messages import Events, Present
from rooms.wire.snapshot import snapshot

Prepare = Callable[[bytes], bytes]
"""JSON to what an outlet is handed: for WebSockets, header and payload of a frame."""


class Shown:
    """State, ring and the frames of the present tick."""

    def __init__(self, held: Held, recent: Sequence[Logged], prepare: Prepare) -> None:
        self.state = held.state
        self.head = held.head
        self.rings = {stream: Ring(stream, held.head.stream(stream)) for stream in Stream}
        for ring in self.rings.values():
            ring.extend(recent)
        self.removed = self._removed()
        self._prepare = prepare
        self._ranges: dict[tuple[Stream, int, int], bytes | None] = {}
        self._snapshots: dict[Stream, tuple[int, bytes]] = {}

    def follows(self, committed: Committed) -> bool:
        """Whether this commit is the very next one."""
        return committed.head.version == self.head.version + 1

    def fold(self, committed: Committed) -> None:
        """Take what was committed. It must be later than all before."""
        held = Held(self.head, self.state)
        events, votes = committed.events, committed.votes
        # Copies: another that folds the same messages must not see them change under it.
        recalled = {name: copy.copy(old) for name, old in committed.recalled.items()}
        fold(held, committed.head, events, votes, recalled)
        self.state = held.state
        for ring in self.rings.values():
            ring.extend(committed.events)
        self.head = committed.head
        self.removed = self._removed()

    def new_tick(self) -> None:
        """What was encoded for the last tick is used no more."""
        self._ranges.clear()
        self._snapshots.clear()

    def new_gauges(self) -> None:
        """Snapshots with older gauges are given to nobody any more."""
        self._snapshots.clear()

    def position(self, stream: Stream) -> int:
        """The last number of a stream."""
        return self.rings[stream].head

    def snapshot(self, stream: Stream, present: Present) -> tuple[int, bytes]:
        """Position and JSON of a snapshot, made at most once per tick.

        It may be a few numbers behind; whoever is given it goes on from its position.
        """
        kept = self._snapshots.get(stream)
        if kept is None:
            whole = snapshot(self.state, stream, self.head.version, present)
            kept = (self.position(stream), encode_snapshot(whole))
            self._snapshots[stream] = kept
        return kept

    def range(self, stream: Stream, after: int, target: int) -> bytes | None:
        """The prepared frame of the numbers after one up to another; None: only a snapshot helps.

        That is so when the ring no longer has the range, or when messages posted in it are
        too old by now to be kept here.
        """
        key = (stream, after, target)
        if key not in self._ranges:
            self._ranges[key] = self._encode_range(stream, after, target)
        return self._ranges[key]

    def _encode_range(self, stream: Stream, after: int, target: int) -> bytes | None:
        entries = self.rings[stream].after(after)
        if entries is None or not self._kept(entries):
            return None
        events = Events(deltas(self.state, stream, entries[: target - after]))
        return self._prepare(encode(events))

    def _kept(self, entries: Iterable[Entry]) -> bool:
        return all(
            not entry.posted or chat.find(self.state.chat, entry.refs[0].id) is not None
            for entry in entries
        )

    def _removed(self) -> Mapping[AccountId, str]:
        """Who was sent out, and why."""
        sanctions = self.state.people.sanctions.values()
        return {one.account: one.reason for one in sanctions if one.removed}


def questions_in(events: Iterable[Logged]) -> set[str]:
    """Questions whose public view changed: their gauge is due."""
    refs: Iterable[Ref] = (ref for one in events for ref in one.refs.get(Stream.PUB, ()))
    return {ref.id for ref in refs if ref.kind is Kind.QUESTION}
