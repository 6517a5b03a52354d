"""Which offices of an actor count in a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from access.actors import Actor, Office, OfficeKind
from access.audiences import Instant
from access.groups import in_force
from access.permissions import Permission
from access.resources import EventResource, Resource, RoomResource, SessionResource
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


CHANGE_OVER: Instant = 300_000
"""Milliseconds before and after their session in which a speaker may act on the stage, also while
another is on."""


def acting(
    actor: Actor, action: Permission, room: RoomResource, at: Instant
) -> frozenset[OfficeKind]:
    """Offices that count for this in the room: a speaker leaves the stage to others' sessions."""
    held = in_place(actor, room, at)
    away = action is Permission.STAGE_DIRECT and _is_others_turn(actor, room, at)
    return held - {OfficeKind.SPEAKER} if away else held


def lacking(actor: Actor, room: RoomResource, at: Instant) -> Rule:
    """Why nobody acts as a speaker whose offices do not count: it is not their turn, or none is
    theirs."""
    return Rule.OTHERS_TURN if in_place(actor, room, at) else Rule.SPEAKERS_ONLY


def turns(actor: Actor, resource: Resource) -> Iterator[Instant]:
    """When a speaker may begin, or must cease, to act on the stage of a room."""
    if not isinstance(resource, RoomResource):
        return
    scopes = {office.scope for office in actor.offices if office.kind is OfficeKind.SPEAKER}
    if scopes & resource.speakers_of:
        for turn in resource.turns:
            yield from (turn.since, turn.until)
            yield from (turn.since - CHANGE_OVER, turn.until + CHANGE_OVER)


def _is_others_turn(actor: Actor, room: RoomResource, at: Instant) -> bool:
    mine = speaks_in(actor, at)
    own = [turn for turn in room.turns if turn.session in mine]
    if any(turn.since - CHANGE_OVER <= at < turn.until + CHANGE_OVER for turn in own):
        return False
    return any(turn.since <= at < turn.until for turn in room.turns if turn not in own)


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
