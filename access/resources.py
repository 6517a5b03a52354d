"""What is asked for: the site, events, sessions, rooms, with their audiences."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from access.audiences import TimeLine


class EventKind(StrEnum):
    REGIONAL_CONFERENCE = "regional_conference"
    CONGRESS = "congress"


class EventResource(msgspec.Struct, frozen=True):
    guid: str
    slug: str
    title: str
    audience: TimeLine
    hidden: bool = False
    """To whoever may not enter, the event does not exist. Else it is visible but closed."""
    kind: EventKind = EventKind.REGIONAL_CONFERENCE
    guests_read: bool = False
    """Setting: where the audience is public, its rooms may be read without signing in."""


class SessionResource(msgspec.Struct, frozen=True):
    guid: str
    event: EventResource
    audience: TimeLine | None = None
    """Narrows the event's audience; None: everybody in the event."""
    room: str | None = None


class RoomResource(msgspec.Struct, frozen=True):
    guid: str
    event: EventResource
    audience: TimeLine | None = None
    """Narrows the event's audience; None: everybody in the event."""
    speakers_of: frozenset[str] = frozenset()
    """Guids of the sessions in this room: their speakers act on its stage."""


class Missing(msgspec.Struct, frozen=True):
    """Something that is not there, inside an event that is.

    Whoever may not enter the event must not learn from the answer that it is missing.
    """

    event: EventResource


class Platform(msgspec.Struct, frozen=True):
    """The site itself."""


PLATFORM = Platform()

Resource = EventResource | SessionResource | RoomResource | Missing | Platform
