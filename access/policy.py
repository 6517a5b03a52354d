"""The one place with rules: who may do what with which thing at which time. Pure.

Deny wins: who was sent out stays out whatever office or invitation they hold.  Then an
office in the place admits, then the audience.  An event is a gate: what lies in it is
entered only by who may enter the event, and a narrower audience narrows further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from access import offices, transfer
from access.actors import GUEST, Actor, OfficeKind
from access.audiences import Audience, Group, Instant, TimeLine, audience_at
from access.decisions import Allowed, Decision, Denied
from access.groups import Answer, belongs
from access.permissions import Permission
from access.refusals import (
    NOT_THERE,
    REMOVED_FROM_EVENT,
    REMOVED_FROM_ROOM,
    SIGN_IN,
    SIGN_IN_AGAIN,
    only,
)
from access.resources import (
    EventResource,
    ExampleResource,
    InEvent,
    MaterialResource,
    Missing,
    Platform,
    Resource,
    RoomResource,
    SessionResource,
)
from access.rules import NextStep, Rule

__all__ = ["Allowed", "Decision", "Denied", "decide", "office", "permissions", "staff"]

TAKE_PART = frozenset(
    {
        Permission.CHAT_SEND,
        Permission.CHAT_DELETE_OWN,
        Permission.QUESTION_ASK,
        Permission.QUESTION_WITHDRAW_OWN,
        Permission.QUESTION_VOTE,
    }
)
SPEAK = frozenset({Permission.ROOM_STAGE, Permission.STAGE_DIRECT, Permission.BACKSTAGE_SEND})
MODERATE = frozenset(
    {
        Permission.ROOM_DESK,
        Permission.CHAT_MODERATE,
        Permission.QUESTION_MODERATE,
        Permission.ROOM_CONFIGURE,
        Permission.PERSON_SANCTION,
        Permission.ANNOUNCE,
    }
)
ATTEND_SESSION = frozenset({Permission.SESSION_STAR, Permission.FEEDBACK_GIVE})
EDIT_EVENT = frozenset({Permission.AGENDA_EDIT, Permission.OFFICE_GRANT, Permission.ANNOUNCE})
LEAD = frozenset({OfficeKind.ORGANISER, OfficeKind.HOST})
"""Who prepares an event."""
ORGANISE = frozenset({Permission.WORDS_ERASE, Permission.ACCESS_EXPLAIN})


def decide(actor: Actor, action: Permission, resource: Resource, at: Instant) -> Decision:
    """Whether the actor may do this with the resource at this instant, and why.

    The answer holds for the same facts until ``until`` and depends on nothing later.
    """
    until = _next_change(actor, resource, at)
    answer = _ask(actor, action, resource, at)
    if isinstance(answer, Rule):
        return Allowed(answer, until)
    return msgspec.structs.replace(answer, until=until)


def permissions(
    actor: Actor, resource: Resource, at: Instant
) -> tuple[frozenset[Permission], Instant | None]:
    """Everything the actor may do with the resource now, and when to ask again."""
    may = frozenset(
        action for action in Permission if isinstance(_ask(actor, action, resource, at), Rule)
    )
    return may, _next_change(actor, resource, at)


def staff(
    actors: Iterable[Actor], room: RoomResource, at: Instant
) -> tuple[frozenset[str], Instant | None]:
    """Whom no moderator of this room may sanction now, and when to ask again.

    It is whoever could sanction there themselves: moderators, hosts and organisers, but not the
    speakers.  ``actors`` may hold more people than hold an office here.
    """
    asked = tuple(actors)
    held = frozenset(
        actor.account
        for actor in asked
        if actor.account is not None
        and isinstance(_ask(actor, Permission.PERSON_SANCTION, room, at), Rule)
    )
    changes = [_next_change(actor, room, at) for actor in asked]
    return held, min((change for change in changes if change is not None), default=None)


def office(actor: Actor, room: RoomResource, at: Instant) -> OfficeKind | None:
    """The strongest office the actor holds in this room now: what stands beside the name there.

    It changes at the instants of ``permissions`` only.
    """
    if actor.until is not None and at >= actor.until:
        return None
    return offices.strongest(offices.in_place(actor, room, at))


def _ask(actor: Actor, action: Permission, resource: Resource, at: Instant) -> Answer:
    if action is Permission.OPEN:
        return Rule.OPEN
    if actor.until is not None and at >= actor.until:
        return _as_expired(_ask(GUEST, action, resource, at))
    if actor.screen_of is not None:
        return _ask_screen(actor, action, resource, at)
    if action is Permission.PROFILE:
        return SIGN_IN if actor.account is None else Rule.OWN_ACCOUNT
    match resource:
        case Platform():
            return _ask_platform(actor, action, at)
        case ExampleResource():
            return transfer.ask_example(actor, action, resource, at)
        case MaterialResource():
            return _ask_material(actor, action, resource, at)
        case _:
            return _ask_in_event(actor, action, resource, at)


def _ask_in_event(actor: Actor, action: Permission, resource: InEvent, at: Instant) -> Answer:
    match resource:
        case EventResource():
            answer = _ask_event(actor, action, resource, at)
        case Missing():
            gate = _event_gate(actor, resource.event, at)
            answer = gate if isinstance(gate, Denied) else NOT_THERE
        case SessionResource(released=False):
            return transfer.ask_planned(actor, action, resource, at)
        case SessionResource():
            answer = _ask_session(actor, action, resource, at)
        case RoomResource():
            answer = _ask_room(actor, action, resource, at)
    return _hide(answer, actor, _event_of(resource), at)


def _as_expired(answer: Answer) -> Answer:
    """An expired credential is a guest's; the reason tells them to sign in again."""
    if isinstance(answer, Denied) and answer.rule is Rule.SIGN_IN_FIRST:
        return msgspec.structs.replace(SIGN_IN_AGAIN, existence=answer.existence)
    return answer


