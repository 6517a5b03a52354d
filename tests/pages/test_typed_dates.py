"""Dates as people type them, slips included: no form fails, no page stays broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.audiences import Audience, Group, Step, TimeLine
from agenda.core.examples import PracticeExample, Problem, read
from agenda.core.gate import Fault, Finding, check
from agenda.core.model import Text
from agenda.core.timetable import days, resolve
from server.http.pages.organise import audience_form, session_form
from server.http.pages.organise.form import Typed
from tests.agenda.events import PLENUM, WELCOME, at, draft, slot
from tests.pages.desk import EVENT, HOST, ORGANISER, Desk, sent_by
from tests.pages.laws import check as keeps_the_laws
from tests.pages.markup import Page

FAR = ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31")
YEARS = "2000 bis 2100"
typed_dates = st.one_of(
    st.dates().map(str), st.sampled_from([*FAR, "2000-01-01", "2100-12-31"]), st.text(max_size=12)
)
typed_times = st.one_of(
    st.times().map(lambda at: f"{at:%H:%M}"), st.text("0123456789:.", max_size=40)
)


async def refused(browser: httpx.AsyncClient, path: str, typed: dict[str, str], name: str) -> None:
    """The form comes back with what was typed, and the field is told what it takes."""
    answer = await browser.post(path, data=typed)
    keeps_the_laws(answer, "de")
    page = Page(answer.text)
    assert answer.status_code == 422, (path, typed[name])
    assert page.values("//*[@aria-invalid='true']/@name") == [name]
    assert YEARS in page.all(f"//*[@id='{name}-error']")[0]
    assert sent_by(page, path.rpartition("/")[2])[name] == typed[name]


@pytest.mark.parametrize("day", FAR)
async def test_a_session_on_an_impossible_day_is_told_and_comes_back(
    office: Desk, day: str
) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path)
        late = typed | {"time1_date": day, "time1_start": "09:10", "time1_end": "03:00"}
        await refused(browser, path, late, "time1_date")
        step = {"audience": "funded", "step1_group": "public", "step1_time": "00:00"}
        await refused(browser, path, typed | step | {"step1_date": day}, "step1_date")
        assert await office.form(browser, path) == typed


@pytest.mark.parametrize("day", FAR)
async def test_an_event_on_impossible_days_is_neither_made_nor_cloned(
    office: Desk, day: str
) -> None:
    async with office.signed_in(ORGANISER) as browser:
        clone = await office.form(browser, f"{EVENT}/clone") | {"slug": "weit_weg"}
        await refused(browser, f"{EVENT}/clone", clone | {"first_day": day}, "first_day")
        blank = await office.form(browser, "/organise/new")
        blank |= {"title_de": "Weit weg", "slug": "weit_weg"}
        both = await browser.post("/organise/new", data=blank | {"first_day": day, "last_day": day})
        wrong = Page(both.text).values("//*[@aria-invalid='true']/@name")
        assert (both.status_code, wrong) == (422, ["first_day", "last_day"])
        assert (await browser.get("/organise/weit_weg")).status_code == 404


async def test_the_last_day_that_can_be_planned_has_all_its_pages(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        clone = await office.form(browser, f"{EVENT}/clone")
        clone |= {"slug": "ganz_spaet", "first_day": "2100-12-31"}
        done = await browser.post(f"{EVENT}/clone", data=clone)
        assert done.headers["location"] == "/organise/ganz_spaet"
        assert (await browser.get("/organise/ganz_spaet")).status_code == 200
        assert (await office.release(browser, "/organise/ganz_spaet")).status_code == 303
        for path in ("", "/agenda", "/agenda.ics"):
            assert (await browser.get(f"/events/ganz_spaet{path}")).status_code == 200, path


async def test_hours_beyond_every_clock_are_told(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path) | {"time1_start": f"{'9' * 30}:00"}
        answer = await browser.post(path, data=typed)
    wrong = Page(answer.text).values("//*[@aria-invalid='true']/@name")
    assert (answer.status_code, wrong) == (422, ["time1_start"])


@pytest.mark.parametrize("time", ["9:3", "1_0:30", "٠٩:٣٠", "+9:30", "09:30:00", "9", "24:00"])
async def test_what_is_no_time_of_a_clock_is_told(office: Desk, time: str) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path) | {"time1_start": time}
        page = Page((await browser.post(path, data=typed)).text)
    assert page.values("//*[@aria-invalid='true']/@name") == ["time1_start"]
    assert sent_by(page)["time1_start"] == time


@pytest.mark.parametrize("time", ["9:30", "09:30", "09.30", " 9.30 "])
def test_a_time_is_read_as_people_write_it(time: str) -> None:
    assert Typed({"at": time}).time("at") == dt.time(9, 30)


async def test_what_ends_when_it_starts_is_told_and_comes_back(office: Desk) -> None:
    same = {"start": "15:00", "end": "15:00"}
    async with office.signed_in(HOST) as browser:
        path, pause = await office.session(), f"{EVENT}/breaks/new"
        for at, prefix in ((path, "time1_"), (pause, "")):
            both = {f"{prefix}{name}": value for name, value in same.items()}
            typed = await office.form(browser, at) | both
            answer = await browser.post(at, data=typed | ({} if prefix else {"pause_de": "Tee"}))
            keeps_the_laws(answer, "de")
            page = Page(answer.text)
            assert answer.status_code == 422
            assert page.values("//*[@aria-invalid='true']/@name") == [f"{prefix}end"]
            assert sent_by(page, at.rpartition("/")[2]).items() >= both.items()


@pytest.fixture
async def host(office: Desk) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A browser, and the address of a session."""
    async with office.signed_in(HOST) as browser:
        yield browser, await office.session()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=typed_dates, time=typed_times)
