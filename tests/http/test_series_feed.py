"""The calendar of a series over HTTP: who sees which events in it."""

from __future__ import annotations

import icalendar
import pytest
from msgspec.structs import replace

from access.audiences import Group, Step, TimeLine, always
from agenda.core.model import Event
from tests.http.test_feeds import PEOPLE, SITE, House, all_of, entries, shipped, words
from tests.pages.markup import Page
from tests.pages.world import NOW, World

YEAR = "/series/mpsc-2022.ics"
SLUGS = (
    "regionalkonferenz_1_2022",
    "regionalkonferenz_2_2022",
    "regionalkonferenz_3_2022",
    "kongress_2022",
)


def year(**changes: object) -> tuple[Event, ...]:
    """The series of 2022 with a changed congress."""
    return (*(shipped(slug) for slug in SLUGS[:3]), replace(shipped("kongress_2022"), **changes))


def uid(slug: str) -> str:
    return SITE.uid(shipped(slug).guid)


@pytest.mark.parametrize("who", PEOPLE)
async def test_every_event_of_the_series_stands_there_once(who: str) -> None:
    answer = await House().get(YEAR, who)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'inline; filename="mpsc-2022.ics"'
    assert [str(entry["UID"]) for entry in entries(answer)] == [uid(slug) for slug in SLUGS]


async def test_day_of_a_regional_conference_is_timed_and_the_congress_takes_whole_days() -> None:
    text = (await House().get(YEAR)).text
    assert "DTSTART;TZID=Europe/Berlin:20220322T093000\r\n" in text
    assert "DTEND;TZID=Europe/Berlin:20220322T133000\r\n" in text
    assert "DTSTART;VALUE=DATE:20220426\r\nDTEND;VALUE=DATE:20220430\r\n" in text


@pytest.mark.parametrize("who", ["guest", "hof"])
async def test_closed_congress_has_title_and_days_and_nothing_else(who: str) -> None:
    house, congress = House(), shipped("kongress_2022")
    text = (await house.get(YEAR, who)).text.replace("\r\n ", "")
    (found,) = [
        e for e in entries(await house.get(YEAR, who)) if str(e["UID"]) == SITE.uid(congress.guid)
    ]
    assert str(found["SUMMARY"]) == congress.title.de
    assert str(found["DESCRIPTION"]) == f"Programm: {SITE.event(congress)}"
    inside = words(congress) - {word for slug in SLUGS[:3] for word in words(shipped(slug))}
    assert [word for word in inside if len(word) > 12 and word in text] == []


@pytest.mark.parametrize(("who", "seen"), [("guest", 3), ("hof", 3), ("ulm", 4)])
async def test_hidden_event_stands_only_where_it_exists_for_the_reader(who: str, seen: int) -> None:
    answer = await House(year(hidden=True)).get(YEAR, who)
    assert len(entries(answer)) == seen
    assert (shipped("kongress_2022").guid in answer.text.replace("\r\n ", "")) is (who == "ulm")


@pytest.mark.parametrize("who", ["guest", "hof"])
async def test_series_of_hidden_events_answers_like_one_that_is_not_there(who: str) -> None:
    house = House((replace(shipped("kongress_2022"), hidden=True),))
    absent = all_of(await house.get("/series/nirgends.ics", who))
    assert absent[0] == 404
    assert all_of(await house.get(YEAR, who)) == absent
    assert (await house.get(YEAR, "ulm")).status_code == 200


async def test_what_a_guest_sees_is_for_every_cache_and_what_others_see_is_not() -> None:
    house = House()
    for who, caching in (
        ("guest", "public, max-age=300"),
        ("hof", "public, max-age=300"),
        ("ulm", "private, no-cache"),
    ):
        headers = (await house.get(YEAR, who)).headers
        assert (headers["cache-control"], headers["vary"]) == (
            caching,
            "Accept-Language, Authorization, Cookie",
        )
        assert ("access-control-allow-origin" in headers) is caching.startswith("public")


async def test_nobody_keeps_it_longer_than_until_an_audience_changes() -> None:
    opens = Step(NOW + 42_000, always(Group.PUBLIC).first)
    closed = TimeLine(shipped("kongress_2022").audience.first, (opens,))
    house = House(year(audience=closed))
    assert (await house.get(YEAR)).headers["cache-control"] == "public, max-age=42"


async def test_who_has_it_already_is_told_so_and_head_has_no_body() -> None:
    house = House()
    got, head = await house.get(YEAR), await house.head(YEAR)
    again = await house.get(YEAR, if_none_match=got.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)


async def test_calendar_speaks_the_language_asked_for() -> None:
    house = House()
    names = [
        str(icalendar.Calendar.from_ical((await house.get(f"{YEAR}{query}")).content)["NAME"])
        for query in ("", "?lang=en")
    ]
    assert names == ["Modellprojekte Smart Cities 2022", "Model Projects Smart Cities 2022"]


@pytest.mark.parametrize("path", ["/", "/events"])
async def test_pages_link_to_the_series_with_dates_and_not_to_rehearsals(
    site: World, path: str
) -> None:
    async with site.browser() as browser:
        page = Page((await browser.get(path)).text)
        assert page.values("//ul[@class='calendars']//a/@href") == [YEAR]
        assert (await browser.get(YEAR)).status_code == 200
