"""Whom a session is for: what is typed halfway is told, never dropped."""

from __future__ import annotations

import pytest

from tests.pages.desk import EVENT, HOST, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page

STEP = {"step1_group": "public", "step1_date": "2022-05-01", "step1_time": "00:00"}
FIRST, DAY = "Bitte zuerst eine Zielgruppe wählen.", "Bitte eine Zielgruppe für diesen Tag wählen."
SEASONS = "Bitte nur 2019, 2020 oder 2021, durch Kommas getrennt."


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"audience": "", **STEP}, {"audience": FIRST}),
        ({"audience": "", "step2_date": "2022-05-01"}, {"audience": FIRST}),
        ({"audience": "", "seasons": "2019"}, {"audience": FIRST}),
        ({"audience": "", "seasons": "2019, abc"}, {"audience": FIRST, "seasons": SEASONS}),
        ({"audience": "funded", **STEP, "step1_group": ""}, {"step1_group": DAY}),
        ({"audience": "funded", "step2_time": "10:00"}, {"step2_group": DAY}),
        ({"audience": "funded", "seasons": "2018"}, {"seasons": SEASONS}),
        ({"audience": "funded", "seasons": "2019 2020"}, {"seasons": SEASONS}),
    ],
)
async def test_half_an_audience_is_told_and_comes_back_as_typed(
    office: Desk, given: dict[str, str], wrong: dict[str, str]
) -> None:
    own = (f"{EVENT}/edit",) if given["audience"] else ()  # an event has no other to take it from
    for path in (await office.session(), *own):
        async with office.signed_in(HOST) as browser:
            typed = await office.form(browser, path) | given
            answer = await browser.post(path, data=typed)
        check(answer, "de")
        page = Page(answer.text)
        assert answer.status_code == 422
        assert sent_by(page) == typed
        named = page.values("//*[@aria-invalid='true']/@name")
        assert {name: page.all(f"//*[@id='{name}-error']")[0] for name in named} == wrong


async def test_a_whole_audience_is_stored_with_its_steps_and_seasons(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path)
        typed |= {"audience": "funded", "seasons": "2019, 2021", **STEP}
        assert (await browser.post(path, data=typed)).status_code == 303
        stored = await office.form(browser, path)
        # What the form began with is of the stored session, and so is its version.
        assert stored == typed | {"version": "2", "was": stored["was"]}
