"""People in a room: mute, remove, and the erasure of a person's words."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core.names import AccountId, Command, Event, Ref


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
    """Everything this person said in this room is gone for good."""

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


class Sanction(msgspec.Struct):
    account: AccountId
    muted: bool = False
    muted_until: Instant | None = None
    removed: bool = False
    reason: str = ""
    revision: int = 1


class People(msgspec.Struct):
    sanctions: dict[AccountId, Sanction] = {}


class PersonView(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="person"):
    """Desk only: a person under a sanction."""

    id: AccountId
    muted: bool = False
    muted_until: Instant | None = None
    removed: bool = False
    reason: str = ""
