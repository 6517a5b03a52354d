"""The least time between two things, set at the desk and told in the draft alone."""

from __future__ import annotations

from tests.pages.desk import EVENT, HOST, PUBLIC, Desk
from tests.pages.laws import check
from tests.pages.markup import Page

TIGHT = "//*[@class='finding']/span[2]"


async def test_what_is_closer_than_wished_is_told_in_plain_words(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        before = Page((await browser.get(EVENT)).text)
        typed = await office.form(browser, f"{EVENT}/edit")
        assert (typed["buffer_minutes"], before.all(TIGHT)) == ("0", [])
        saved = await browser.post(f"{EVENT}/edit", data=typed | {"buffer_minutes": "10"})
        assert saved.status_code == 303
        page = Page((await browser.get(EVENT)).text)
    first = page.all(TIGHT)[0]
    assert first.startswith(
        "Zwischen „Begrüßung“ (09:30–10:00) und „Zwei Kommunen, eine Strategie“"
    )
    assert "liegen 0 statt 10 Minuten (Plenum)." in first


async def test_a_wish_is_nothing_to_release_and_nobody_else_reads_it(office: Desk) -> None:
    async with office.signed_in(HOST) as browser, office.site.browser() as guest:
        public = await guest.get(f"/api/v1{PUBLIC}/agenda")
        typed = await office.form(browser, f"{EVENT}/edit")
        await browser.post(f"{EVENT}/edit", data=typed | {"buffer_minutes": "10"})
        assert (await browser.post(f"{EVENT}/release")).status_code == 409
        title = typed | {"version": "2", "buffer_minutes": "10", "title_de": "Neuer Titel"}
        assert (await browser.post(f"{EVENT}/edit", data=title)).status_code == 303
        assert (await office.release(browser)).status_code == 303
        assert "buffer" not in (await guest.get(f"/api/v1{PUBLIC}/agenda")).text + public.text
        assert (await office.form(browser, f"{EVENT}/edit"))["buffer_minutes"] == "10"


async def test_a_wish_that_is_none_is_named_and_comes_back(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        form = await office.form(browser, f"{EVENT}/edit")
        for typed in ("121", "-5", "zehn", ""):
            answer = await browser.post(f"{EVENT}/edit", data=form | {"buffer_minutes": typed})
            check(answer, "de")
            page = Page(answer.text)
            wrong = page.values("//*[@aria-invalid='true']/@name")
            assert (answer.status_code, wrong) == (422, ["buffer_minutes"]), typed
            assert page.values("//*[@name='buffer_minutes']/@value") == [typed]
