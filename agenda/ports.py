"""What the agenda needs from the outside, as protocols. Adapters stand in ``server/db``."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from access.audiences import Instant
from agenda.core.draft import Body, Conflict, Kind, Row
from agenda.core.model import Event, Guid, PracticeExample, Room, Series

SYSTEM = "system"
"""Acts of the server itself."""


class Act(StrEnum):
    """How a release came about."""

    RELEASE = "release"
    """The whole draft."""
    ONE = "one"
    """One item of the programme; the rest of the draft waits."""
    LATE = "late"
    """Something runs late: times only."""
    BACK = "back"
    """A delay was taken back."""


class Release(msgspec.Struct, frozen=True):
    """An immutable snapshot of an event as it stands in the store."""

    event: Guid
    number: int
    published_at: Instant
    sha256: str
    """Of the canonical JSON; two equal releases have equal sums."""
    act: Act = Act.RELEASE
    by: str = SYSTEM
    """Account of who released it; SYSTEM: the server, from what it ships."""


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

    async def practice_examples(self) -> tuple[PracticeExample, ...]:
        """All practice examples, by project and title."""


class AgendaStore(Agenda, Protocol):
    """Reading, and writing by the organiser's hand (in this release: by the seed)."""

    async def put_series(self, series: Series) -> None:
        """Store or replace a series."""

    async def put_release(
        self, event: Event, act: Act = Act.RELEASE, *, by: str = SYSTEM
    ) -> Release:
        """Store the event as its release ``event.release``.

        The same content again changes nothing; other content under a number that is taken
        raises ``ReleaseTakenError``, and what is read next is not from memory.
        """

    async def history(self, event: Guid) -> tuple[Release, ...]:
        """All releases of an event, newest first."""

    async def release(self, event: Guid, number: int) -> Event | None:
        """An old release, as it was published."""

    async def put_practice_examples(self, examples: tuple[PracticeExample, ...]) -> None:
        """Store or replace practice examples by guid."""


class Drafts(Protocol):
    """What organisers are working on: rows, edited one by one. Seen by nobody else."""

    async def heads(self) -> tuple[Row, ...]:
        """The event of every draft, by guid."""

    async def rows(self, event: Guid) -> tuple[Row, ...]:
        """All rows of a draft, in no particular order; none: there is no draft."""

    async def begin(self, event: Guid, rows: tuple[Row, ...], last_number: int) -> None:
        """Store a draft, unless there is one already: then that one stays.

        ``last_number``: the highest export id ever given in this event.
        """

    async def add(self, event: Guid, row: Row) -> None:
        """Store a row that is new."""

    async def change(
        self, event: Guid, kind: Kind, guid: Guid, expected: int, body: Body
    ) -> Row | Conflict | None:
        """Replace the content of a row that still has the expected version, in one statement.

        None: somebody deleted it.
        """

    async def remove(self, event: Guid, kind: Kind, guid: Guid, expected: int) -> bool:
        """Delete a row that still has the expected version; False: it has not."""

    async def number(self, event: Guid) -> int:
        """The next export id. Never given twice, whoever asks at the same moment."""


class ReleaseTakenError(Exception):
    """This release number of the event holds other content; releases never change."""
