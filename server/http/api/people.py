"""Who is in a room, for the desk: to find the person a measure is meant for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.actors import Actor, OfficeKind
from access.audiences import Instant
from access.permissions import Permission
from access.resources import Resource, RoomResource
from agenda.core.text_search import fold, mentions
from rooms.core.names import AccountId, RoomId
from rooms.core.people import PersonView
from rooms.here import Here
from server.http.problems import problem
from server.http.surfaces import Parameter, Surface, Visit
from server.identity.admission import Directory

MOST = 100
"""Entries in one answer; who looks for somebody else types more of the name."""
LONGEST = 200


class PersonHere(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person, however many tabs they have open."""

    account: AccountId
    name: str
    organisation: str
    here: bool = False
    """Connected now. Who is not stands in the list because of a sanction."""
    office: OfficeKind | None = None
    """The strongest one held in this room."""
    staff: bool = False
    """Moderates this room: cannot be muted or removed."""
    muted: bool = False
    muted_until: Instant | None = None
    removed: bool = False
    reason: str = ""

    @property
    def sanctioned(self) -> bool:
        return self.muted or self.removed


class PeopleHere(msgspec.Struct, frozen=True):
    """Under sanction first, then by name. ``total``: how many match, shown or not."""

    people: tuple[PersonHere, ...]
    total: int


class Rooms(Protocol):
    async def here(self, room: RoomId) -> Here: ...


class Actors(Protocol):
    """Facts about persons, kept in memory."""

    async def actor_of(self, account: AccountId) -> Actor | None: ...
    async def office_holders(self, event: str) -> tuple[Actor, ...]: ...


class People:
    """``GET /api/v1/rooms/{room}/people?q=``: whoever is connected or under a sanction."""

    def __init__(self, rooms: Rooms, actors: Actors, directory: Directory) -> None:
        self._rooms = rooms
        self._actors = actors
        self._directory = directory

    def surfaces(self) -> tuple[Surface, ...]:
        return (
            Surface(
                "/api/v1/rooms/{room}/people",
                ("GET",),
                Permission.ROOM_DESK,
                self.people,
                "room_people",
                self._room,
                kind="api",
                answers=PeopleHere,
                query=(
                    Parameter(
                        "q",
                        Annotated[str, msgspec.Meta(max_length=LONGEST)],
                        "Words of the name or the organisation.",
                    ),
                ),
                summary="Who is in a room, and who is under a sanction there",
            ),
        )

    async def people(self, request: Request, visit: Visit) -> Response:
        """Those whose name or organisation contains every word of ``q``."""
        asked = request.query_params.get("q", "")
        if len(asked) > LONGEST:
            detail = {
                "de": f"Die Suche hat höchstens {LONGEST} Zeichen.",
                "en": f"A search has at most {LONGEST} characters.",
            }
            return problem(400, "too_long", detail[visit.language], visit.language)
        assert isinstance(visit.resource, RoomResource)
        everybody = await self._all(visit.resource, visit.at)
        found = [one for one in everybody if mentions(f"{one.name} {one.organisation}", asked)]
        found.sort(key=lambda one: (not one.sanctioned, fold(one.name), one.account))
        return Response(
            msgspec.json.encode(PeopleHere(tuple(found[:MOST]), len(found))),
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )

    async def _all(self, room: RoomResource, at: Instant) -> list[PersonHere]:
        here = await self._rooms.here(room.guid)
        staff, _ = policy.staff(await self._actors.office_holders(room.event.guid), room, at)
        absent = await self._absent(here.sanctioned.keys() - here.present.keys(), room, at)
        present = [
            PersonHere(one.account, one.name, one.organisation, here=True, office=one.office)
            for one in here.present.values()
        ]
        return [
            _marked(one, here.sanctioned.get(one.account), one.account in staff)
            for one in (*present, *absent)
        ]

    async def _absent(
        self, accounts: Iterable[AccountId], room: RoomResource, at: Instant
    ) -> list[PersonHere]:
        """Whoever was sent out has no connection that would say the name."""
        named = sorted(accounts)
        actors = await asyncio.gather(*map(self._actors.actor_of, named))
        return [
            PersonHere(
                account, actor.name, actor.organisation, office=policy.office(actor, room, at)
            )
            if actor
            else PersonHere(account, "", "")
            for account, actor in zip(named, actors, strict=True)
        ]

    async def _room(self, request: Request) -> Resource | None:
        return await self._directory.room(request.path_params["room"])


def _marked(person: PersonHere, sanction: PersonView | None, staff: bool) -> PersonHere:
    if sanction is None:
        return msgspec.structs.replace(person, staff=staff)
    return msgspec.structs.replace(
        person,
        staff=staff,
        muted=sanction.muted,
        muted_until=sanction.muted_until,
        removed=sanction.removed,
        reason=sanction.reason,
    )