def _ask_screen(actor: Actor, action: Permission, resource: Resource, at: Instant) -> Answer:
    """A big screen shows its one room, whoever may enter it. Else it is less than a guest."""
    if action is Permission.EVENT_SEE:
        return _ask(GUEST, action, resource, at)
    own = isinstance(resource, RoomResource) and resource.guid == actor.screen_of
    if own and action is Permission.ROOM_ENTER:
        return Rule.SCREEN
    answer = Denied(Rule.SCREEN_ONLY_SHOWS, NextStep.OPEN_IN_BROWSER)
    if isinstance(resource, MaterialResource):
        return Rule.SCREEN if transfer.on_screen(actor, action, resource, at) else NOT_THERE
    if isinstance(resource, ExampleResource):
        return NOT_THERE
    if isinstance(resource, Platform):
        return answer
    return _hide(answer, GUEST, _event_of(resource), at)


def _ask_platform(actor: Actor, action: Permission, at: Instant) -> Answer:
    wanted = {
        Permission.ACCESS_EXPLAIN: frozenset({OfficeKind.ORGANISER}),
        Permission.AGENDA_CREATE: frozenset({OfficeKind.ORGANISER}),
        Permission.AGENDA_EDIT: LEAD,
        Permission.EXAMPLE_EDIT: frozenset({OfficeKind.ORGANISER}),
        Permission.OPERATIONS_SEE: frozenset({OfficeKind.ORGANISER}),
    }.get(action)
    if wanted is None:
        return NOT_THERE
    if offices.organises_everything(actor, at):
        return Rule.ORGANISER
    if action is Permission.AGENDA_EDIT:
        office = offices.strongest(offices.anywhere(actor, at) & wanted)
        if office is not None:
            return offices.RULES[office]
    return SIGN_IN if actor.account is None else only(_reserved(wanted))


