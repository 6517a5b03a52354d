"""Who may read and edit what is handed on: rules of practice examples, and of materials."""

from __future__ import annotations

from collections.abc import Iterator

from access import offices
from access.actors import Actor
from access.audiences import Instant, audience_at
from access.decisions import Denied
from access.groups import Answer, belongs, works_in
from access.permissions import Permission
from access.refusals import NOT_THERE, REMOVED_FROM_EVENT, SIGN_IN
from access.resources import (
    ExampleResource,
    MaterialResource,
    Resource,
    RoomResource,
    SessionResource,
)
from access.rules import NextStep, Rule


def ask_example(actor: Actor, action: Permission, example: ExampleResource, at: Instant) -> Answer:
    """What the policy answers about a practice example."""
    if action not in {Permission.EXAMPLE_READ, Permission.EXAMPLE_EDIT, Permission.MATERIAL_EDIT}:
        return NOT_THERE
    edits = _edits_example(actor, example, at)
    if isinstance(edits, Rule):
        return edits
    if not example.released:
        return NOT_THERE
    if action is not Permission.EXAMPLE_READ:
        return edits
    audience, _ = audience_at(example.audience, at)
    return belongs(actor, audience, frozenset(), at)


def ask_planned(actor: Actor, action: Permission, session: SessionResource, at: Instant) -> Answer:
    """What the policy answers about a session that stands in a draft.

    Whoever will hold it may prepare it; to all others it is not there, whoever it is planned for.
    """
    if action not in {Permission.SESSION_ENTER, Permission.MATERIAL_EDIT}:
        return NOT_THERE
    if actor.account is None or actor.bans & {session.guid, session.event.guid}:
        return NOT_THERE
    office = offices.strongest(offices.in_place(actor, session, at))
    return NOT_THERE if office is None else offices.RULES[office]


def stage_of(actor: Actor, material: MaterialResource, at: Instant) -> RoomResource | None:
    """The room on whose stage it is; who was sent out of the room looks at nothing there."""
    room = shown_in(material, at)
    return None if room is None or room.guid in actor.bans else room


def on_screen(screen: Actor, action: Permission, material: MaterialResource, at: Instant) -> bool:
    """Whether a big screen may show it: a page of what is on the stage of its own room."""
    room = shown_in(material, at)
    in_room = room is not None and room.guid == screen.screen_of
    return in_room and action is Permission.MATERIAL_SEE


def shown_in(material: MaterialResource, at: Instant) -> RoomResource | None:
    """The room on whose stage it is and opens its pages; None: none, or that is over."""
    shown = material.shown
    if shown is None or not material.owner.released:
        return None
    over = shown.until is not None and at >= shown.until
    return None if over else shown.room


def reading(owner: SessionResource | ExampleResource) -> Permission:
    """What a reader of its materials may do with it."""
    of_session = isinstance(owner, SessionResource)
    return Permission.SESSION_ENTER if of_session else Permission.EXAMPLE_READ


def places(
    material: MaterialResource,
) -> Iterator[SessionResource | ExampleResource | RoomResource]:
    """All whose audiences count for it."""
    yield material.owner
    if material.shown is not None:
        yield material.shown.room


def ends(resource: Resource) -> Iterator[Instant]:
    """When it is shown no more."""
    shown = resource.shown if isinstance(resource, MaterialResource) else None
    if shown is not None and shown.until is not None:
        yield shown.until


def in_own_audience(actor: Actor, material: MaterialResource, at: Instant) -> Answer:
    """Whether the material's own audience holds the actor; without one, nobody is in it."""
    owner = material.owner
    places = frozenset({material.guid})
    if isinstance(owner, SessionResource):
        if owner.event.guid in actor.bans:
            return REMOVED_FROM_EVENT
        places |= {owner.guid, owner.event.guid}
    if material.audience is None:
        return NOT_THERE
    audience, _ = audience_at(material.audience, at)
    return belongs(actor, audience, places, at)


def _edits_example(actor: Actor, example: ExampleResource, at: Instant) -> Answer:
    if offices.organises_everything(actor, at):
        return Rule.ORGANISER
    if actor.account is None:
        return SIGN_IN
    if works_in(actor, example.project, at):
        return Rule.PROJECT_STAFF
    return Denied(Rule.PROJECT_STAFF_ONLY, NextStep.ASK_PROJECT_LEAD)
