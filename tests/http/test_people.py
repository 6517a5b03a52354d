"""Who is in a room, for the desk: a real hub, asked over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from access.actors import GUEST, Actor, Affiliation, Office, OfficeKind
from access.audiences import Group, always
from access.organisations import OrganisationKind
from access.resources import EventResource, Resource, RoomResource
from rooms.core.people import MutePerson, RemovePerson, UnmutePerson
from server.http import problems
from server.http.api.people import MOST, People
from server.http.surfaces import Door, Refused, routes
from tests.fakes.admission import MODERATOR
from tests.rooms.house import ROOM, House, Visitor

CONFERENCE = EventResource("conference", "conference", "", always(Group.MUNICIPALITIES))
PLENUM = RoomResource(ROOM, CONFERENCE, speakers_of=frozenset({"session"}))
MUNICIPAL = (Affiliation("ulm", OrganisationKind.MUNICIPALITY, "08421000"),)


class Site:
    """One room; requests come from whom the header ``as`` names."""

    def __init__(self) -> None:
        self.house = House()
        office = Office(OfficeKind.MODERATOR, ROOM, event="conference")
        moderator = Actor(MODERATOR, "Moderation", "KTS", offices=(office,))
        self.people = {MODERATOR: moderator}
        self.house.admission.names[MODERATOR] = ("Moderation", "KTS")

    async def room(self, guid: str) -> RoomResource | None:
        return PLENUM if guid == ROOM else None

    async def actor_of(self, account: str) -> Actor | None:
        return self.people.get(account)

    async def office_holders(self, event: str) -> tuple[Actor, ...]:
        return tuple(actor for actor in self.people.values() if actor.offices)

    async def enter(self, account: str, name: str = "", organisation: str = "") -> Visitor:
        if account not in self.people:
            self.people[account] = Actor(account, name, organisation, MUNICIPAL)
            self.house.admission.names[account] = (name, organisation)
        return await self.house.enter(account)

    async def ask(self, q: str = "", who: str = "moderation", room: str = ROOM) -> httpx.Response:
        people = People(self.house.hub, self, self)
        app = Starlette(routes=routes(people.surfaces(), self._door()))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="https://konferenz.example"
        ) as browser:
            return await browser.get(
                f"/api/v1/rooms/{room}/people", params={"q": q}, headers={"as": who}
            )

    async def names(self, q: str = "") -> list[str]:
        return [person["name"] for person in (await self.list(q))["people"]]

    async def list(self, q: str = "") -> dict[str, Any]:
        found: dict[str, Any] = (await self.ask(q)).json()
        return found

    def _door(self) -> Door:
        async def identify(request: Request) -> Actor:
            return self.people.get(request.headers["as"], GUEST)

        async def in_place(actor: Actor, _: Resource) -> Actor:
            return actor

        async def refuse(_: Request, refused: Refused) -> Any:
            return problems.denied(refused.denied, refused.status, refused.language)

        return Door(identify, in_place, self.house.clock.now, lambda _: True, refuse)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.house.open()
    yield made
    await made.house.close()


async def test_desk_sees_each_person_once_however_many_tabs_are_open(site: Site) -> None:
    await site.enter("moderation")
    for _ in range(3):
        await site.enter("ulm", "Gastgeberin Ulm", "Stadt Ulm")
    await site.house.enter(None)
    assert await site.list() == {
        "people": [
            {
                "account": "ulm",
                "name": "Gastgeberin Ulm",
                "organisation": "Stadt Ulm",
                "here": True,
            },
            {
                "account": "moderation",
                "name": "Moderation",
                "organisation": "KTS",
                "here": True,
                "office": "moderator",
                "staff": True,
            },
        ],
        "total": 2,
    }


async def test_office_stands_beside_the_name_also_of_whoever_is_not_here(site: Site) -> None:
    desk = await site.enter("moderation")
    site.house.admission.offices["ulm"] = OfficeKind.SPEAKER
    await site.enter("ulm", "Moderation")
    speaks = Office(OfficeKind.SPEAKER, "session", event="conference")
    site.people["mayen"] = Actor("mayen", "Vortrag", offices=(speaks,))
    await desk.do(RemovePerson("mayen"))
    listed = await site.list()
    assert [(p["account"], p.get("office"), p.get("here")) for p in listed["people"]] == [
        ("mayen", "speaker", None),
        ("moderation", "moderator", True),
        ("ulm", "speaker", True),
    ]


async def test_who_left_is_not_in_the_list(site: Site) -> None:
    visitor = await site.enter("ulm", "Gastgeberin Ulm")
    visitor.leave()
    assert await site.list() == {"people": [], "total": 0}


async def test_people_under_sanction_come_first_and_then_by_name(site: Site) -> None:
    desk = await site.enter("moderation")
    for account, name in (("o", "Östliches Amt"), ("a", "Amt"), ("z", "Zentrale"), ("b", "Bauhof")):
        await site.enter(account, name)
    await desk.do(MutePerson("z", minutes=5, reason="Werbung"))
    await desk.do(RemovePerson("b"))
    listed = await site.list()
    assert [p["name"] for p in listed["people"]] == [
        "Bauhof",
        "Zentrale",
        "Amt",
        "Moderation",
        "Östliches Amt",
    ]
    assert listed["people"][:2] == [
        {"account": "b", "name": "Bauhof", "organisation": "", "removed": True},
        {
            "account": "z",
            "name": "Zentrale",
            "organisation": "",
            "here": True,
            "muted": True,
            "muted_until": site.house.clock.now() + 5 * 60_000,
            "reason": "Werbung",
        },
    ]


async def test_sanction_that_ended_or_was_lifted_does_not_show(site: Site) -> None:
    desk = await site.enter("moderation")
    await site.enter("a", "Amt")
    await site.enter("b", "Bauhof")
    await desk.do(MutePerson("a", minutes=1))
    await desk.do(MutePerson("b"))
    await desk.do(UnmutePerson("b"))
    site.house.clock.at += 60_000
    assert [p.get("muted") for p in (await site.list())["people"]] == [None, None, None]


@pytest.mark.parametrize(
    "asked", ["müller", "MUELLER", "muller", "amt müller", "müller kr", "ü", "u\u0308"]
)
async def test_search_forgives_umlauts_case_and_order(site: Site, asked: str) -> None:
    await site.enter("a", "Amt für Müller", "Landkreis Görlitz")
    await site.enter("b", "Bauhof", "Stadt Hof")
    assert await site.names(asked) == ["Amt für Müller"]


async def test_search_finds_by_organisation_and_finds_nothing(site: Site) -> None:
    await site.enter("a", "Amt", "Landkreis Mayen-Koblenz")
    assert await site.names("mayen-koblenz") == ["Amt"]
    assert await site.names("hof") == []


async def test_at_most_a_hundred_are_listed_and_the_total_is_told(site: Site) -> None:
    for number in range(MOST + 5):
        await site.enter(f"p{number}", f"Amt {number:03}")
    listed = await site.list("amt")
    assert (len(listed["people"]), listed["total"]) == (MOST, MOST + 5)


async def test_too_long_a_search_is_refused(site: Site) -> None:
    answer = await site.ask("x" * 201)
    assert (answer.status_code, answer.json()["code"]) == (400, "too_long")


@pytest.mark.parametrize(("who", "status"), [("ulm", 403), ("nobody", 401)])
async def test_list_is_for_the_desk_alone(site: Site, who: str, status: int) -> None:
    await site.enter("ulm", "Gastgeberin Ulm")
    answer = await site.ask(who=who)
    assert answer.status_code == status
    assert "Gastgeberin" not in answer.text


async def test_unknown_room_is_not_found(site: Site) -> None:
    assert (await site.ask(room="nowhere")).status_code == 404
