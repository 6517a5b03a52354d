"""The nouns of a programme: series, event, room, track, session, slot.

An ``Event`` is one *release*: the full content as it was published, never edited afterwards.
Truth of time is the wall clock of the event's zone (``WallTime``); the instants beside it are
derived from the present time zone rules whenever a release is loaded.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from access.audiences import Instant, TimeLine
from access.resources import EventKind

Guid = str
"""Random UUID in text form, made once, the same in every version (E3)."""

Language = Literal["de", "en"]


class Text(msgspec.Struct, frozen=True):
    """A text in the two languages of the interface; without English, German stands in."""

    de: str = ""
    en: str = ""

    def read(self, language: Language) -> str:
        """The text in a language, else the German one."""
        return (self.en or self.de) if language == "en" else self.de


class WallTime(msgspec.Struct, frozen=True):
    """What a clock on the wall of the event shows. ``fold`` 1: the second of a doubled hour."""

    clock: dt.datetime
    """Without a zone, whole minutes."""
    fold: int = 0

    def __post_init__(self) -> None:
        if self.clock.tzinfo is not None:
            raise ValueError("a wall time carries no zone")
        if self.clock.second or self.clock.microsecond:
            raise ValueError("a wall time has whole minutes")
        if self.fold not in (0, 1):
            raise ValueError("fold is 0 or 1")


class EventFormat(StrEnum):
    """Where people meet."""

    ONLINE = "online"
    ONSITE = "onsite"
    HYBRID = "hybrid"


class HostRole(StrEnum):
    """What an organisation is to an event."""

    HOST = "host"
    ORGANISER = "organiser"
    FUNDER = "funder"
    PARTNER = "partner"


class SessionKind(StrEnum):
    """What people do in a session."""

    GREETING = "greeting"
    IMPULSE = "impulse"
    KEYNOTE = "keynote"
    PANEL = "panel"
    FISHBOWL = "fishbowl"
    WORKSHOP = "workshop"
    MARKET = "market"
    NETWORKING = "networking"
    EXCURSION = "excursion"
    PLENARY = "plenary"
    GET_TOGETHER = "get_together"


class SessionStatus(StrEnum):
    """Only released states: drafts never reach a release."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class SlotStatus(StrEnum):
    """What became of a slot since it was first published."""

    SCHEDULED = "scheduled"
    DELAYED = "delayed"
    MOVED = "moved"
    CANCELLED = "cancelled"


class RoomKind(StrEnum):
    PLENARY = "plenary"
    BREAKOUT = "breakout"
    MARKET = "market"
    LOBBY = "lobby"


class Feature(StrEnum):
    """What can be used in a room."""

    CHAT = "chat"
    QUESTIONS = "questions"


class RoleKind(StrEnum):
    """What somebody does in a session. Order is the order of exports (E19)."""

    SPEAKER = "speaker"
    PANELIST = "panelist"
    CONTRIBUTOR = "contributor"
    MODERATOR = "moderator"
    HOST = "host"


class Series(msgspec.Struct, frozen=True):
    """Events that belong together; a calendar of its own."""

    guid: Guid
    slug: str
    title: Text


class Host(msgspec.Struct, frozen=True):
    """An organisation behind an event."""

    name: str
    role: HostRole = HostRole.HOST
    organisation: Guid | None = None


class Room(msgspec.Struct, frozen=True):
    """A room of the event, and of the live server: both know it by this guid."""

    guid: Guid
    slug: str
    name: Text
    """Unique per event (E11)."""
    position: int
    kind: RoomKind = RoomKind.BREAKOUT
    audience: TimeLine | None = None
    """None: the audience of the event."""
    features: tuple[Feature, ...] = (Feature.CHAT, Feature.QUESTIONS)


class Track(msgspec.Struct, frozen=True):
    guid: Guid
    slug: str
    name: Text
    colour: str
    """``#rrggbb``, never the only carrier of meaning."""
    position: int = 0


class Role(msgspec.Struct, frozen=True):
    """An office or person on the programme. May have no account."""

    guid: Guid
    kind: RoleKind
    name: Text
    organisation: Text = Text()


class Session(msgspec.Struct, frozen=True):
    """The content; it may have no slot, one or several."""

    guid: Guid
    code: str
    """Six of ``[0-9A-Z]``, unique per event (E5)."""
    slug: str
    """Unique per event; exports put the event's slug before it (E2)."""
    title: Text
    kind: SessionKind
    subtitle: Text = Text()
    abstract: Text = Text()
    track: Guid | None = None
    languages: tuple[str, ...] = ("de",)
    """ISO 639-1; the first one is exported (E23)."""
    audience: TimeLine | None = None
    """None: the audience of the event."""
    people: tuple[Role, ...] = ()
    practice_examples: tuple[Guid, ...] = ()
    status: SessionStatus = SessionStatus.CONFIRMED


class Slot(msgspec.Struct, frozen=True):
    """When and where: the thing with an identity in calendars."""

    guid: Guid
    export_id: int
    """Positive, per event, never used again (E4)."""
    start: WallTime
    end: WallTime
    session: Guid | None = None
    pause: Text | None = None
    """Text of a break. Exactly one of ``session`` and ``pause`` is set."""
    room: Guid | None = None
    """None: all rooms at once, as one object."""
    status: SlotStatus = SlotStatus.SCHEDULED
    sequence: int = 0
    """Rises with each published change of time, room, status or title (I7)."""
    created_at: Instant = 0
    changed_at: Instant = 0
    """The last published change of this slot (I6)."""
    moved_from: WallTime | None = None
    """Where it stood before it began to move; it last moved at ``moved_at`` (I12)."""
    moved_at: Instant | None = None
    starts_at: Instant = 0
    ends_at: Instant = 0
    """Derived from ``start``, ``end`` and the zone (``timetable.resolve``)."""

    def __post_init__(self) -> None:
        if (self.session is None) == (self.pause is None):
            raise ValueError("a slot holds either a session or a break")


class Event(msgspec.Struct, frozen=True):
    """One release of an event: everything that was published, nothing else."""

    guid: Guid
    slug: str
    """The acronym: ``^[a-z0-9_]{4,40}$``, never changed after the first release (E1)."""
    series: Guid
    number: int
    """Place in its series, from 1."""
    kind: EventKind
    title: Text
    time_zone: str
    """IANA name, such as Europe/Berlin."""
    first_day: dt.date
    last_day: dt.date
    audience: TimeLine
    motto: Text = Text()
    summary: Text = Text()
    format: EventFormat = EventFormat.ONLINE
    hidden: bool = False
    """True: behaves as not existing for whoever may not enter. Else visible but closed."""
    day_change: dt.time = dt.time(4, 0)
    """A day of the programme lasts from here to here (E9)."""
    sample: bool = False
    """The minute plan is invented; every page says so."""
    rolling: bool = False
    """A rehearsal: its times are moved so that it is always running (``rehearsal``)."""
    buffer_minutes: int | msgspec.UnsetType = msgspec.UNSET
    """Of a draft: the least time wanted between two things in a room or for a person. Nobody
    else's business, so a release does not hold it, nor do its bytes."""
    hosts: tuple[Host, ...] = ()
    rooms: tuple[Room, ...] = ()
    tracks: tuple[Track, ...] = ()
    sessions: tuple[Session, ...] = ()
    slots: tuple[Slot, ...] = ()
    release: int = 1
    sequence: int = 0
    """Rises with each published change of title or dates (I7 for the entry of the whole event)."""
    published_at: Instant = 0
    created_at: Instant = 0
