"""Which offices of an actor count in a place."""

from __future__ import annotations

from collections.abc import Iterable

from access.actors import Actor, Office, OfficeKind
from access.audiences import Instant
from access.groups import in_force
from access.resources import EventResource, RoomResource, SessionResource
from access.rules import Rule

RULES = {
    OfficeKind.ORGANISER: Rule.ORGANISER,
    OfficeKind.HOST: Rule.HOST,
    OfficeKind.MODERATOR: Rule.MODERATOR,
    OfficeKind.SPEAKER: Rule.SPEAKER,
}
"""Strongest first."""


def strongest(held: Iterable[OfficeKind]) -> OfficeKind | None:
    """The office that goes furthest, for the reason given."""
    kinds = frozenset(held)
    return next((kind for kind in RULES if kind in kinds), None)


def holds_any(actor: Actor, at: Instant) -> bool:
    """Whether the actor holds an office anywhere."""
    return any(in_force(actor.offices, at))


def organises_everything(actor: Actor, at: Instant) -> bool:
    return any(_is_organiser(office, None) for office in in_force(actor.offices, at))


def anywhere(actor: Actor, at: Instant) -> frozenset[OfficeKind]:
    """Offices in whatever event."""
    return frozenset(office.kind for office in in_force(actor.offices, at))


def speaks_in(actor: Actor, at: Instant) -> frozenset[str]:
    """Guids of the sessions the actor speaks in, in whatever event."""
    return frozenset(
        office.scope
        for office in in_force(actor.offices, at)
        if office.kind is OfficeKind.SPEAKER and office.scope is not None
    )


def in_event(actor: Actor, event: EventResource, at: Instant) -> frozenset[OfficeKind]:
    """Offices anywhere in the event: its staff."""
    return frozenset(
        office.kind
        for office in in_force(actor.offices, at)
        if _is_organiser(office, event.guid)
        or (office.kind is not OfficeKind.ORGANISER and _within(office, event.guid))
    )


def in_place(
    actor: Actor, place: SessionResource | RoomResource, at: Instant
) -> frozenset[OfficeKind]:
    """Offices that count in this very room or session, not only somewhere in its event."""
    return frozenset(
        office.kind for office in in_force(actor.offices, at) if _counts_in(office, place)
    )


def _counts_in(office: Office, place: SessionResource | RoomResource) -> bool:
    event = place.event.guid
    match office.kind:
        case OfficeKind.ORGANISER:
            return _is_organiser(office, event)
        case OfficeKind.HOST:
            return office.scope == event
        case OfficeKind.MODERATOR:
            return office.scope in {event, _room_of(place)} - {None}
        case OfficeKind.SPEAKER:
            return office.scope in _sessions_of(place)


def _is_organiser(office: Office, event: str | None) -> bool:
    return office.kind is OfficeKind.ORGANISER and office.scope in {None, event}


def _within(office: Office, event: str) -> bool:
    """A host's office is of an event alone; others may be of a room or session in it."""
    if office.kind is OfficeKind.HOST:
        return office.scope == event
    return event in {office.scope, office.event}


def _room_of(place: SessionResource | RoomResource) -> str | None:
    return place.guid if isinstance(place, RoomResource) else place.room


def _sessions_of(place: SessionResource | RoomResource) -> frozenset[str]:
    return place.speakers_of if isinstance(place, RoomResource) else frozenset({place.guid})
