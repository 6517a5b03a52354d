"""The nouns every feature of a room shares."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from access.actors import OfficeKind
from access.audiences import Instant
from access.permissions import Permission

RoomId = str
AccountId = str
ObjectId = str
"""UUIDv7 in text form, made by the sequencer; not guessable, no meaning."""

SYSTEM: AccountId = "system"
"""Acts announced by the server itself (deadlines)."""
RETENTION: AccountId = "retention"
"""Erases what was kept for long enough."""


class Stream(StrEnum):
    """The three numbered translations of a room's history: pub ⊂ stage ⊂ desk."""

    PUB = "pub"
    STAGE = "stage"
    DESK = "desk"


class Kind(StrEnum):
    """What an object of a room is."""

    ROOM = "room"
    MESSAGE = "message"
    QUESTION = "question"
    PERSON = "person"
    STAGE = "stage"
    ANNOUNCEMENT = "announcement"
    NOTE = "note"


class Ref(msgspec.Struct, frozen=True, array_like=True):
    """Points at one object of a room."""

    kind: Kind
    id: ObjectId


class Person(msgspec.Struct, frozen=True):
    """Who gives a command, as the policy admitted them to this room at this moment."""

    account: AccountId
    name: str
    organisation: str
    may: frozenset[Permission]
    staff: frozenset[AccountId] = frozenset()
    """Accounts this person may not sanction: whoever has moderator rights in the room.
    The policy fills it for those who may sanction; nobody else needs it."""
    office: OfficeKind | None = None
    """The strongest office this person holds in the room, as the policy says."""

    @property
    def stream(self) -> Stream:
        """The stream this person reads, and so the objects this person can name."""
        if Permission.ROOM_DESK in self.may:
            return Stream.DESK
        return Stream.STAGE if Permission.ROOM_STAGE in self.may else Stream.PUB

    def author(self, *, unnamed: bool = False) -> Author:
        """This person as the author of words. Without a name there is no office either: it
        would tell who asked."""
        office = None if unnamed else self.office
        return Author(self.account, self.name, self.organisation, unnamed, office)


class Author(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who said something. Kept outside the log with the words."""

    account: AccountId
    name: str
    organisation: str
    unnamed: bool = False
    """*ohne Namen*: nobody in the room sees who asked."""
    office: OfficeKind | None = None
    """Held in the room when it was said: a name alone can be chosen freely."""


class Words(msgspec.Struct, frozen=True):
    """What was said and by whom: the part of an event that can be erased.

    An event carries ``words: Words | None``.  The log stores the event without them; on
    loading they are joined again if they are still there.  ``None`` means erased since.
    """

    text: str
    author: Author


class Ids(msgspec.Struct, frozen=True):
    """Fresh ids for the objects a command may create."""

    object: ObjectId


class Code(StrEnum):
    """Why a command was refused (X15). Stable; each has a German and an English text."""

    UNAUTHORIZED = "unauthorized"
    """Needs an account: sign in, or say hello with a token."""
    FORBIDDEN = "forbidden"
    """The policy does not allow it to this person here."""
    NOT_FOUND = "not_found"
    """There is no such thing, or not for this person."""
    ILLEGAL_TRANSITION = "illegal_transition"
    """Not from ``state``: the object's, or the connection's (``do`` before it is in a room)."""
    CONFLICT = "conflict"
    """Somebody else was first: ``revision`` is not the expected one; nothing was overwritten."""
    WINDOW_CLOSED = "window_closed"
    """Asking or voting is over, or has not begun."""
    RATE_LIMITED = "rate_limited"
    """Too much at once; the same command may be sent again after ``retry_after_ms``, if given."""
    TOO_LONG = "too_long"
    """More than ``limit`` characters as a reader counts them; nothing was cut."""
    TOO_SHORT = "too_short"
    """Fewer than ``limit`` characters."""
    EMPTY = "empty"
    """Nothing to see in it."""
    DUPLICATE = "duplicate"
    """The same person said the same already: ``of``."""
    MUTED = "muted"
    """No writing, until then if ``until`` is given."""
    BANNED = "banned"
    """Sent out of this room."""
    HELD = "held"
    """Kept back for a moderator to look at. Not used yet."""
    BLOCKED_CONTENT = "blocked_content"
    """Text that cannot be shown safely, such as piled-up marks."""
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    """This id was used for another command."""
    EXPIRED_COMMAND = "expired_command"
    """The id is older than a day, or ahead of ``server_time``: make a new one."""
    UNSUPPORTED = "unsupported"
    """Not done in this room; or, with ``limit``, the one version of the protocol spoken here."""
    MALFORMED = "malformed"
    """No message of this protocol."""
    UNKNOWN_COMMAND = "unknown_command"
    """There is no command of this type."""
    TOO_LARGE = "too_large"
    """A frame of more than ``limit`` bytes."""
    INTERNAL = "internal"
    """A fault of the server; nothing was stored."""
    RETRY_LATER = "retry_later"
    """Nothing was stored; the same command may be sent again after ``retry_after_ms``."""


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command that was not carried out, and what the sender needs to go on."""

    code: Code
    limit: int | None = None
    retry_after_ms: int | None = None
    until: Instant | None = None
    of: ObjectId | None = None
    state: str | None = None
    revision: int | None = None
    by: str | None = None
    """Conflict: display name of the one who was first (only told to readers of the desk)."""
    at: Instant | None = None
    server_time: Instant | None = None


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A wish. Subclasses name the permission they need in ``NEEDS``."""


class Event(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """A logged fact: what ``decide`` made of a command."""

    at: Instant
    by: AccountId | None = None
    """Who acted, for acts of moderation (audit). None where the author acted: the words, and
    only they, say who that is."""
    by_name: str | None = None
    """Display name of ``by`` at that time: colleagues are told who was first."""


class VoteCast(msgspec.Struct, frozen=True):
    """A row, not an event: this account's vote on a question is now ``value``."""

    question: ObjectId
    account: AccountId
    value: bool
    at: Instant