def _ask_material(
    actor: Actor, action: Permission, material: MaterialResource, at: Instant
) -> Answer:
    if action not in {Permission.MATERIAL_READ, Permission.MATERIAL_SEE, Permission.MATERIAL_EDIT}:
        return NOT_THERE
    owner = material.owner
    edits = _ask(actor, Permission.MATERIAL_EDIT, owner, at)
    if isinstance(edits, Rule):
        return edits
    released = material.released and owner.released
    read = transfer.reading(owner)
    stage = transfer.stage_of(actor, material, at) if action is Permission.MATERIAL_SEE else None
    if stage is not None:
        room = _ask(actor, Permission.ROOM_ENTER, stage, at)
        there = room if isinstance(room, Denied) else _ask(actor, read, owner, at)
        if isinstance(there, Rule) or not released:
            return there
    if not released:
        return NOT_THERE
    if action is Permission.MATERIAL_EDIT:
        return edits
    if material.audience is None:
        return _ask(actor, read, owner, at)
    return _hide_with(transfer.in_own_audience(actor, material, at), actor, owner, at)


def _hide_with(
    answer: Answer, actor: Actor, owner: SessionResource | ExampleResource, at: Instant
) -> Answer:
    """What is refused tells of itself only to whoever may know of what it belongs to."""
    if isinstance(owner, SessionResource):
        return _hide(answer, actor, owner.event, at)
    if isinstance(answer, Denied) and not owner.released:
        return NOT_THERE
    return answer


def _ask_event(actor: Actor, action: Permission, event: EventResource, at: Instant) -> Answer:
    match action:
        case Permission.EVENT_SEE if not event.hidden:
            return Rule.EVENT_VISIBLE
        case Permission.EVENT_SEE | Permission.EVENT_ENTER:
            return _event_gate(actor, event, at)
        case Permission.EVENT_REGISTER:
            return _may_register(actor, event, at)
        case Permission.ACCESS_EXPLAIN:
            gate = _person(_event_gate(actor, event, at), actor)
            held = offices.in_event(actor, event, at)
            return _needs(gate, held, {OfficeKind.ORGANISER}, Rule.ORGANISERS_ONLY)
        case _ if action in EDIT_EVENT:
            gate = _person(_event_gate(actor, event, at), actor)
            held = offices.in_event(actor, event, at)
            return _needs(gate, held, set(LEAD), Rule.ORGANISERS_AND_HOSTS_ONLY)
        case _:
            return NOT_THERE


def _event_gate(actor: Actor, event: EventResource, at: Instant) -> Answer:
    if event.guid in actor.bans:
        return REMOVED_FROM_EVENT
    office = offices.strongest(offices.in_event(actor, event, at))
    if office is not None:
        return offices.RULES[office]
    audience, _ = audience_at(event.audience, at)
    return belongs(actor, audience, frozenset({event.guid}), at)


def _may_register(actor: Actor, event: EventResource, at: Instant) -> Answer:
    """A participant's place: offices give none, so that funded staff take none (D10)."""
    if actor.account is None:
        return SIGN_IN
    if event.guid in actor.bans:
        return REMOVED_FROM_EVENT
    audience, _ = audience_at(event.audience, at)
    if audience.group is Group.REGISTERED and not event.hidden:
        return Rule.OWN_ACCOUNT
    return belongs(actor, audience, frozenset({event.guid}), at)


def _ask_session(actor: Actor, action: Permission, session: SessionResource, at: Instant) -> Answer:
    gate = _place_gate(actor, session, at)
    if action is Permission.SESSION_ENTER:
        return gate
    if action in ATTEND_SESSION:
        return _person(gate, actor)
    if action is Permission.MATERIAL_EDIT:
        held = offices.in_place(actor, session, at)
        return _needs(_person(gate, actor), held, set(OfficeKind), Rule.SPEAKERS_ONLY)
    return _ask_event(actor, action, session.event, at)


