"""What the agenda needs from the outside, as protocols. Adapters stand in ``server/db``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from access.audiences import Instant
from agenda.core.draft import Body, Conflict, Kind, Row
from agenda.core.feedback import Answer
from agenda.core.materials import FileId, FileProblem, Material, OwnerKind, StoredFile
from agenda.core.model import Event, Guid, Room, Series

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

    async def old_releases(self, event: Guid, numbers: Collection[int]) -> Mapping[int, Event]:
        """Several of them, read at once; a number that was not given is left out."""


class Drafts(Protocol):
    """What organisers are working on: rows, edited one by one. Seen by nobody else."""

    async def heads(self) -> tuple[Row, ...]:
        """The event of every draft, by guid."""

    async def rows(self, event: Guid) -> tuple[Row, ...]:
        """All rows of a draft, in no particular order; none: there is no draft."""

    async def find(self, kind: Kind, guid: Guid) -> tuple[Guid, Row] | None:
        """A row in whichever draft it stands, with the event of that draft."""

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

    async def discard(self, event: Guid) -> None:
        """Delete a whole draft."""

    async def number(self, event: Guid) -> int:
        """The next export id. Never given twice, whoever asks at the same moment."""


class Belongings(Protocol):
    """What lies in the things of a draft, and goes with them: their slides."""

    async def remove_all(self, kind: OwnerKind, owner: Guid) -> None:
        """All that belongs to it is gone for good. Harmless to repeat."""


class ReleaseTakenError(Exception):
    """This release number of the event holds other content; releases never change."""


class FileRefusedError(Exception):
    """A file is not taken; ``problem`` says why."""

    def __init__(self, problem: FileProblem, limit: int | None = None) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.limit = limit
        """Bytes or files that are allowed, where that helps."""


class WrongOffsetError(Exception):
    """Bytes were sent from another place on than the file has reached."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the file has {offset} bytes")
        self.offset = offset


class UploadBusyError(Exception):
    """Somebody else is sending bytes of this file right now."""


class UploadOverError(Exception):
    """The file takes no more bytes: it is complete."""


class Files(Protocol):
    """Stored files. Knows nothing of what they belong to, nor of who may have them."""

    async def begin(
        self, owner: str, name: str, size: int, media_type: str, at: Instant
    ) -> StoredFile:
        """Room for a file of ``size`` bytes that counts against ``owner``'s share.

        Raises ``FileRefusedError`` before a byte is sent.
        """

    async def receive(
        self, file_id: FileId, start: int, length: int | None, body: AsyncIterator[bytes]
    ) -> StoredFile:
        """Append bytes from ``start`` on. What arrived before the line broke is kept.

        ``length``: how many bytes are announced; more are refused. Raises ``WrongOffsetError``,
        ``UploadBusyError``, ``UploadOverError`` and ``FileRefusedError`` (disk full).
        """

    async def offset(self, file_id: FileId) -> int:
        """How many bytes of the file are there."""

    async def files(self, ids: Collection[FileId]) -> Mapping[FileId, StoredFile]:
        """Those of the files that are there."""

    async def measure(self, file_id: FileId) -> None:
        """Ask for what was not asked when a deck was looked into; returns before it is known."""

    async def remove(self, ids: Collection[FileId]) -> None:
        """The files and all that was made from them are gone."""

    async def abandoned(self, before: Instant) -> tuple[FileId, ...]:
        """Files whose upload began before and was not finished."""

    def content(self, file: StoredFile) -> Path:
        """Where the bytes of a ready file lie that may be given out."""

    def page(self, file: StoredFile, number: int, *, small: bool) -> Path:
        """Where the image of a page of a ready file lies."""


class MaterialStore(Protocol):
    """Where materials are kept."""

    async def material(self, guid: Guid) -> Material | None:
        """One, by its guid."""

    async def of_file(self, ids: Collection[FileId]) -> tuple[Material, ...]:
        """Those that these files belong to."""

    async def of_owners(self, kind: OwnerKind, owners: Collection[Guid]) -> tuple[Material, ...]:
        """All of these sessions or practice examples, in no order."""

    async def add(self, material: Material) -> None:
        """A new one."""

    async def put(self, material: Material) -> bool:
        """Store what was changed from version ``material.version - 1``; False if another stands."""

    async def remove(self, guid: Guid) -> None:
        """It is gone."""


class StarStore(Protocol):
    """Where stars are kept. They go with the account."""

    async def of(self, account: str) -> tuple[Guid, ...]:
        """The sessions a person starred, in a stable order."""

    async def put(self, account: str, session: Guid) -> None:
        """A star for a session, unless it has one."""

    async def remove(self, account: str, session: Guid) -> None:
        """Not starred any more, if it was."""


class FeedbackStore(Protocol):
    """Where feedback is kept: one answer per person and session. It goes with the account.

    Nobody asks for it by name but the person themselves, and no time is kept.
    """

    async def own(self, account: str) -> Mapping[Guid, Answer]:
        """What a person said, by session."""

    async def put(self, account: str, event: Guid, session: Guid, answer: Answer) -> None:
        """Instead of what the person said of the session before."""

    async def remove(self, account: str, session: Guid) -> None:
        """Withdrawn, if there was an answer."""

    async def of_event(self, event: Guid) -> Mapping[Guid, tuple[Answer, ...]]:
        """What was said of each session of an event; without who said it, in no order."""
