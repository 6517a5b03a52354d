"""More than a page takes: said in words, and what was typed stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.http import pages
from server.http.pages.agenda import LONGEST_SEARCH
from server.http.pages.organise.base import MOST
from server.http.pages.organise.form import PEOPLE, TIMES
from server.http.surfaces import LONGEST_BODY
from server.identity.registers import LONGEST_QUERY
from tests.pages.desk import EVENT, HOST, Desk
from tests.pages.laws import check
from tests.pages.markup import Page
from tests.pages.world import World

TEMPLATES = Path(pages.__path__[0], "templates")
AGENDA = "/events/regionalkonferenz_2_2022/agenda"


@pytest.mark.parametrize(
    ("language", "said"), [("de", "höchstens 200 Zeichen"), ("en", "at most 200 characters")]
)
async def test_a_long_search_in_the_agenda_is_refused_and_stays_in_its_field(
    site: World, language: str, said: str
) -> None:
    words = "wort " * (LONGEST_SEARCH // 5) + "zuviel"
    async with site.browser() as browser:
        answer = await browser.get(AGENDA, params={"q": words, "lang": language})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert said in page.all("//p[@id='q-error']")[0]
    assert page.values("//input[@id='q']/@value") == [words]
    assert page.values("//input[@id='q']/@aria-invalid") == ["true"]


async def test_a_long_search_for_an_organisation_is_refused_and_stays(site: World) -> None:
    words = "Hof " * LONGEST_QUERY + "Hof"
    async with site.signed_in("amt@hof.example") as browser:
        page = Page((await browser.get("/profile", params={"organisation": words})).text)
        hits = await browser.get("/profile/organisations", params={"q": words})
    assert "höchstens 100 Zeichen" in page.all("//p[@data-hits-count]")[0]
    assert page.values("//input[@id='organisation']/@value") == [words]
    assert hits.json() == []


def test_no_form_cuts_a_long_text_without_a_word() -> None:
    for page in sorted(TEMPLATES.rglob("*.html")):
        for area in re.findall(r"<textarea[^>]*>", page.read_text(encoding="utf-8")):
            assert "maxlength" not in area, page.name


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(site: World) -> None:
    async with site.browser() as browser:
        answer = await browser.post("/sign-in", data={"address": "x" * LONGEST_BODY})
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert "kürzen Sie Ihre Eingabe" in Page(answer.text).text()


async def test_a_body_of_unknown_size_is_read_only_as_far_as_it_may_be(site: World) -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            read.append(1_000)
            yield b"x" * 1_000

    async with site.browser() as browser:
        answer = await browser.post("/sign-in", content=endless())
    assert answer.status_code == 413
    assert sum(read) <= LONGEST_BODY + 1_000


@pytest.mark.parametrize(
    ("language", "said"), [("de", "mehr als 1500 Felder"), ("en", "more than 1500 fields")]
)
async def test_a_form_with_too_many_fields_is_told_and_nothing_of_it_is_saved(
    office: Desk, language: str, said: str
) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        shown = await office.form(browser, path)
        typed = shown | {"title_de": "Neu"}
        padding = {f"x{number}": "" for number in range(MOST + 1 - len(typed))}
        answer = await browser.post(f"{path}?lang={language}", data=typed | padding)
        check(answer, language)
        assert answer.status_code == 413
        assert said in Page(answer.text).text()
        assert await office.form(browser, path) == shown
        padding.popitem()
        assert (await browser.post(path, data=typed | padding)).status_code == 303


async def test_words_for_what_is_gone_are_shown_again_however_many_they_are(office: Desk) -> None:
    people = {f"person{row}_{name}": "Amt" for row in range(1, 100) for name in PEOPLE.told}
    times = {f"time{row}_{name}": "09:30" for row in range(1, 100) for name in TIMES.told}
    async with office.signed_in(HOST) as browser:
        answer = await browser.post(f"{EVENT}/sessions/fort", data=people | times)
        elsewhere = await browser.post("/organise/fort/edit", data=people | times)
    for each in (answer, elsewhere):
        page = Page(each.text)
        assert (each.status_code, page.all("//h1")) == (404, ["Nicht gespeichert"])
        assert len(page.all("//dl[@class='unsaved']//dt")) == 99 * 6
