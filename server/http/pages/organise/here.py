"""Who is in the event now: in which rooms, with which office. Read from memory, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from access import offices
from access.actors import OfficeKind
from access.permissions import Permission
from agenda.core.model import Event, Guid
from agenda.core.text_search import fold, mentions
from rooms.core.names import AccountId, Person
from rooms.here import Glance, Here
from server.http.pages import when
from server.http.pages.organise.base import Office
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit
from server.identity.staff import Held, Staff

MOST = 200
"""Persons on one page; who looks for somebody else types more of the name."""
LONGEST = 200


class Rooms(Protocol):
    """The live rooms; see ``rooms.hub.Hub``."""

    async def glance(self, room: Guid) -> Glance: ...
    async def here(self, room: Guid) -> Here: ...


@dataclass(frozen=True)
class PersonLine:
    name: str
    organisation: str
    office: str
    """In words; empty: none."""
    rooms: str


@dataclass(frozen=True)
class HereView:
    title: str
    slug: str
    at: str
    search: str
    summary: str
    guests: str
    found: str
    """How many the search found, or that not all are shown; empty: nothing to say."""
    people: tuple[PersonLine, ...]
    absent: tuple[PersonLine, ...]
    """Who holds an office and is in no room."""


@dataclass(frozen=True)
class Present:
    """A person in one room or several."""

    person: Person
    office: OfficeKind | None
    """The strongest one in any of these rooms."""
    rooms: tuple[str, ...]


class HerePage:
    def __init__(self, office: Office, rooms: Rooms, staff: Staff) -> None:
        self._office = office
        self._rooms = rooms
        self._staff = staff

    async def show(self, request: Request, visit: Visit) -> Response:
        desk, texts = await self._office.desk(visit), self._office.texts(visit)
        event = desk.released or desk.draft
        search = request.query_params.get("q", "")[:LONGEST]
        guests, present = await self._present(event, texts)
        held = await self._staff.of(event.guid)
        absent = [one for one in held if one.account not in present]
        found = sorted(
            (one for one in present.values() if mentions(_text(one), search)),
            key=lambda one: (one.office is None, fold(one.person.name), one.person.account),
        )
        view = HereView(
            title=event.title.read(texts.language),
            slug=desk.draft.slug,
            at=when.stamp(visit.at, event.time_zone, texts),
            search=search,
            summary=texts.count("here.people", len(present)),
            guests=texts.count("here.guests", guests) if guests else "",
            found=_found(search, len(found), texts),
            people=tuple(_line(one, texts) for one in found[:MOST]),
            absent=_absent(absent, search, texts),
        )
        return self._office.show(request, visit, "here", view)

    async def _present(self, event: Event, texts: Texts) -> tuple[int, Mapping[AccountId, Present]]:
        """Guests by their connections, and everybody else once."""
        found: dict[AccountId, Present] = {}
        guests = 0
        for room in sorted(event.rooms, key=lambda room: room.position):
            name = room.name.read(texts.language)
            persons = (await self._rooms.here(room.guid)).present
            guests += (await self._rooms.glance(room.guid)).people - len(persons)
            for account, person in persons.items():
                found[account] = _joined(found.get(account), person, name)
        return max(guests, 0), found

    def surfaces(self) -> tuple[Surface, ...]:
        return (
            Surface(
                "/organise/{event}/here",
                ("GET",),
                Permission.AGENDA_EDIT,
                self._office.or_gone(self.show),
                "people-here",
                self._office.resource,
            ),
        )


def _joined(before: Present | None, person: Person, room: str) -> Present:
    if before is None:
        return Present(person, person.office, (room,))
    held = (kind for kind in (before.office, person.office) if kind is not None)
    return Present(person, offices.strongest(held), (*before.rooms, room))


def _text(one: Present) -> str:
    return f"{one.person.name} {one.person.organisation}"


def _line(one: Present, texts: Texts) -> PersonLine:
    return PersonLine(
        one.person.name,
        one.person.organisation,
        texts.of("office", one.office) if one.office else "",
        ", ".join(one.rooms),
    )


def _found(search: str, number: int, texts: Texts) -> str:
    if number > MOST:
        return texts("here.more", shown=MOST, number=number)
    return texts.count("here.found", number) if search.strip() else ""


def _absent(held: Sequence[Held], search: str, texts: Texts) -> tuple[PersonLine, ...]:
    """Each person once, with their offices."""
    kinds: dict[AccountId, list[OfficeKind]] = {}
    for one in held:
        kinds.setdefault(one.account, []).append(one.kind)
    named = {one.account: one for one in held if mentions(f"{one.name} {one.address}", search)}
    return tuple(
        PersonLine(one.name or one.address, "", _offices(kinds[account], texts), "")
        for account, one in named.items()
    )


def _offices(kinds: Iterable[OfficeKind], texts: Texts) -> str:
    return ", ".join(dict.fromkeys(texts.of("office", kind) for kind in kinds))
