"""More than a page takes: said in words, and what was typed stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.http import pages
from server.http.pages.agenda import LONGEST_SEARCH
from server.http.surfaces import LONGEST_BODY
from server.identity.registers import LONGEST_QUERY
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
