"""What the API answers about the programme. Times carry their offset, in the event's zone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec

from access.audiences import Group
from access.resources import EventKind
from access.rules import NextStep, Rule
from agenda.core.model import (
    EventFormat,
    Feature,
    HostRole,
    RoleKind,
    RoomKind,
    SessionKind,
    SessionStatus,
    SlotStatus,
    Text,
)

Moment = Annotated[dt.datetime, msgspec.Meta(tz=True)]
"""With the offset in force then in the event's zone."""


class AudienceView(msgspec.Struct, frozen=True):
    """Whom something is for now, and until when (null: for good)."""

    group: Group
    seasons: tuple[int, ...]
    """Only these funding seasons; empty means all."""
    until: Moment | None


class EventLine(msgspec.Struct, frozen=True):
    """An event in the list of those the asker may know of."""

    slug: str
    guid: str
    title: Text
    first_day: dt.date
    last_day: dt.date
    zone: str
    kind: EventKind
    audience: AudienceView
    state: Literal["open", "closed"]
    """Whether the asker may enter. Why not, and what helps: ``/access``."""
    registration: Literal["registered", "possible", "sign_in", "refused"]
    """A place as a participant: taken, to be had by one click, unknown before signing in, or not
    to be had."""


class Events(msgspec.Struct, frozen=True):
    """In order of time."""

    events: tuple[EventLine, ...]


class HostView(msgspec.Struct, frozen=True):
    """An organisation behind an event."""

    name: str
    role: HostRole


class RoomView(msgspec.Struct, frozen=True):
    """A room the asker may see. ``guid`` is its name on the WebSocket."""

    guid: str
    slug: str
    name: Text
    kind: RoomKind
    position: int
    features: tuple[Feature, ...]


class Rooms(msgspec.Struct, frozen=True):
    """By position."""

    rooms: tuple[RoomView, ...]


class EventView(msgspec.Struct, frozen=True):
    """An event. While it is closed to the asker, only ``event`` says something."""

    event: EventLine
    motto: Text
    summary: Text
    format: EventFormat
    hosts: tuple[HostView, ...]
    rooms: tuple[RoomView, ...]
    sample: bool
    """The minute plan is invented."""
    rehearsal: bool
    """Always running: its times move."""
    release: int


class PersonView(msgspec.Struct, frozen=True):
    """An office or person on the programme."""

    role: RoleKind
    name: Text
    organisation: Text


class SessionLine(msgspec.Struct, frozen=True):
    """A session in the agenda."""

    guid: str
    code: str
    slug: str
    title: Text
    subtitle: Text
    kind: SessionKind
    track: str | None
    """Slug."""
    languages: tuple[str, ...]
    status: SessionStatus
    people: tuple[PersonView, ...]


class SessionSlot(msgspec.Struct, frozen=True, tag="session", tag_field="kind"):
    """A session at its time, in a room (null: in all of them)."""

    guid: str
    start: Moment
    end: Moment
    status: SlotStatus
    room: str | None
    """Slug."""
    session: SessionLine


class BreakSlot(msgspec.Struct, frozen=True, tag="break", tag_field="kind"):
    """A break, in a room (null: in all of them)."""

    guid: str
    start: Moment
    end: Moment
    status: SlotStatus
    room: str | None
    title: Text


class ClosedSlot(msgspec.Struct, frozen=True, tag="restricted", tag_field="kind"):
    """Something takes place then, for others: not what, not where, not with whom."""

    start: Moment
    end: Moment
    audience: AudienceView
    rule: Rule
    next_step: NextStep


class DayView(msgspec.Struct, frozen=True):
    """A day of the programme; it may end after midnight."""

    index: int
    date: dt.date
    opens: Moment
    closes: Moment
    slots: tuple[SessionSlot | BreakSlot | ClosedSlot, ...]
    """By start."""


class TrackView(msgspec.Struct, frozen=True):
    """A thread through the programme."""

    slug: str
    name: Text
    colour: str


class AgendaView(msgspec.Struct, frozen=True):
    """The programme as the asker may see it."""

    event: str
    """Slug."""
    zone: str
    release: int
    sample: bool
    """The minute plan is invented."""
    tracks: tuple[TrackView, ...]
    days: tuple[DayView, ...]


class RoomNow(msgspec.Struct, frozen=True):
    """What runs in a room, and what comes there next."""

    room: RoomView
    now: tuple[SessionSlot | BreakSlot, ...]
    next: tuple[SessionSlot | BreakSlot, ...]


class Now(msgspec.Struct, frozen=True):
    """Every room the asker may see, by position."""

    rooms: tuple[RoomNow, ...]


class ExampleView(msgspec.Struct, frozen=True):
    """Something a model project did, told so that others can take it over."""

    guid: str
    slug: str
    project: str
    title: Text
    topic: str
    summary: str
    """German."""
    sources: tuple[str, ...]


class Examples(msgspec.Struct, frozen=True):
    """By project and title."""

    examples: tuple[ExampleView, ...]


class SessionView(msgspec.Struct, frozen=True):
    """A session with all its times."""

    event: str
    """Slug."""
    session: SessionLine
    abstract: Text
    """Paragraphs are divided by an empty line."""
    audience: AudienceView
    slots: tuple[SessionSlot | BreakSlot, ...]
    examples: tuple[ExampleView, ...]


class Reasons(msgspec.Struct, frozen=True):
    """A decision in words, in the asker's language."""

    rule: str
    next_step: str
    """Empty for who is let in."""


class AccessView(msgspec.Struct, frozen=True):
    """Whether the asker may enter the event, why, and what helps."""

    event: str
    """Slug."""
    allowed: bool
    rule: Rule
    next_step: NextStep | None
    texts: Reasons
    until: Moment | None
    """Ask again then, because an audience, a fact or the sign-in ends. Null: nothing ends."""
