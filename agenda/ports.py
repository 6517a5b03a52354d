"""What the agenda needs from the outside, as protocols. Adapters stand in ``server/db``."""

from __future__ import annotations

from typing import Protocol

import msgspec

from access.audiences import Instant
from agenda.core.model import Event, Guid, Room, Series


class Release(msgspec.Struct, frozen=True):
    """An immutable snapshot of an event as it stands in the store."""

    event: Guid
    number: int
    published_at: Instant
    sha256: str
    """Of the canonical JSON; two equal releases have equal sums."""


class Agenda(Protocol):
    """Reading the programme. Gives everything; ``visible`` says who may see which of it."""

    async def series(self) -> tuple[Series, ...]:
        """All series, by slug."""

    async def events(self) -> tuple[Event, ...]:
        """The current release of every event, by first day and number."""

    async def event(self, slug: str) -> Event | None:
        """The current release of an event."""

    async def event_by_guid(self, guid: Guid) -> Event | None:
        """The same, by guid."""

    async def room(self, guid: Guid) -> tuple[Event, Room] | None:
        """A room and the event it belongs to. Asked at every joining: served from memory."""


class AgendaStore(Agenda, Protocol):
    """Reading, and writing by the organiser's hand (in this release: by the seed)."""

    async def put_series(self, series: Series) -> None:
        """Store or replace a series."""

    async def put_release(self, event: Event) -> Release:
        """Store the event as its release ``event.release``.

        The same content again changes nothing; other content under a number that is taken
        raises ``ReleaseTakenError``.
        """


class ReleaseTakenError(Exception):
    """This release number of the event holds other content; releases never change."""
