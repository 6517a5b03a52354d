"""People in a room: mute, remove, and the erasure of a person's words.

Sanctions are on accounts, not on connections, and work on words only: whoever is muted reads,
votes and deletes own messages.  A time-out ends by itself: its end is compared in ``decide``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar, Final

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core import text
from rooms.core.names import AccountId, Code, Command, Event, Person, Ref, Refusal


class MutePerson(Command, frozen=True, tag="person.mute"):
    """No writing until then (None: until a moderator ends it)."""

    NEEDS: ClassVar = Permission.PERSON_SANCTION
    account: AccountId
    minutes: int | None = None
    reason: str = ""


class UnmutePerson(Command, frozen=True, tag="person.unmute"):
    NEEDS: ClassVar = Permission.PERSON_SANCTION
    account: AccountId


class RemovePerson(Command, frozen=True, tag="person.remove"):
    """Out of the room within a second; may not come back until readmitted."""

    NEEDS: ClassVar = Permission.PERSON_SANCTION
    account: AccountId
    reason: str = ""


class ReadmitPerson(Command, frozen=True, tag="person.readmit"):
    NEEDS: ClassVar = Permission.PERSON_SANCTION
    account: AccountId


class EraseWords(Command, frozen=True, tag="person.erase_words"):
    """Everything this person said in this room is gone for good, and why it was moderated."""

    NEEDS: ClassVar = Permission.WORDS_ERASE
    account: AccountId


class PersonMuted(Event, frozen=True, kw_only=True, tag="person.muted"):
    account: AccountId
    until: Instant | None
    reason: str


class PersonUnmuted(Event, frozen=True, kw_only=True, tag="person.unmuted"):
    account: AccountId


class PersonRemoved(Event, frozen=True, kw_only=True, tag="person.removed"):
    account: AccountId
    reason: str


class PersonReadmitted(Event, frozen=True, kw_only=True, tag="person.readmitted"):
    account: AccountId


class WordsErased(Event, frozen=True, kw_only=True, tag="person.words_erased"):
    """The words of these objects are gone. Names the objects, not the person."""

    objects: tuple[Ref, ...]
    persons: tuple[AccountId, ...] | None = None
    """Whose sanctions lost their reasons with them. Never stored: beside the objects it would
    tell who asked unnamed questions. None: read from the log; the reasons are gone there."""


PersonCommand = MutePerson | UnmutePerson | RemovePerson | ReadmitPerson
PersonEvent = PersonMuted | PersonUnmuted | PersonRemoved | PersonReadmitted


class Sanction(msgspec.Struct):
    """What is imposed on an account. Kept when it is lifted: its revision goes on."""

    account: AccountId
    muted: bool = False
    muted_until: Instant | None = None
    removed: bool = False
    reason: str = ""
    revision: int = 1
    reasoned: bool = False
    """Whether the reason of a sanction, this one or one before, can still be read."""


class People(msgspec.Struct):
    sanctions: dict[AccountId, Sanction] = {}


class PersonView(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="person"):
    """Desk only: a person under a sanction."""

    id: AccountId
    muted: bool = False
    muted_until: Instant | None = None
    removed: bool = False
    reason: str = ""


LONGEST_MUTE: Final = 7 * 24 * 60
"""Minutes. Longer is meant to be open-ended."""
REASON_LONGEST: Final = 500
_ACCOUNT: Final = re.compile(r"[!-~]{1,64}")


def named(command: PersonCommand | EraseWords) -> AccountId | None:
    """The account a command names; None: no account has such a name."""
    return command.account if _ACCOUNT.fullmatch(command.account) else None


def barred(people: People, account: AccountId, *, writing: bool, at: Instant) -> Refusal | None:
    """Whether a sanction forbids this person to act now: banned, or muted until when."""
    sanction = people.sanctions.get(account)
    if sanction is None:
        return None
    if sanction.removed:
        return Refusal(Code.BANNED)
    if writing and sanction.muted and (sanction.muted_until is None or at < sanction.muted_until):
        return Refusal(Code.MUTED, until=sanction.muted_until)
    return None


def decide(
    people: People,
    command: PersonCommand,
    by: Person,
    at: Instant,
    exist: Collection[AccountId],
) -> PersonEvent | Refusal | None:
    """What becomes of a command; None: the wanted state is there already (X2).

    ``exist``: accounts that belong to somebody, who need never have been here.  Of whoever is
    gone meanwhile, a sanction the room knows can still be lifted.
    """
    known = people.sanctions.get(command.account)
    if known is None and command.account not in exist:
        return Refusal(Code.NOT_FOUND)
    sanction = known or Sanction(command.account)
    match command:
        case MutePerson():
            return _mute(sanction, command, by, at)
        case RemovePerson():
            return _remove(sanction, command, by, at)
        case UnmutePerson(account):
            if not sanction.muted:
                return None
            return PersonUnmuted(at=at, by=by.account, by_name=by.name, account=account)
        case ReadmitPerson(account):
            if not sanction.removed:
                return None
            return PersonReadmitted(at=at, by=by.account, by_name=by.name, account=account)


def _mute(
    sanction: Sanction, command: MutePerson, by: Person, at: Instant
) -> PersonMuted | Refusal | None:
    if command.account in by.staff:
        return Refusal(Code.FORBIDDEN)
    if command.minutes is not None and not 1 <= command.minutes <= LONGEST_MUTE:
        return Refusal(Code.MALFORMED, limit=LONGEST_MUTE)
    reason = text.check_remark(command.reason, REASON_LONGEST)
    if isinstance(reason, Refusal):
        return reason
    until = None if command.minutes is None else at + command.minutes * 60_000
    if sanction.muted and sanction.muted_until == until:
        return None
    return PersonMuted(
        at=at,
        by=by.account,
        by_name=by.name,
        account=command.account,
        until=until,
        reason=reason,
    )


def _remove(
    sanction: Sanction, command: RemovePerson, by: Person, at: Instant
) -> PersonRemoved | Refusal | None:
    if command.account in by.staff:
        return Refusal(Code.FORBIDDEN)
    reason = text.check_remark(command.reason, REASON_LONGEST)
    if isinstance(reason, Refusal):
        return reason
    if sanction.removed:
        return None
    return PersonRemoved(
        at=at, by=by.account, by_name=by.name, account=command.account, reason=reason
    )


def evolve(people: People, event: PersonEvent) -> None:
    """Fold an event into the sanctions, in place. Never fails."""
    sanction = people.sanctions.get(event.account)
    if sanction is None:
        sanction = people.sanctions[event.account] = Sanction(event.account, revision=0)
    sanction.revision += 1
    match event:
        case PersonMuted():
            sanction.muted, sanction.muted_until = True, event.until
            _explain(sanction, event.reason)
        case PersonUnmuted():
            sanction.muted, sanction.muted_until = False, None
        case PersonRemoved():
            sanction.removed = True
            _explain(sanction, event.reason)
        case PersonReadmitted():
            sanction.removed = False
    if not (sanction.muted or sanction.removed):
        sanction.reason = ""


def _explain(sanction: Sanction, reason: str) -> None:
    sanction.reason = reason
    sanction.reasoned = sanction.reasoned or reason != ""


def erase(people: People, account: AccountId) -> None:
    """Why a person was sanctioned is gone for good; what is imposed stays.

    The revision stays too: a history read after the erasure never saw a reason.
    """
    sanction = people.sanctions.get(account)
    if sanction is not None:
        sanction.reason, sanction.reasoned = "", False


def reasoned(people: People, account: AccountId) -> bool:
    """Whether there is a reason of a sanction on this person to be erased."""
    sanction = people.sanctions.get(account)
    return sanction is not None and sanction.reasoned


def view(people: People, account: AccountId) -> PersonView | None:
    """A person under a sanction, for the desk; None when there is none (any more)."""
    sanction = people.sanctions.get(account)
    if sanction is None or not (sanction.muted or sanction.removed):
        return None
    return PersonView(
        id=account,
        muted=sanction.muted,
        muted_until=sanction.muted_until,
        removed=sanction.removed,
        reason=sanction.reason,
    )
