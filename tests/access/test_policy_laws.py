"""Laws of the policy, for every actor, permission, resource and instant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from access.actors import GUEST, Actor, OfficeKind
from access.audiences import Group, TimeLine, always
from access.permissions import Permission
from access.policy import Allowed, Decision, Denied, decide, office, permissions
from access.refusals import NOT_THERE
from access.resources import (
    EventResource,
    ExampleResource,
    MaterialResource,
    Missing,
    Platform,
    Resource,
    RoomResource,
    SessionResource,
)
from access.rules import Rule
from tests.access import worlds

actions = st.sampled_from(Permission)
actions_in_events = st.sampled_from(sorted(set(Permission) - {Permission.OPEN, Permission.PROFILE}))
actions_in_rooms = st.sampled_from(
    [each for each in Permission if each.split(".")[0] not in {"open", "profile", "event"}]
)
FOREVER = 1_000


def event_of(resource: Resource) -> EventResource | None:
    match resource:
        case Platform() | ExampleResource():
            return None
        case MaterialResource():
            return event_of(resource.owner)
        case EventResource():
            return resource
        case _:
            return resource.event


def without_until(decision: Decision) -> Decision:
    return replace(decision, until=None)


@given(worlds.actors, actions, worlds.resources, worlds.instants, worlds.instants)
def test_answer_is_constant_until_it_says_to_ask_again(
    actor: Actor, action: Permission, resource: Resource, at: int, wait: int
) -> None:
    first = decide(actor, action, resource, at)
    assert first.until is None or first.until > at
    last = FOREVER if first.until is None else first.until - 1
    later = min(at + wait, last)
    assert decide(actor, action, resource, later) == first
    assert decide(actor, action, resource, last) == first


@given(worlds.actors, worlds.rooms, worlds.instants)
def test_office_stands_beside_the_name_of_whoever_may_what_it_allows(
    actor: Actor, room: RoomResource, at: int
) -> None:
    """Of those who are in the room: an office without its rights would be a mere title."""
    may, _ = permissions(actor, room, at)
    if Permission.ROOM_ENTER not in may or actor.account is None:
        return
    held = office(actor, room, at)
    assert (held is not None) == (Permission.ROOM_STAGE in may)
    assert (held not in {None, OfficeKind.SPEAKER}) == (Permission.ROOM_DESK in may)
    assert (held is OfficeKind.ORGANISER) == (Permission.WORDS_ERASE in may)


@given(worlds.people, actions, worlds.resources, worlds.instants)
def test_answer_does_not_depend_on_what_comes_after_until(
    actor: Actor, action: Permission, resource: Resource, at: int
) -> None:
    first = decide(actor, action, resource, at)
    known = without_the_future(actor, FOREVER if first.until is None else first.until)
    assert without_until(decide(known, action, resource, at)) == without_until(first)


def without_the_future(actor: Actor, since: int) -> Actor:
    def end(until: int | None) -> int | None:
        return None if until is None or until >= since else until

    return replace(
        actor,
        affiliations=tuple(
            replace(each, until=end(each.until))
            for each in actor.affiliations
            if each.since < since
        ),
        project_affiliations=tuple(
            replace(each, until=end(each.until))
            for each in actor.project_affiliations
            if each.since < since
        ),
        offices=tuple(
            replace(each, until=end(each.until)) for each in actor.offices if each.since < since
        ),
        until=end(actor.until),
    )


def is_planned(resource: Resource) -> bool:
    return isinstance(resource, SessionResource) and not resource.released


@given(worlds.people, actions_in_events, worlds.in_events, worlds.instants)
def test_deny_wins_over_office_and_invitation(
    actor: Actor, action: Permission, resource: Resource, at: int
) -> None:
    event = event_of(resource)
    assert event is not None
    banned = replace(actor, bans=actor.bans | {event.guid}, until=None)
    decision = decide(banned, action, resource, at)
    there = not isinstance(resource, Missing) and not is_planned(resource)
    if action is Permission.EVENT_SEE and not event.hidden and there:
        assert decision == Allowed(Rule.EVENT_VISIBLE, decision.until)
    else:
        assert isinstance(decision, Denied)


@given(worlds.people, actions_in_rooms, worlds.rooms, worlds.instants)
def test_who_was_removed_from_a_room_may_do_nothing_in_it(
    actor: Actor, action: Permission, room: RoomResource, at: int
) -> None:
    removed = replace(actor, bans=actor.bans | {room.guid}, until=None)
    assert isinstance(decide(removed, action, room, at), Denied)


def audience_groups(resource: Resource) -> set[Group]:
    lines: list[TimeLine] = []
    event = event_of(resource)
    if event is not None:
        lines.append(event.audience)
    if isinstance(resource, MaterialResource) and isinstance(resource.owner, ExampleResource):
        lines.append(resource.owner.audience)
    if not isinstance(resource, Platform | EventResource | Missing) and resource.audience:
        lines.append(resource.audience)
    return {
        audience.group
        for line in lines
        for audience in (line.first, *(s.audience for s in line.steps))
    }


@given(worlds.people, actions, worlds.resources, worlds.instants, st.data())
def test_taking_facts_away_never_admits(
    actor: Actor, action: Permission, resource: Resource, at: int, data: st.DataObject
) -> None:
    """But for the peer learning of those without funding, where losing the funding admits; and
    who was removed may see what everybody may, once their session has ended: they are a guest."""
    if Group.UNFUNDED in audience_groups(resource):
        return
    less = replace(
        actor,
        affiliations=tuple(each for each in actor.affiliations if data.draw(st.booleans())),
        project_affiliations=tuple(
            each for each in actor.project_affiliations if data.draw(st.booleans())
        ),
        offices=tuple(each for each in actor.offices if data.draw(st.booleans())),
        invitations=frozenset(each for each in actor.invitations if data.draw(st.booleans())),
        registrations=frozenset(each for each in actor.registrations if data.draw(st.booleans())),
        bans=actor.bans | data.draw(st.frozensets(st.sampled_from(worlds.PLACES), max_size=2)),
        until=data.draw(st.just(actor.until) | st.just(at)),
    )
    if isinstance(decide(less, action, resource, at), Allowed):
        signed_out = actor.bans and less.until is not None and at >= less.until
        other = GUEST if signed_out else actor
        assert isinstance(decide(other, action, resource, at), Allowed)


def test_who_was_removed_is_a_guest_once_their_session_has_ended() -> None:
    event = EventResource("event", "event", "Event", always(Group.PUBLIC))
    removed = Actor("person", bans=frozenset({"event"}))
    signed_in, ended = (
        decide(replace(removed, until=until), Permission.EVENT_ENTER, event, 5) for until in (6, 5)
    )
    assert isinstance(signed_in, Denied)
    assert ended == decide(GUEST, Permission.EVENT_ENTER, event, 5)
    assert isinstance(ended, Allowed)


@given(worlds.people, worlds.resources, worlds.instants)
def test_guest_may_no_more_than_any_person(actor: Actor, resource: Resource, at: int) -> None:
    person = replace(actor, bans=frozenset())
    assert permissions(GUEST, resource, at)[0] <= permissions(person, resource, at)[0]


@given(worlds.people, worlds.rooms, worlds.instants)
def test_offices_add_to_what_attendees_may(actor: Actor, room: RoomResource, at: int) -> None:
    attendee = replace(actor, offices=())
    assert permissions(attendee, room, at)[0] <= permissions(actor, room, at)[0]


@given(worlds.actors, actions, worlds.resources, worlds.instants)
def test_permissions_and_decide_agree(
    actor: Actor, action: Permission, resource: Resource, at: int
) -> None:
    may, until = permissions(actor, resource, at)
    decision = decide(actor, action, resource, at)
    assert (action in may) == isinstance(decision, Allowed)
    assert decision.until == until


@given(worlds.people | st.just(GUEST), actions, worlds.in_hidden_events, worlds.instants)
def test_hidden_event_answers_as_if_nothing_were_there(
    actor: Actor, action: Permission, resource: EventResource | RoomResource, at: int
) -> None:
    event = event_of(resource)
    assert event is not None
    if isinstance(decide(actor, Permission.EVENT_SEE, event, at), Denied):
        decision = decide(actor, action, resource, at)
        if action not in {Permission.OPEN, Permission.PROFILE}:
            assert without_until(decision) == NOT_THERE


@given(worlds.actors, worlds.events, worlds.instants, worlds.sessions)
def test_missing_thing_in_closed_event_answers_like_one_that_is_there(
    actor: Actor, event: EventResource, at: int, session: SessionResource
) -> None:
    enter = Permission.SESSION_ENTER
    if isinstance(decide(actor, Permission.EVENT_ENTER, event, at), Denied):
        released = replace(session, event=event, released=True)
        there = without_until(decide(actor, enter, released, at))
        assert there == without_until(decide(actor, enter, Missing(event), at))


@given(worlds.people, worlds.rooms, worlds.instants)
def test_nobody_is_in_a_room_without_being_in_its_event(
    actor: Actor, room: RoomResource, at: int
) -> None:
    may, _ = permissions(actor, room, at)
    if Permission.ROOM_ENTER in may:
        assert isinstance(decide(actor, Permission.EVENT_ENTER, room.event, at), Allowed)
    else:
        assert not may & {Permission.ROOM_STAGE, Permission.ROOM_DESK, Permission.CHAT_SEND}


@given(worlds.screens, worlds.resources, worlds.instants)
def test_screen_shows_one_room_and_does_nothing(screen: Actor, resource: Resource, at: int) -> None:
    may, _ = permissions(screen, resource, at)
    shown = {
        Permission.OPEN,
        Permission.EVENT_SEE,
        Permission.ROOM_ENTER,
        Permission.MATERIAL_SEE,
    }
    expired = screen.until is not None and at >= screen.until
    if expired:
        assert may == permissions(GUEST, resource, at)[0]
    else:
        assert may <= shown
        own = isinstance(resource, RoomResource) and resource.guid == screen.screen_of
        assert (Permission.ROOM_ENTER in may) == own
        assert (Permission.MATERIAL_SEE in may) == shown_to(screen, resource, at)


def shown_to(screen: Actor, resource: Resource, at: int) -> bool:
    """Whether it is a deck on the stage of the one room of the screen."""
    if not isinstance(resource, MaterialResource) or resource.shown is None:
        return False
    until = resource.shown.until
    on = resource.owner.released and (until is None or at < until)
    return on and resource.shown.room.guid == screen.screen_of


@given(worlds.people, worlds.materials, worlds.instants)
def test_a_draft_is_seen_on_the_stage_only_by_whoever_may_enter_its_room_and_its_session(
    actor: Actor, material: MaterialResource, at: int
) -> None:
    draft = replace(material, released=False)
    see, edit = Permission.MATERIAL_SEE, Permission.MATERIAL_EDIT
    if not isinstance(decide(actor, see, draft, at), Allowed):
        return
    if isinstance(decide(actor, edit, draft, at), Allowed):
        return
    assert draft.shown is not None
    assert draft.shown.until is None or at < draft.shown.until
    assert isinstance(decide(actor, Permission.ROOM_ENTER, draft.shown.room, at), Allowed)
    owner = draft.owner
    read = Permission.EXAMPLE_READ
    if isinstance(owner, SessionResource):
        read = Permission.SESSION_ENTER
    assert isinstance(decide(actor, read, owner, at), Allowed)


@given(worlds.people, worlds.rooms, worlds.instants)
def test_hired_moderator_gets_no_rights_of_an_organiser(
    actor: Actor, room: RoomResource, at: int
) -> None:
    others = tuple(each for each in actor.offices if each.kind is not OfficeKind.ORGANISER)
    may, _ = permissions(replace(actor, offices=others), room, at)
    assert not may & {Permission.WORDS_ERASE, Permission.ACCESS_EXPLAIN, Permission.AGENDA_CREATE}
    if all(each.kind is not OfficeKind.HOST for each in others):
        assert not may & {Permission.AGENDA_EDIT, Permission.OFFICE_GRANT}


@given(worlds.actors, worlds.knowledge, worlds.instants)
def test_unreleased_knowledge_exists_only_for_its_editors(
    actor: Actor, thing: ExampleResource | MaterialResource, at: int
) -> None:
    example = isinstance(thing, ExampleResource)
    edit = Permission.EXAMPLE_EDIT if example else Permission.MATERIAL_EDIT
    read = Permission.EXAMPLE_READ if example else Permission.MATERIAL_READ
    draft = replace(thing, released=False)
    if isinstance(decide(actor, edit, draft, at), Allowed):
        assert isinstance(decide(actor, read, draft, at), Allowed)
    else:
        assert without_until(decide(actor, read, draft, at)) == NOT_THERE
        assert without_until(decide(actor, edit, draft, at)) == NOT_THERE


@given(worlds.people, worlds.materials, worlds.instants)
def test_material_without_an_audience_is_read_by_whoever_may_read_its_owner(
    actor: Actor, material: MaterialResource, at: int
) -> None:
    owner = material.owner
    enter = isinstance(owner, SessionResource)
    gate = Permission.SESSION_ENTER if enter else Permission.EXAMPLE_READ
    follows = replace(material, audience=None, released=True)
    admitted = isinstance(decide(actor, gate, owner, at), Allowed)
    edits = isinstance(decide(actor, Permission.MATERIAL_EDIT, owner, at), Allowed)
    may = isinstance(decide(actor, Permission.MATERIAL_READ, follows, at), Allowed)
    assert may == (admitted or edits)
