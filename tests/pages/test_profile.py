"""A person's own page."""

from __future__ import annotations

import pytest

from access.actors import OfficeKind
from tests.pages.markup import Page
from tests.pages.world import World


async def test_name_is_changed_and_shown(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        saved = await browser.post("/profile/name", data={"name": "  Amt  für\tDigitales "})
        page = Page((await browser.get(saved.headers["location"])).text)
    assert saved.status_code == 303
    assert page.values("//input[@id='name']/@value") == ["Amt für Digitales"]
    assert page.all("//*[@role='status'][1]")[0] == "Gespeichert."


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "\u200b"])
async def test_unusable_name_is_refused_in_words(site: World, name: str) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.post("/profile/name", data={"name": name})
        page = Page((await browser.get("/profile")).text)
    assert answer.status_code == 422
    assert "1 bis 80 Zeichen" in Page(answer.text).all("//*[@role='alert']")[0]
    assert page.values("//input[@id='name']/@value") == ["Amt"]


async def test_refused_name_stands_in_its_field_to_be_mended(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        page = Page((await browser.post("/profile/name", data={"name": "x" * 81})).text)
    assert page.values("//input[@id='name']/@value") == ["x" * 81]


@pytest.mark.parametrize(
    "name",
    [
        "Moderation",
        "VERANSTALTER",
        " gastgeber ",
        "Vortrag",
        "Organiser",
        "Host",
        "ＭＯＤＥＲＡＴＩＯＮ",
    ],
)
async def test_word_for_an_office_is_no_name_for_who_holds_none(site: World, name: str) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.post("/profile/name", data={"name": name})
        page = Page((await browser.get("/profile")).text)
    assert answer.status_code == 422
    assert "steht für eine Aufgabe" in Page(answer.text).all("//*[@role='alert']")[0]
    assert Page(answer.text).values("//input[@id='name']/@value") == [name.strip()]
    assert page.values("//input[@id='name']/@value") == ["Amt"]


async def test_name_that_only_contains_such_a_word_is_taken(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.post("/profile/name", data={"name": "Gastgeberin Ulm"})
    assert answer.status_code == 303


async def test_whoever_holds_an_office_may_be_called_by_it(site: World) -> None:
    async with site.signed_in("moderation@kts.example") as browser:
        account = await site.identity.accounts.ensure("moderation@kts.example")
        await site.identity.records.appoint(account, OfficeKind.ORGANISER, None, None, by="test")
        answer = await browser.post("/profile/name", data={"name": "Moderation"})
    assert answer.status_code == 303


async def test_search_shows_all_namesakes_and_picks_none(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        page = Page((await browser.get("/profile", params={"organisation": "Hof"})).text)
    assert page.all("//form[@data-hits]//label") == [
        "HofGemeinde, Bayern, 09464000",
        "Landkreis HofKreis, Bayern, 09475",
    ]
    assert page.values("//input[@type='radio']/@checked") == []


async def test_search_while_typing_gives_the_same_hits(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.get("/profile/organisations", params={"q": "hof"})
    assert answer.json() == [
        {"guid": "hof-city", "name": "Hof", "detail": "Gemeinde, Bayern, 09464000"},
        {"guid": "hof-district", "name": "Landkreis Hof", "detail": "Kreis, Bayern, 09475"},
    ]


async def test_chosen_organisation_is_shown_as_own_statement(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        await browser.post("/profile/organisation", data={"organisation": "hof-city"})
        page = Page((await browser.get("/profile")).text)
    lines = page.all("//section[@aria-labelledby='organisation-title']//ul[@class='rows']/li")
    assert lines == ["HofGemeinde, Bayern, 09464000eigene Angabe"]


async def test_unknown_organisation_and_project_are_refused(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answers = [
            await browser.post("/profile/organisation", data={"organisation": "nowhere"}),
            await browser.post("/profile/project", data={"project": "nowhere"}),
            await browser.post("/profile/project", content=b"\xff\xfe"),
        ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]


async def test_staff_of_a_member_may_declare_the_project_and_waits(site: World) -> None:
    async with site.signed_in("team@ulm.example") as browser:
        await browser.post("/profile/organisation", data={"organisation": "ulm"})
        offered = Page((await browser.get("/profile")).text)
        await browser.post("/profile/project", data={"project": "ulm"})
        declared = Page((await browser.get("/profile")).text)
        agenda = await browser.get("/events/kongress_probe/agenda")
    assert "Ich arbeite im Modellprojekt Ulm" in offered.text()
    assert "UlmUlm4CleverCitywartet auf Bestätigung" in declared.text()
    assert "Ich arbeite im Modellprojekt Ulm" not in declared.text()
    assert agenda.status_code == 403
    assert "noch nicht bestätigt" in agenda.text


async def test_other_browser_is_signed_out_from_here(site: World) -> None:
    async with (
        site.signed_in("amt@hof.example") as here,
        site.signed_in("amt@hof.example") as there,
    ):
        page = Page((await here.get("/profile")).text)
        others = page.values("//form[@action='/profile/end-session']/input/@value")
        assert len(others) == 1
        await here.post("/profile/end-session", data={"session": others[0]})
        statuses = [(await browser.get("/profile")).status_code for browser in (here, there)]
    assert statuses == [200, 401]


async def test_sign_out_everywhere_ends_all(site: World) -> None:
    async with (
        site.signed_in("amt@hof.example") as here,
        site.signed_in("amt@hof.example") as there,
    ):
        await here.post("/profile/sign-out-everywhere")
        statuses = [(await browser.get("/profile")).status_code for browser in (here, there)]
    assert statuses == [401, 401]


async def test_profile_is_never_kept_by_the_browser(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.get("/profile")
    assert answer.headers["cache-control"] == "no-store"


async def test_joining_an_event_needs_a_person(site: World) -> None:
    async with site.browser() as browser:
        assert (await browser.post("/events/generalprobe/register")).status_code == 401
    async with site.signed_in("amt@hof.example") as browser:
        done = await browser.post("/events/generalprobe/register")
    assert (done.status_code, done.headers["location"]) == (303, "/events/generalprobe")