def _ask_room(actor: Actor, action: Permission, room: RoomResource, at: Instant) -> Answer:
    gate = _place_gate(actor, room, at)
    held = offices.acting(actor, action, room, at)
    if action is Permission.ROOM_ENTER:
        return _person(gate, actor) if not room.event.guests_read else gate
    gate = _person(gate, actor)  # who signs in may turn out to hold the office
    if action in TAKE_PART:
        return gate
    if action in SPEAK:
        return _needs(gate, held, set(OfficeKind), offices.lacking(actor, room, at))
    if action in MODERATE:
        return _needs(gate, held, set(OfficeKind) - {OfficeKind.SPEAKER}, Rule.MODERATORS_ONLY)
    if action in ORGANISE:
        return _needs(gate, held, {OfficeKind.ORGANISER}, Rule.ORGANISERS_ONLY)
    if action in EDIT_EVENT and isinstance(gate, Denied):
        return gate  # whoever was sent out of a room does nothing in it
    return _ask_event(actor, action, room.event, at)


def _place_gate(actor: Actor, place: SessionResource | RoomResource, at: Instant) -> Answer:
    gate = _event_gate(actor, place.event, at)
    if isinstance(gate, Denied):
        return gate
    if place.guid in actor.bans:
        return REMOVED_FROM_ROOM
    office = offices.strongest(offices.in_place(actor, place, at))
    if office is not None:
        return offices.RULES[office]
    if place.audience is None:
        return gate
    audience, _ = audience_at(place.audience, at)
    return belongs(actor, audience, _named_here(audience, place), at)


def _named_here(audience: Audience, place: SessionResource | RoomResource) -> frozenset[str]:
    """Whose invitation counts: a circle of named persons is named for this place alone."""
    if audience.group is Group.NAMED:
        return frozenset({place.guid})
    return frozenset({place.guid, place.event.guid})


def _person(gate: Answer, actor: Actor) -> Answer:
    return SIGN_IN if isinstance(gate, Rule) and actor.account is None else gate


def _needs(
    gate: Answer,
    held: frozenset[OfficeKind],
    wanted: set[OfficeKind],
    otherwise: Rule,
) -> Answer:
    if isinstance(gate, Denied):
        return gate
    office = offices.strongest(held & wanted)
    return only(otherwise) if office is None else offices.RULES[office]


def _reserved(wanted: frozenset[OfficeKind]) -> Rule:
    return Rule.ORGANISERS_AND_HOSTS_ONLY if wanted == LEAD else Rule.ORGANISERS_ONLY


def _event_of(resource: InEvent) -> EventResource:
    return resource if isinstance(resource, EventResource) else resource.event


def _hide(answer: Answer, actor: Actor, event: EventResource, at: Instant) -> Answer:
    """Whoever may not know of a hidden event gets the answer for what is not there."""
    if isinstance(answer, Rule) or not event.hidden:
        return answer
    return NOT_THERE if isinstance(_event_gate(actor, event, at), Denied) else answer


def _next_change(actor: Actor, resource: Resource, at: Instant) -> Instant | None:
    """The next instant that any fact or audience names. Asking too early does no harm."""
    later = [instant for instant in _instants(actor, resource) if instant > at]
    return min(later, default=None)


def _instants(actor: Actor, resource: Resource) -> Iterator[Instant]:
    if actor.until is not None:
        yield actor.until
    for facts in (actor.affiliations, actor.project_affiliations, actor.offices):
        for fact in facts:
            yield fact.since
            if fact.until is not None:
                yield fact.until
    yield from (*transfer.ends(resource), *offices.turns(actor, resource))
    for line in _time_lines(resource):
        for step in line.steps:
            yield step.since


def _time_lines(resource: Resource) -> Iterator[TimeLine]:
    match resource:
        case Platform():
            return
        case ExampleResource():
            yield resource.audience
        case MaterialResource():
            if resource.audience is not None:
                yield resource.audience
            for place in transfer.places(resource):
                yield from _time_lines(place)
        case _:
            yield _event_of(resource).audience
            if isinstance(resource, SessionResource | RoomResource) and resource.audience:
                yield resource.audience
