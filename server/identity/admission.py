"""The policy, applied to live connections: ``rooms.ports.Admission``."""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace

from access import policy
from access.actors import Actor
from access.audiences import Instant
from access.decisions import Denied
from access.permissions import Permission
from access.resources import RoomResource
from access.rules import NextStep, Rule
from rooms.core.names import AccountId, Person, RoomId, Stream
from rooms.ports import Clock, Credential, Grant, NotAdmitted
from server.identity.credentials import Credentials
from server.identity.facts import LEASE_MS

_SIGN_IN = {Rule.SIGN_IN_FIRST, Rule.CREDENTIAL_EXPIRED}
_REMOVED = {Rule.REMOVED_FROM_EVENT, Rule.REMOVED_FROM_ROOM}
_NOT_THERE = NotAdmitted("not_found", Rule.NOT_THERE, NextStep.CHECK_ADDRESS)
_EXPIRED = NotAdmitted("unauthorized", Rule.CREDENTIAL_EXPIRED, NextStep.SIGN_IN_AGAIN)


class Directory(Protocol):
    """Finds what the policy must know about a room."""

    async def room(self, guid: RoomId) -> RoomResource | None: ...


class Holders(Protocol):
    """Finds the people with an office in an event."""

    async def office_holders(self, event: str) -> tuple[Actor, ...]: ...


class PolicyAdmission:
    """Asks the policy for each connection, with present facts."""

    def __init__(
        self, credentials: Credentials, holders: Holders, rooms: Directory, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._holders = holders
        self._rooms = rooms
        self._clock = clock

    async def admit(
        self, credential: Credential, room: RoomId, *, removed: frozenset[AccountId]
    ) -> Grant | NotAdmitted:
        """Ask the policy now; ``removed``: who was sent out of this room."""
        actor = await self._credentials.actor(credential)
        if actor is None:
            return _EXPIRED
        resource = await self._rooms.room(room)
        if resource is None:
            return _NOT_THERE
        if actor.account in removed:
            actor = replace(actor, bans=actor.bans | {room})
        return await self._ask(actor, resource)

    async def _ask(self, actor: Actor, room: RoomResource) -> Grant | NotAdmitted:
        now = self._clock.now()
        decision = policy.decide(actor, Permission.ROOM_ENTER, room, now)
        if isinstance(decision, Denied):
            return _not_admitted(decision)
        may, until = policy.permissions(actor, room, now)
        staff, changes = await self._staff(may, room, now)
        instants = (now + LEASE_MS, until, changes)
        return Grant(
            person=_person(actor, may, staff),
            stream=_stream(may),
            until=min(instant for instant in instants if instant is not None),
            rule=decision.rule,
        )

    async def _staff(
        self, may: frozenset[Permission], room: RoomResource, now: Instant
    ) -> tuple[frozenset[AccountId], Instant | None]:
        if Permission.PERSON_SANCTION not in may:
            return frozenset(), None
        return policy.staff(await self._holders.office_holders(room.event.guid), room, now)


def _person(actor: Actor, may: frozenset[Permission], staff: frozenset[AccountId]) -> Person | None:
    if actor.account is None:
        return None
    return Person(actor.account, actor.name, actor.organisation, may, staff)


def _stream(may: frozenset[Permission]) -> Stream:
    if Permission.ROOM_DESK in may:
        return Stream.DESK
    return Stream.STAGE if Permission.ROOM_STAGE in may else Stream.PUB


def _not_admitted(denied: Denied) -> NotAdmitted:
    if denied.existence == "hidden":
        return _NOT_THERE
    if denied.rule in _SIGN_IN:
        return NotAdmitted("unauthorized", denied.rule, denied.next_step)
    code = "banned" if denied.rule in _REMOVED else "forbidden"
    return NotAdmitted(code, denied.rule, denied.next_step)
