"""What is asked for, with its audience: site, event, session, room, example, material."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from access.audiences import Instant, TimeLine


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
    released: bool = True
    """Until then it stands in a draft and exists for its staff alone."""


class Turn(msgspec.Struct, frozen=True):
    """When a session has the stage of a room, as planned now."""

    session: str
    since: Instant
    until: Instant


class RoomResource(msgspec.Struct, frozen=True):
    guid: str
    event: EventResource
    audience: TimeLine | None = None
    """Narrows the event's audience; None: everybody in the event."""
    speakers_of: frozenset[str] = frozenset()
    """Guids of the sessions in this room: their speakers act on its stage."""
    turns: tuple[Turn, ...] = ()
    """None: the stage is free at any time, as in a rehearsal."""


class ExampleResource(msgspec.Struct, frozen=True):
    """A practice example, also one that is yet to be made."""

    guid: str
    slug: str
    project: str
    """Id of the model project that tells it."""
    audience: TimeLine
    released: bool = False
    """Until then it exists for its project's staff and the organiser alone."""


class OnStage(msgspec.Struct, frozen=True):
    """Where a deck is shown just now, and when that is over at the latest."""

    room: RoomResource
    until: Instant | None
    """Also if nobody takes it off the stage.  None: as long as it is there, as in a rehearsal."""


class MaterialResource(msgspec.Struct, frozen=True):
    """A file or link of a session or of a practice example."""

    guid: str
    owner: SessionResource | ExampleResource
    audience: TimeLine | None = None
    """None: whoever may read the owner.  Else it decides alone, also wider than the owner:
    slides of a congress may be for the funded until May and for everybody from then on."""
    released: bool = False
    shown: OnStage | None = None
    """It is on the stage of its session's room just now."""


class Missing(msgspec.Struct, frozen=True):
    """Something that is not there, inside an event that is.

    Whoever may not enter the event must not learn from the answer that it is missing.
    """

    event: EventResource


class Platform(msgspec.Struct, frozen=True):
    """The site itself."""


PLATFORM = Platform()

InEvent = EventResource | SessionResource | RoomResource | Missing
"""What lies behind the gate of an event."""
Resource = InEvent | ExampleResource | MaterialResource | Platform
