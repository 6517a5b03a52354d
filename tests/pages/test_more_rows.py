"""Another person, another time: the form grows as far as it may, and nothing typed is lost."""

from __future__ import annotations

import pytest

from server.http.language import LANGUAGES
from server.http.pages.organise.form import PEOPLE, TIMES
from tests.pages.desk import EVENT, HOST, ORGANISER, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page

FIELDS = {"person": PEOPLE.told[0], "time": TIMES.told[0]}


def count(values: dict[str, str], kind: str) -> int:
    return sum(n.startswith(kind) and n.endswith(f"_{FIELDS[kind]}") for n in values)


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("new", [False, True])
async def test_another_row_is_asked_for_as_often_as_one_likes(
    office: Desk, kind: str, new: bool
) -> None:
    session = await office.session()
    path = f"{EVENT}/sessions/new" if new else session
    async with office.signed_in(HOST) as browser:
        before = await office.form(browser, session)
        typed = await office.form(browser, path)
        typed |= {"title_de": "Neu", "abstract_de": "Zwei\nZeilen", "person1_de": "Amt Hof"}
        typed |= {"time1_start": "keine"}
        for round in range(4):
            rows = count(typed, kind)
            answer = await browser.post(
                f"{path}?lang={LANGUAGES[round % 2]}", data=typed | {"more": kind}
            )
            check(answer, LANGUAGES[round % 2])
            page = Page(answer.text)
            sent = sent_by(page)
            added = f"{kind}{rows + 1}_{FIELDS[kind]}"
            assert (answer.status_code, count(sent, kind)) == (200, rows + 1)
            assert page.values("//*[@autofocus]/@name") == [added]
            assert sent.items() >= typed.items()
            typed = sent
        assert await office.form(browser, session) == before


async def test_the_button_stands_under_the_last_row_and_enter_still_saves(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        page = Page((await browser.get(await office.session())).text)
    assert page.values("//main//button[@name='more']/@value") == ["time", "person"]
    first = page.find("//main//form//button")[0]
    assert (first.get("name"), first.get("hidden") is not None) == (None, True)


async def test_after_the_last_row_that_a_form_has_no_other_is_offered(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path)
        full = typed | {f"person{row}_kind": "" for row in range(1, 99)} | {"more": "person"}
        page = Page((await browser.post(path, data=full)).text)
        assert page.values("//*[@autofocus]/@name") == ["person99_kind"]
        assert page.values("//main//button[@name='more']/@value") == ["time"]
        again = Page((await browser.post(path, data=sent_by(page) | {"more": "person"})).text)
    assert (count(sent_by(again), "person"), again.values("//*[@autofocus]/@name")) == (
        99,
        ["person99_kind"],
    )


async def test_who_asked_for_a_row_still_learns_that_somebody_was_faster(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        shown = await office.form(host, path)
        mine = shown | {"title_de": "Meiner", "more": "person"}
        await kts.post(path, data=shown | {"title_de": "Ihrer"})
        grown = sent_by(Page((await host.post(path, data=mine)).text))
        assert (grown["version"], grown["was"]) == (shown["version"], shown["was"])
        answer = await host.post(path, data=grown)
        assert answer.status_code == 409
        assert Page(answer.text).all("//*[@id='title_de-theirs']") == [
            "Inzwischen gespeichert: Ihrer"
        ]
