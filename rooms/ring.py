"""The newest numbers of one stream, each with what it changed; the words are not in it.

A missed range is answered from here with present views, so what was removed meanwhile is not
sent again and a range is as short as what there is to see.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from rooms.core.chat import MessagePosted
from rooms.core.names import Stream
from rooms.core.people import WordsErased
from rooms.ports import RING, Logged
from rooms.wire.encoding import Entry


class Ring:
    """At most ``size`` numbers, gapless, the last being the head of the stream."""

    def __init__(self, stream: Stream, head: int, size: int = RING) -> None:
        self._stream = stream
        self._entries: deque[Entry] = deque(maxlen=size)
        self.head = head

    def extend(self, events: Iterable[Logged]) -> None:
        """Append what appears in this stream. A gap, which only damage can make, empties it."""
        for logged in events:
            number = logged.numbers.get(self._stream)
            if number is None:
                continue
            if self._entries and number != self._entries[-1].n + 1:
                self._entries.clear()
            self.head = number
            if self._stream is Stream.DESK and _incomplete(logged):
                self._entries.clear()
                continue
            refs = logged.refs.get(self._stream, ())
            posted = isinstance(logged.event, MessagePosted)
            self._entries.append(Entry(number, logged.event.at, refs, posted))

    @property
    def floor(self) -> int:
        """The oldest position that can be continued."""
        return self._entries[0].n - 1 if self._entries else self.head

    def after(self, position: int) -> list[Entry] | None:
        """The numbers after a position, or None when it is below the floor or above the head."""
        if not self.floor <= position <= self.head:
            return None
        found: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.n <= position:
                break
            found.append(entry)
        found.reverse()
        return found


def _incomplete(logged: Logged) -> bool:
    """The log does not say whose sanctions an erasure left without reason. The desk sees them:
    whoever missed it there starts afresh."""
    return isinstance(logged.event, WordsErased) and logged.event.persons is None
