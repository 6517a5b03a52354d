"""Who is in the event now, for its organiser and its host alone."""

from __future__ import annotations

from access.actors import OfficeKind
from rooms.core.names import Person
from server.http.pages.organise import here
from tests.pages.desk import EVENT, HOST, ORGANISER, OTHER_HOST, PARTICIPANT, Desk
from tests.pages.laws import check
from tests.pages.markup import Page

HERE = f"{EVENT}/here"
LISTED = "//section[@aria-labelledby='here-title']//li"
ABSENT = "//section[@aria-labelledby='absent-title']//li"


def person(account: str, name: str, place: str = "", held: OfficeKind | None = None) -> Person:
    return Person(account, name, place, frozenset(), office=held)


ULM = person("ulm", "Gastgeberin Ulm", "Stadt Ulm")
AMT = person("amt", "Amt für Müllabfuhr", "Landkreis Görlitz")


async def enter(office: Desk, number: int, *people: Person) -> None:
    """Into the room of that number of the second regional conference."""
    room = (await office.event()).rooms[number]
    office.rooms.present[room.guid] = list(people)


async def read(office: Desk, query: str = "") -> Page:
    async with office.signed_in(HOST) as browser:
        answer = await browser.get(f"{HERE}{query}")
    assert answer.status_code == 200
    check(answer, "de")
    return Page(answer.text)


async def test_each_person_stands_there_once_with_their_rooms(office: Desk) -> None:
    await enter(office, 0, ULM, AMT)
    await enter(office, 1, ULM)
    page = await read(office)
    assert page.all("//h2[@id='here-title']") == ["2 Personen sind da"]
    assert page.all(LISTED) == [
        "Amt für MüllabfuhrLandkreis Görlitz · Plenum",
        "Gastgeberin UlmStadt Ulm · Plenum, Werkstatt 1",
    ]
    # Seven in each of four rooms, of whom three connections are of persons.
    assert "Dazu 25 Gäste ohne Anmeldung." in page.text()


async def test_who_holds_an_office_comes_first_with_the_strongest(office: Desk) -> None:
    await enter(office, 0, AMT, person("o", "Zentrale", held=OfficeKind.SPEAKER))
    await enter(office, 1, person("o", "Zentrale", held=OfficeKind.HOST))
    assert (await read(office)).all(LISTED) == [
        "ZentralePlenum, Werkstatt 1Gastgeber",
        "Amt für MüllabfuhrLandkreis Görlitz · Plenum",
    ]


async def test_who_holds_an_office_and_is_missing_is_named(office: Desk) -> None:
    everybody = (await read(office)).all(ABSENT)
    assert len(everybody) == 2
    moderator = await office.site.account("moderation@kts.example")
    await enter(office, 2, person(moderator, "Moderation"))
    assert len((await read(office)).all(ABSENT)) == 1


async def test_search_finds_by_name_and_organisation(office: Desk) -> None:
    await enter(office, 0, ULM, AMT)
    searched = {"muell": [AMT], "mull+GÖRLITZ": [AMT], "stadt": [ULM], "niemand": []}
    async with office.signed_in(HOST) as browser:
        for query, wanted in searched.items():
            page = Page((await browser.get(f"{HERE}?q={query}")).text)
            found = page.all(LISTED)
            assert [f"{p.name}{p.organisation} · Plenum" for p in wanted] == found, query
            assert f"{len(wanted)} Person" in page.text()


async def test_of_very_many_the_first_are_shown_and_all_are_counted(office: Desk) -> None:
    crowd = [person(f"p{n}", f"Amt {n:03}") for n in range(here.MOST + 5)]
    await enter(office, 0, *crowd)
    page = await read(office)
    assert len(page.all(LISTED)) == here.MOST
    assert f"Die ersten {here.MOST} von {here.MOST + 5}." in page.text()


async def test_only_organiser_and_own_host_read_who_is_there(office: Desk) -> None:
    await enter(office, 0, ULM)
    for who, status in ((PARTICIPANT, 403), (OTHER_HOST, 403), (ORGANISER, 200)):
        async with office.signed_in(who) as browser:
            answer = await browser.get(HERE)
        assert (answer.status_code, "Gastgeberin Ulm" in answer.text) == (status, status == 200)
