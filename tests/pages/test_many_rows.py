"""Rows that no form has, and days that no event has: the desk answers at once, in plain words."""

from __future__ import annotations

import pytest

from agenda.core.merge import Rows
from server.http.pages.organise import form
from tests.pages.desk import EVENT, HOST, ORGANISER, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page

NUMBERS = ("30000", "9999", "100", "0", "01", "-1", "²", "٣", "1" * 5_000, "")
"""Of rows that no form has."""


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_that_no_form_has_is_not_counted(number: str) -> None:
    values = {"time1_date": "2022-03-31", f"time{number}_date": "2022-03-31"}
    assert list(form.filled(values, form.TIMES)) == [1]


def test_the_last_row_that_a_form_has_is_counted_and_none_is_shown_after_it() -> None:
    values = {f"host{form.MOST_ROWS}_name": "Hof"}
    assert form.filled(values, form.HOSTS)[-1] == form.MOST_ROWS
    shown = form.numbers(form.Sheet({}, values), form.HOSTS, spare=2)  # type: ignore[arg-type]
    assert shown[-1] == form.MOST_ROWS


@pytest.mark.parametrize("number", NUMBERS)
async def test_no_row_number_makes_a_form_of_the_desk_fail_or_grow(
    office: Desk, number: str
) -> None:
    session = await office.session()
    row = {f"host{number}_name": "Hof", f"person{number}_kind": "speaker"}
    row |= {f"person{number}_de": "Amt", f"time{number}_date": "2022-03-31"}
    async with office.signed_in(ORGANISER) as browser:
        for path in ("/organise/new", f"{EVENT}/edit", session, f"{EVENT}/sessions/new"):
            shown = await browser.get(path)
            typed = sent_by(Page(shown.text), path.rpartition("/")[2])
            answer = await browser.post(path, data=typed | {"title_de": ""} | row)
            assert answer.status_code == 422, path
            assert len(answer.text) < len(shown.text) + 2_000, path


async def test_more_rows_than_a_form_has_are_told_and_nothing_is_saved(office: Desk) -> None:
    session = await office.session()
    rows = {"person100_kind": "speaker", "time100_end": "09:30", "host00100_name": "Hof"}
    async with office.signed_in(ORGANISER) as browser:
        for path in ("/organise/new", f"{EVENT}/edit", session, f"{EVENT}/sessions/new"):
            typed = await office.form(browser, path) | {"title_de": "Neu", "slug": "neu_2027"}
            typed |= {"audience": "funded", "first_day": "2027-03-01", "last_day": "2027-03-01"}
            answer = await browser.post(path, data=typed | rows)
            check(answer, "de")
            (notice,) = Page(answer.text).all("//*[@role='alert']")
            assert (answer.status_code, "höchstens 99" in notice) == (422, True), path
        for path in (f"{EVENT}/edit", session):
            assert (await office.form(browser, path))["title_de"] != "Neu"
        assert (await browser.get("/organise/neu_2027")).status_code == 404


async def test_rows_of_two_editors_that_are_too_many_together_are_told(office: Desk) -> None:
    def full(first: str, count: int) -> dict[str, str]:
        rows = {f"person{row}_kind": "speaker" for row in range(1, count + 1)}
        return rows | {f"person{row}_de": f"{first} {row}" for row in range(1, count + 1)}

    path = f"{EVENT}/sessions/new"
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        typed = await office.form(host, path) | {"title_de": "Neu"}
        path = f"{EVENT}/sessions/{(await host.post(path, data=typed)).headers['location'][-36:]}"
        mine = await office.form(host, path) | full("Hof", 60)
        await kts.post(path, data=await office.form(kts, path) | full("Ulm", 60))
        answer = await host.post(path, data=mine)
        check(answer, "de")
        page = Page(answer.text)
        (notice,) = page.all("//*[@role='alert']")
        assert (answer.status_code, "höchstens 99" in notice) == (409, True)
        sent = sent_by(page)
        assert (sent["person60_de"], sent["person99_de"]) == ("Ulm 60", "Hof 39")
        assert "Hof 1" not in (await office.form(kts, path)).values()
        assert (await host.post(path, data=sent)).status_code == 303


async def test_a_release_of_any_number_is_found_or_not_there(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        for number in ("0", "99", "9" * 19, "9" * 5_000):
            answer = await browser.get(f"{EVENT}/releases/{number}")
            assert answer.status_code == 404, len(number)


async def test_an_event_of_many_years_is_told_how_many_days_it_may_have(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        for path in ("/organise/new", f"{EVENT}/edit"):
            typed = await office.form(browser, path)
            typed |= {"title_de": "Lang", "slug": "sehr_lang", "first_day": "2027-03-01"}
            answer = await browser.post(path, data=typed | {"last_day": "2100-12-31"})
            check(answer, "de")
            page = Page(answer.text)
            assert answer.status_code == 422, path
            assert page.values("//*[@aria-invalid='true']/@name") == ["last_day"]
            assert "höchstens 31 Tage" in page.all("//*[@id='last_day-error']")[0]
            month = await browser.post(path, data=typed | {"last_day": "2027-03-31"})
            assert month.status_code == 303, path


@pytest.mark.parametrize(
    ("rows", "name", "text"),
    [
        (form.PEOPLE, "de", "Gastgeberin Ulm"),
        (form.PEOPLE, "en", "Host of Ulm"),
        (form.PEOPLE, "organisation", "Stadt Ulm"),
        (form.TIMES, "start", "09:30"),
        (form.TIMES, "end", "09:30"),
    ],
)
async def test_half_a_row_is_told_and_stays(office: Desk, rows: Rows, name: str, text: str) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        shown = await office.form(browser, path)
        prefix = f"{rows.kind}{len(form.filled(shown, rows)) + 1}_"
        half = {f"{prefix}{name}": text}
        answer = await browser.post(path, data=shown | half)
        check(answer, "de")
        page = Page(answer.text)
        assert answer.status_code == 422
        assert page.values("//*[@aria-invalid='true']/@name") == [f"{prefix}{rows.told[0]}"]
        assert sent_by(page).items() >= (shown | half).items()


async def test_a_row_is_taken_out_by_its_first_field_alone(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        shown = await office.form(browser, path)
        renamed = shown | {"person1_kind": "", "person1_de": "Jemand Neues"}
        assert (await browser.post(path, data=renamed)).status_code == 422
        saved = await browser.post(path, data=shown | {"person1_kind": ""})
        assert saved.status_code == 303
        after = await office.form(browser, path)
        assert shown["person1_de"] not in after.values()
