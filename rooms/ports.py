"""What rooms need from the outside, as protocols. Adapters stand in ``server/``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from access.audiences import Instant
from access.decisions import Denied
from rooms.core.chat import Message, MessageDeleted
from rooms.core.codec import READER
from rooms.core.names import (
    AccountId,
    Author,
    ObjectId,
    Person,
    Ref,
    RoomId,
    Stream,
    VoteCast,
)
from rooms.core.people import WordsErased
from rooms.core.questions import QuestionWithdrawn
from rooms.core.room import Room, RoomEvent
from rooms.core.stage import DeckId

RING = 10_000
"""Events of a room kept at hand for clients that come back (the floor of X7)."""


class Head(msgspec.Struct, frozen=True):
    """Where a room stands: one row, whose lock is the sequencer."""

    room: RoomId
    log: int = 0
    """Number of the last event."""
    pub: int = 0
    stage: int = 0
    desk: int = 0
    """Last number given in each stream. Gapless, each for itself."""
    version: int = 0
    """Rises by one with every commit that changed anything, rows included. Gauges carry it."""
    last_at: Instant = 0
    on_air: ObjectId | None = None
    min_reader: int = 1
    """The oldest reader that can fold this room (``rooms.core.codec.READER``)."""

    def stream(self, stream: Stream) -> int:
        """The last number of one stream."""
        numbers = {Stream.PUB: self.pub, Stream.STAGE: self.stage, Stream.DESK: self.desk}
        return numbers[stream]


class Logged(msgspec.Struct, frozen=True):
    """An event with its numbers and, per stream where it appears, the objects it changed there."""

    log: int
    event: RoomEvent
    numbers: Mapping[Stream, int]
    """Only the streams in which the event appears."""
    refs: Mapping[Stream, tuple[Ref, ...]]
    """What changed for the viewers of each stream. Sent as present views, also on replay."""


class CommandKey(msgspec.Struct, frozen=True):
    account: AccountId
    cmd_id: str


class StoredResult(msgspec.Struct, frozen=True):
    """The answer a command got, kept 48 h under its key."""

    key: CommandKey
    payload_hash: bytes
    """BLAKE2b, 16 bytes, of the canonical command and its room."""
    result: bytes
    """JSON of the ack's outcome."""
    object: ObjectId | None = None
    """What the command made or was about. When an unnamed question is erased, the answers about
    it go too."""


class Owner(msgspec.Struct, frozen=True):
    """What a database holds in place of a command's account: another value for each command."""

    id: bytes
    mask: bytes
    """Under it the hash of the command is stored: who may be named in it could be tried out."""


class Stored(msgspec.Struct, frozen=True):
    """A room as the store has it: fold ``events`` and ``votes`` onto ``room``."""

    head: Head
    room: Room | None
    """The newest persisted snapshot with its words joined, or None: start empty."""
    events: Sequence[Logged]
    """All after the snapshot, words joined where they are still there."""
    votes: Sequence[VoteCast]
    recent: Sequence[Logged]
    """The newest events (≤ RING) for the resume ring, whether or not in the snapshot. Numbers
    and refs are what it needs: these come without words."""


class Locked(msgspec.Struct, frozen=True):
    """What a batch finds under the locks."""

    now: Instant
    """The database's clock."""
    heads: Mapping[RoomId, Head]
    news: Mapping[RoomId, Sequence[Logged]]
    """Events other processes appended since the version the caller knows."""
    votes: Mapping[RoomId, Sequence[VoteCast]]
    """Votes other processes stored since then."""
    results: Mapping[CommandKey, StoredResult]


class Writes(msgspec.Struct, frozen=True):
    """What a batch wants stored. Everything or nothing."""

    heads: Sequence[Head]
    events: Mapping[RoomId, Sequence[Logged]]
    votes: Mapping[RoomId, Sequence[VoteCast]]
    results: Sequence[StoredResult]
    snapshots: Sequence[tuple[Head, Room]] = ()


def readable(head: Head) -> Head:
    """The head, or ``StoreUnavailableError`` if only a newer release can fold its room."""
    if head.min_reader > READER:
        raise StoreUnavailableError(f"{head.room} asks for reader {head.min_reader}")
    return head


class Batch(Protocol):
    """A transaction with the rooms' heads locked, in id order."""

    locked: Locked

    async def commit(self, writes: Writes) -> None:
        """Store and flush. Returns when it is durable; then, and only then, acknowledge."""