async def test_no_date_typed_makes_a_form_fail(
    office: Desk, host: tuple[httpx.AsyncClient, str], day: str, time: str
) -> None:
    browser, session = host
    shown = await office.form(browser, session)
    pause = await office.form(browser, f"{EVENT}/breaks/new")
    sent = (
        (session, shown | {"time1_date": day, "time1_end": time}),
        (session, shown | {"audience": "staff", "step1_date": day, "step1_time": time}),
        (f"{EVENT}/breaks/new", pause | {"pause_de": "Kaffee", "date": day, "start": time}),
        (f"{EVENT}/edit", await office.form(browser, f"{EVENT}/edit") | {"first_day": day}),
    )
    for path, typed in sent:
        assert (await browser.post(path, data=typed)).status_code in {303, 409, 422}, path
    for path in (EVENT, session, f"{EVENT}/release"):
        assert (await browser.get(path)).status_code == 200, path


# What reads them, without pages


@given(typed_dates, typed_times, typed_times)
def test_no_time_typed_breaks_what_is_reckoned_with_it(day: str, start: str, end: str) -> None:
    event = draft()
    form = {"time_date": day, "time_start": start, "time_end": end, "time_room": PLENUM.guid}
    typed = Typed(form)
    made = session_form.read_time(typed, "time_", None, event, "guid", session=WELCOME.guid)
    assert (made is None) == bool(typed.errors)
    if made is not None:
        after = resolve(draft(slots=(made,)))
        check(after)
        days(after)


@given(typed_dates, typed_times)
def test_no_step_typed_breaks_the_form_that_shows_it_again(day: str, time: str) -> None:
    form = {"audience": "funded", "step1_group": "public", "step1_date": day, "step1_time": time}
    typed = Typed(form)
    line = audience_form.read(typed, None, "Europe/Berlin")
    if not typed.errors:
        assert audience_form.fill(line, "Europe/Berlin")["step1_group"] == "public"


@given(typed_dates)
def test_no_day_typed_breaks_a_practice_example(day: str) -> None:
    example = PracticeExample("guid", "ulm", "luft", Text("Luft"), "Klima", "Kurz.")
    made = read(example, {"audience_from": day, "audience_later": "public"})
    if isinstance(made, list):
        assert {finding.field for finding in made} <= {"audience_from", "audience_later"}


@pytest.mark.parametrize("day", FAR)
def test_a_practice_example_is_told_which_days_there_are(day: str) -> None:
    example = PracticeExample("guid", "ulm", "luft", Text("Luft"), "Klima", "Kurz.")
    (finding,) = read(example, {"audience_from": day, "audience_later": "public"})  # type: ignore[misc]
    assert (finding.field, finding.problem) == ("audience_from", Problem.DAY)


@pytest.mark.parametrize("day", FAR)
def test_the_gate_lets_no_impossible_date_through_from_wherever_it_comes(day: str) -> None:
    out = slot(1, WELCOME, f"{day}T09:00", f"{day}T10:00", PLENUM)
    assert Finding(Fault.YEARS, out.guid) in check(draft(slots=(out,)))
    event = draft(first_day=dt.date.fromisoformat(day), last_day=dt.date.fromisoformat(day))
    assert Finding(Fault.YEARS, event.guid) in check(event)


@pytest.mark.parametrize(
    ("since", "untimely"),
    [
        ("1999-12-30T12:00+01:00", True),
        ("2000-01-01T00:00+01:00", False),
        ("2100-12-31T23:59+01:00", False),
        ("2101-01-03T12:00+01:00", True),
    ],
)
def test_nothing_is_for_somebody_else_from_an_impossible_day_on(since: str, untimely: bool) -> None:
    line = TimeLine(Audience(Group.FUNDED), (Step(at(since), Audience(Group.PUBLIC)),))
    faults = [finding.fault for finding in check(draft(audience=line))]
    assert (Fault.YEARS in faults) is untimely


def test_an_event_of_more_days_than_anybody_holds_is_not_released() -> None:
    first = dt.date(2027, 3, 1)
    for last, found in (("2027-03-31", []), ("2027-04-01", [Fault.TOO_MANY_DAYS])):
        event = draft(first_day=first, last_day=dt.date.fromisoformat(last), slots=())
        assert [each.fault for each in check(event) if each.blocks] == found
