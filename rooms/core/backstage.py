"""Backstage: notes among speakers, moderators, hosts and organiser. Nobody else knows of them.

A note is confirmed once, by somebody else than its author: then everybody backstage knows that it
was read.  Whoever is muted may write here: it is the way to the moderation.
"""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core import text
from rooms.core.names import (
    AccountId,
    Author,
    Code,
    Command,
    Event,
    Ids,
    Kind,
    ObjectId,
    Person,
    Ref,
    Refusal,
    Stream,
    Words,
)


class SendNote(Command, frozen=True, tag="backstage.send"):
    NEEDS: ClassVar = Permission.BACKSTAGE_SEND
    text: str


class ConfirmNote(Command, frozen=True, tag="backstage.confirm"):
    """I have read it."""

    NEEDS: ClassVar = Permission.BACKSTAGE_SEND
    note: ObjectId


class NoteSent(Event, frozen=True, kw_only=True, tag="note.sent"):
    note: ObjectId
    words: Words | None


class NoteConfirmed(Event, frozen=True, kw_only=True, tag="note.confirmed"):
    note: ObjectId


BackstageCommand = SendNote | ConfirmNote
BackstageEvent = NoteSent | NoteConfirmed


class Note(msgspec.Struct):
    """A note as the room knows it."""

    id: ObjectId
    at: Instant
    words: Words | None
    """None: erased."""
    confirmed_by: str | None = None
    """Display name at that time."""
    confirmed_at: Instant | None = None


class Backstage(msgspec.Struct):
    notes: dict[ObjectId, Note] = {}
    """In the order in which they were sent."""


class NoteView(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="k", tag="note"):
    """A note, in stage and desk only. Without ``text`` it was erased."""

    id: ObjectId
    at: Instant
    text: str | None = None
    author: Author | None = None
    confirmed_by: str | None = None
    confirmed_at: Instant | None = None


LONGEST: Final = 500
"""Of a note, in grapheme clusters."""


def decide(
    backstage: Backstage, command: BackstageCommand, by: Person, at: Instant, ids: Ids
) -> BackstageEvent | Refusal | None:
    """What becomes of a command; None: the wanted state is there already (X2)."""
    if isinstance(command, SendNote):
        checked = text.check(command.text, 1, LONGEST)
        if isinstance(checked, Refusal):
            return checked
        return NoteSent(at=at, note=ids.object, words=Words(checked, by.author()))
    note = backstage.notes.get(command.note)
    if note is None or note.words is None:
        return Refusal(Code.NOT_FOUND)
    if note.words.author.account == by.account:
        return Refusal(Code.FORBIDDEN)
    if note.confirmed_at is not None:
        return None
    return NoteConfirmed(at=at, by=by.account, by_name=by.name, note=note.id)


def evolve(backstage: Backstage, event: BackstageEvent) -> None:
    """Fold an event into the notes, in place. Never fails."""
    match event:
        case NoteSent():
            backstage.notes[event.note] = Note(event.note, event.at, event.words)
        case NoteConfirmed():
            note = backstage.notes.get(event.note)
            if note is not None:
                note.confirmed_by, note.confirmed_at = event.by_name, event.at


def erase(backstage: Backstage, note: ObjectId) -> None:
    """The words of a note are gone for good; its place stays."""
    found = backstage.notes.get(note)
    if found is not None:
        found.words = None


def said_by(backstage: Backstage, account: AccountId) -> list[Ref]:
    """Notes with words of this person."""
    return [
        Ref(Kind.NOTE, one.id)
        for one in backstage.notes.values()
        if one.words is not None and one.words.author.account == account
    ]


def view(backstage: Backstage, note: ObjectId, stream: Stream) -> NoteView | None:
    """A note for whoever is backstage; to all others it does not exist."""
    found = backstage.notes.get(note)
    if found is None or stream is Stream.PUB:
        return None
    return NoteView(
        id=found.id,
        at=found.at,
        text=found.words.text if found.words else None,
        author=found.words.author if found.words else None,
        confirmed_by=found.confirmed_by,
        confirmed_at=found.confirmed_at,
    )
