"""The policy, applied to live connections: ``rooms.ports.Admission``."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from access import policy
from access.actors import Actor
from access.audiences import Instant
from access.decisions import Denied
from access.permissions import Permission
from access.refusals import NOT_THERE, SIGN_IN_AGAIN
from access.resources import RoomResource
from rooms.core.names import AccountId, Person, RoomId, Stream
from rooms.ports import Clock, Credential, Grant
from server.identity.credentials import Credentials
from server.identity.facts import LEASE_MS

ANSWERS = 50_000
"""Answers kept at most; then all are forgotten and asked anew."""


class Directory(Protocol):
    """Finds what the policy must know about a room."""

    async def room(self, guid: RoomId) -> RoomResource | None: ...


class Holders(Protocol):
    """Finds the people with an office in an event."""

    async def office_holders(self, event: str) -> tuple[Actor, ...]: ...


class _Answered(Struct, frozen=True):
    """A grant, the facts it was made of, and how long the policy stands by it."""

    actor: Actor
    resource: RoomResource
    since: Instant
    until: Instant | None
    grant: Grant


class PolicyAdmission:
    """Asks the policy for each connection, with present facts.

    Leases are renewed every few seconds for everybody in a room. While facts and resource are
    equal and the policy's own ``until`` has not come, its answer cannot differ, so it is kept.
    """

    def __init__(
        self, credentials: Credentials, holders: Holders, rooms: Directory, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._holders = holders
        self._rooms = rooms
        self._clock = clock
        self._answered: dict[tuple[Credential, RoomId], _Answered] = {}

    async def admit(
        self, credential: Credential, room: RoomId, *, removed: frozenset[AccountId]
    ) -> Grant | Denied:
        """Ask the policy now; ``removed``: who was sent out of this room."""
        actor = await self._credentials.actor(credential)
        if actor is None:
            return SIGN_IN_AGAIN
        resource = await self._rooms.room(room)
        if resource is None:
            return NOT_THERE
        answer = self._ask(credential, actor.known_in(room, removed), resource)
        return answer if isinstance(answer, Denied) else await self._protect(answer, resource)

    async def _protect(self, grant: Grant, room: RoomResource) -> Grant:
        """Whoever may sanction is told whom not. Not kept: it hangs on the facts of others."""
        if grant.person is None or Permission.PERSON_SANCTION not in grant.person.may:
            return grant
        holders = await self._holders.office_holders(room.event.guid)
        staff, ends = policy.staff(holders, room, self._clock.now())
        until = grant.until if ends is None else min(grant.until, ends)
        return replace(grant, person=replace(grant.person, staff=staff), until=until)

    def _ask(self, credential: Credential, actor: Actor, room: RoomResource) -> Grant | Denied:
        now = self._clock.now()
        known = self._answered.get((credential, room.guid))
        if known is None or not _still(known, actor, room, now):
            answer = _decide(actor, room, now)
            if isinstance(answer, Denied):
                self._answered.pop((credential, room.guid), None)
                return answer
            known = answer
            if len(self._answered) >= ANSWERS:
                self._answered.clear()
            self._answered[credential, room.guid] = known
        lease = now + LEASE_MS
        until = lease if known.until is None else min(lease, known.until)
        return replace(known.grant, until=until)


def _still(known: _Answered, actor: Actor, room: RoomResource, now: Instant) -> bool:
    in_time = known.since <= now and (known.until is None or now < known.until)
    return in_time and known.actor == actor and known.resource == room


def _decide(actor: Actor, room: RoomResource, now: Instant) -> _Answered | Denied:
    decision = policy.decide(actor, Permission.ROOM_ENTER, room, now)
    if isinstance(decision, Denied):
        return decision
    may, ends = policy.permissions(actor, room, now)
    until = min((end for end in (ends, decision.until) if end is not None), default=None)
    grant = Grant(
        person=person(actor, room, may, now),
        stream=_stream(may),
        until=now,
        rule=decision.rule,
    )
    return _Answered(actor, room, now, until, grant)


def person(
    actor: Actor, room: RoomResource, may: frozenset[Permission], at: Instant
) -> Person | None:
    """Who somebody is in a room. ``may``: by the policy, at this instant. None: a guest."""
    if actor.account is None:
        return None
    office = policy.office(actor, room, at)
    return Person(actor.account, actor.name, actor.organisation, may, office=office)


def _stream(may: frozenset[Permission]) -> Stream:
    if Permission.ROOM_DESK in may:
        return Stream.DESK
    return Stream.STAGE if Permission.ROOM_STAGE in may else Stream.PUB
