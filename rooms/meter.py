"""What rooms tell of themselves, for whoever measures. Nothing here waits, and nothing can fail.

Called once per turn, tick or batch, never per connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol

import msgspec

from rooms.timers import Milliseconds


class Occurrence(StrEnum):
    """What is worth being counted by itself."""

    RESET = "reset"
    """Somebody was given a snapshot in place of what was missed."""
    DRAINED = "drained"
    """A slow reader has read what was waiting."""
    EVICTED = "evicted"
    """A connection was closed that did not read, or whose lease could not be renewed."""
    UNSTORED = "unstored"
    """A batch was not stored; its senders try again."""
    UNREAD = "unread"
    """The store could not be read in the background; it is tried again."""


class Occupancy(msgspec.Struct, frozen=True):
    """Who is in the rooms of a process now."""

    rooms: int
    """In which somebody is."""
    people: int
    """Per room each once, guests by connection."""
    members: int
    """Connections in rooms."""
    lagging: int
    """Of these, those that read slower than is written."""


class Meter(Protocol):
    """Measures. Instants are those of the steady clock."""

    def delivered(self, frames: int, size: int) -> None:
        """So many frames, of so many bytes together, were handed over since the last call."""

    def ticked(self, late: Milliseconds) -> None:
        """The last connection was handed a tick so long after it was due."""

    def committing(self, commands: int) -> AbstractContextManager[object]:
        """To be entered around the transaction of a batch."""

    def answered(self, codes: Iterable[str]) -> None:
        """What became of commands: ``ok``, or the code of the refusal."""

    def count(self, occurrence: Occurrence) -> None:
        """It happened once more."""


class Unmeasured:
    """Nobody wants to know."""

    def delivered(self, frames: int, size: int) -> None:
        pass

    def ticked(self, late: Milliseconds) -> None:
        pass

    def committing(self, commands: int) -> AbstractContextManager[object]:
        return nullcontext()

    def answered(self, codes: Iterable[str]) -> None:
        pass

    def count(self, occurrence: Occurrence) -> None:
        pass


UNMEASURED: Meter = Unmeasured()
