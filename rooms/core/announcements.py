"""Announcements: one banner before everybody in the room. The newest replaces the one before.

A banner ends at an instant that stands in the log; nobody has to act then, and nothing is sent:
whoever shows it compares.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from access.audiences import Instant
from access.permissions import Permission
from rooms.core import text
from rooms.core.names import (
    AccountId,
    Code,
    Command,
    Event,
    Ids,
    Kind,
    ObjectId,
    Person,
    Ref,
    Refusal,
    Words,
)


class Level(StrEnum):
    INFO = "info"
    IMPORTANT = "important"
    """Screen readers say it at once, once."""


class SetAnnouncement(Command, frozen=True, tag="announce.set"):
    """Put a banner before everybody until then."""

    NEEDS: ClassVar = Permission.ANNOUNCE
    text: str
    until: Instant
    level: Level = Level.INFO


class ClearAnnouncement(Command, frozen=True, tag="announce.clear"):
    NEEDS: ClassVar = Permission.ANNOUNCE


class AnnouncementSet(Event, frozen=True, kw_only=True, tag="announcement.set"):
    announcement: ObjectId
    level: Level
    until: Instant
    words: Words | None


class AnnouncementCleared(Event, frozen=True, kw_only=True, tag="announcement.cleared"):
    announcement: ObjectId


AnnouncementCommand = SetAnnouncement | ClearAnnouncement
AnnouncementEvent = AnnouncementSet | AnnouncementCleared


class Announcement(msgspec.Struct):
    """A banner as the room knows it."""

    id: ObjectId
    at: Instant
    level: Level
    until: Instant
    words: Words | None


class Announcements(msgspec.Struct):
    """All that were made here: their words can be erased also when another one is shown."""

    made: dict[ObjectId, Announcement] = {}
    shown: ObjectId | None = None


class AnnouncementView(msgspec.Struct, frozen=True, tag_field="k", tag="announcement"):
    """The banner, alike for everybody. Not shown any more from ``until`` on."""

    id: ObjectId
    at: Instant
    level: Level
    until: Instant
    text: str


LONGEST: Final = 280
"""Of an announcement, in grapheme clusters."""
LONGEST_MS: Final = 24 * 3_600_000
"""No banner stays longer than a day."""


def decide(
    announcements: Announcements, command: AnnouncementCommand, by: Person, at: Instant, ids: Ids
) -> AnnouncementEvent | Refusal | None:
    """What becomes of a command; None: the wanted state is there already (X2)."""
    if isinstance(command, SetAnnouncement):
        return _set(command, by, at, ids)
    shown = announcements.shown
    if shown is None:
        return None
    return AnnouncementCleared(at=at, by=by.account, by_name=by.name, announcement=shown)


def _set(command: SetAnnouncement, by: Person, at: Instant, ids: Ids) -> AnnouncementSet | Refusal:
    checked = text.check(command.text, 1, LONGEST)
    if isinstance(checked, Refusal):
        return checked
    if not at < command.until <= at + LONGEST_MS:
        return Refusal(Code.MALFORMED, limit=LONGEST_MS)
    return AnnouncementSet(
        at=at,
        announcement=ids.object,
        level=command.level,
        until=command.until,
        words=Words(checked, by.author()),
    )


def evolve(announcements: Announcements, event: AnnouncementEvent) -> None:
    """Fold an event into the announcements, in place. Never fails."""
    match event:
        case AnnouncementSet(announcement=made):
            announcements.made[made] = Announcement(
                made, event.at, event.level, event.until, event.words
            )
            announcements.shown = made
        case AnnouncementCleared():
            announcements.shown = None


def erase(announcements: Announcements, announcement: ObjectId) -> None:
    """The words of an announcement are gone for good; nobody is shown it any more."""
    found = announcements.made.get(announcement)
    if found is not None:
        found.words = None
    if announcements.shown == announcement:
        announcements.shown = None


def said_by(announcements: Announcements, account: AccountId) -> list[Ref]:
    """Announcements with words of this person."""
    return [
        Ref(Kind.ANNOUNCEMENT, one.id)
        for one in announcements.made.values()
        if one.words is not None and one.words.author.account == account
    ]


def touched(announcements: Announcements, event: AnnouncementEvent) -> tuple[Ref, ...]:
    """What looks different: the banner of the event, and the one that it replaces."""
    named = (event.announcement, announcements.shown)
    return tuple(Ref(Kind.ANNOUNCEMENT, one) for one in dict.fromkeys(named) if one is not None)


def view(announcements: Announcements, announcement: ObjectId | None) -> AnnouncementView | None:
    """A banner while it is the one that is shown."""
    found = announcements.made.get(announcement) if announcement is not None else None
    if found is None or found.words is None or announcements.shown != found.id:
        return None
    return AnnouncementView(found.id, found.at, found.level, found.until, found.words.text)