class RoomStore(Protocol):
    """The log and everything beside it.

    A room that asks for a newer reader than this release is gives ``StoreUnavailableError``:
    whatever this release made of it would be a guess.
    """

    async def epoch(self) -> str:
        """The database's epoch: random, renewed by a restore."""

    async def load(self, room: RoomId) -> Stored:
        """Read a room as committed; a room never written gives an empty head."""

    def batch(
        self, known: Mapping[RoomId, Head], keys: Sequence[CommandKey]
    ) -> AbstractAsyncContextManager[Batch]:
        """Lock the rooms. Leaving without ``commit`` rolls back.

        ``known`` is what the caller has folded; the batch brings what came after it.

        Raises ``StoreUnavailableError``, here or in ``commit``; the caller may retry. Also when
        a room stands behind ``known``: then the database has lost what was committed.
        """

    async def since(self, known: Head) -> tuple[Head, Sequence[Logged], Sequence[VoteCast]]:
        """What other processes committed after ``known`` (for followers)."""

    async def heads(self, rooms: Collection[RoomId]) -> Mapping[RoomId, Head]:
        """Where these rooms stand, as of one commit; one never written is left out."""

    async def messages_before(self, room: RoomId, order: int, limit: int) -> Sequence[Message]:
        """Older messages in their present state, newest first; without the erased ones."""

    async def message(self, room: RoomId, message: ObjectId) -> Message | None:
        """One message in its present state, however old."""

    async def messages_by(self, room: RoomId, account: AccountId) -> Sequence[Message]:
        """Everything this person said in the room's chat, oldest first. Recall it before
        ``EraseWords`` is decided: the room itself only has the newest messages at hand."""


class StoreUnavailableError(Exception):
    """The database did not take the batch, or broke off before it said so.

    Nothing of it may be acknowledged or published.  Load again and send the same command ids:
    if the batch was stored after all, their results are found.
    """


class Vault(Protocol):
    """Keys kept outside the database: those of unnamed authors, and those of the owners of
    commands (rooms page, B2.10 and X1)."""

    def seal(self, authors: Mapping[ObjectId, Author]) -> Mapping[ObjectId, bytes]:
        """Wrap each question's author under a fresh key of its own.

        All keys are durable when this returns; a batch costs one flush.
        Raises ``StoreUnavailableError`` when they could not be made durable.
        """

    def open(self, question: ObjectId, sealed: bytes) -> Author | None:
        """The author, or None when the key was destroyed."""

    def destroy(self, questions: Iterable[ObjectId]) -> None:
        """The link between these questions and their authors is gone for good."""

    def owners(
        self, keys: Iterable[CommandKey], *, make: bool = False
    ) -> Mapping[CommandKey, Owner]:
        """Who gave each command, in a form that only this vault can make again.

        It is keyed with a secret of the day that stands in the command's id (a UUIDv7). A command
        of a day without a secret is left out, as nothing of that day was ever stored; ``make``
        makes the missing secrets instead, and they are durable when this returns.
        Raises ``StoreUnavailableError`` when they could not be made durable.
        """

    def forget(self, before: Instant) -> None:
        """Destroy the secrets of all days that ended before this instant."""


Gone = WordsErased | MessageDeleted | QuestionWithdrawn
"""What nobody may be shown again, also when a backup is put back."""


class Erasures(Protocol):
    """Remembers, outside the database and its backups, what was erased or taken back."""

    async def words(self, gone: Iterable[tuple[RoomId, Gone]]) -> None:
        """These are about to be stored. Durable when this returns; raises ``OSError``."""


class Grant(msgspec.Struct, frozen=True):
    """Somebody may be in a room: how, and until when that must be asked again."""

    person: Person | None
    """None: a guest or a big screen, who only read."""
    stream: Stream
    until: Instant
    """At the latest 5 s from now (the lease)."""
    rule: str


class Credential(msgspec.Struct, frozen=True):
    """How a connection proved who it is. Not the secret itself."""

    kind: str
    """``session``, ``bearer``, ``screen`` or ``guest``."""
    id: str
    account: AccountId | None = None


class Admission(Protocol):
    """The policy, applied to live connections."""

    async def admit(
        self, credential: Credential, room: RoomId, *, removed: frozenset[AccountId]
    ) -> Grant | Denied:
        """Ask the policy now, with present facts; ``removed``: who was sent out of this room."""


class Accounts(Protocol):
    """Who there is at all."""

    async def existing(self, accounts: Collection[AccountId]) -> frozenset[AccountId]:
        """Those of these accounts that belong to somebody, wherever they have been."""


class Decks(Protocol):
    """What there is to put on the stage."""

    async def pages(self, room: RoomId, decks: Collection[DeckId]) -> Mapping[DeckId, int]:
        """How many pages each of these decks has; without those that do not belong into this
        room or cannot be shown."""


class Clock(Protocol):
    def now(self) -> Instant:
        """Milliseconds since 1970, UTC."""
