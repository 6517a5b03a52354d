"""Calendars over HTTP: the programme that ships, asked for by people who may see more or less."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import icalendar
import pytest
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request

from access.actors import GUEST, Actor, Affiliation, ProjectAffiliation
from access.audiences import Group, Step, TimeLine, always
from access.organisations import OrganisationKind
from access.resources import Resource
from agenda.core.ical import Site
from agenda.core.model import Event
from agenda.core.timetable import resolve
from agenda.programme import Programme
from server.http import problems
from server.http.feeds import Feeds
from server.http.pages import links
from server.http.surfaces import Door, Refused, routes
from server.seed.programme import read_events, read_series
from tests.architecture.source import ROOT, read
from tests.fixtures.server import RunningServer
from tests.pages.world import NOW, FixedClock, SeededAgenda

HOF = Actor("hof", affiliations=(Affiliation("hof", OrganisationKind.MUNICIPALITY, "09464000"),))
ULM = Actor("ulm", project_affiliations=(ProjectAffiliation("ulm", 2019, confirmed=True),))
PEOPLE = {"guest": GUEST, "hof": HOF, "ulm": ULM}
OPEN = "/events/regionalkonferenz_1_2022/agenda.ics"
REHEARSAL = "/events/generalprobe/agenda.ics"
CLOSED = "/events/kongress_2022/agenda.ics"
SITE = Site("kalender.example", "https://konferenz.example")


class House:
    """The feeds alone behind a door; requests come from whom the header ``as`` names."""

    def __init__(self, events: tuple[Event, ...] | None = None) -> None:
        self.clock = FixedClock()
        self.agenda = Programme(SeededAgenda(events), self.clock)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        app = Starlette(routes=routes(Feeds(self.agenda, SITE).surfaces(), self._door()))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=SITE.base_url) as browser:
            yield browser

    async def get(self, path: str, who: str = "guest", **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.browser() as browser:
            return await browser.get(path, headers={"as": who, **given})

    async def head(self, path: str, who: str = "guest") -> httpx.Response:
        async with self.browser() as browser:
            return await browser.head(path, headers={"as": who})

    def _door(self) -> Door:
        async def identify(request: Request) -> Actor:
            return PEOPLE[request.headers["as"]]

        async def in_place(actor: Actor, _: Resource) -> Actor:
            return actor

        async def refuse(_: Request, refused: Refused) -> Any:
            return problems.denied(refused.denied, refused.status, refused.language)

        return Door(identify, in_place, self.clock.now, lambda _: True, refuse)


def shipped(slug: str) -> Event:
    return next(resolve(event) for event, _ in read_events() if event.slug == slug)


def entries(answer: httpx.Response) -> list[icalendar.Component]:
    assert answer.status_code == 200, answer.text
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def instant(entry: icalendar.Component, name: str) -> int:
    found = entry.decoded(name)
    assert isinstance(found, dt.datetime)
    return round(found.timestamp()) * 1000


def all_of(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.items())


async def test_open_event_is_a_calendar_with_every_session() -> None:
    answer = await House().get(OPEN)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    event = shipped("regionalkonferenz_1_2022")
    wanted = {f"{slot.guid}@kalender.example" for slot in event.slots if slot.session}
    assert {str(entry["UID"]) for entry in entries(answer)} == wanted


async def test_one_session_has_the_same_entry_as_the_calendar_of_its_event() -> None:
    house, event = House(), shipped("regionalkonferenz_1_2022")
    session = event.sessions[0]
    one = await house.get(f"/events/{event.slug}/sessions/{session.slug}.ics")
    title = f'attachment; filename="{session.slug}.ics"'
    assert one.headers["content-disposition"] == title
    held = [slot.guid for slot in event.slots if slot.session == session.guid]
    assert [str(entry["UID"]) for entry in entries(one)] == [
        f"{guid}@kalender.example" for guid in held
    ]
    whole = {entry.to_ical() for entry in entries(await house.get(OPEN))}
    assert {entry.to_ical() for entry in entries(one)} <= whole


async def test_calendar_speaks_the_language_asked_for() -> None:
    house = House()
    german, english = await house.get(OPEN), await house.get(f"{OPEN}?lang=en")
    event = shipped("regionalkonferenz_1_2022")
    titles = [{str(entry["SUMMARY"]) for entry in entries(each)} for each in (german, english)]
    assert titles == [
        {session.title.de for session in event.sessions},
        {session.title.en for session in event.sessions},
    ]


async def test_head_answers_like_get_without_the_body() -> None:
    house = House()
    got, head = await house.get(OPEN), await house.head(OPEN)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers
    assert int(got.headers["content-length"]) == len(got.content)


@pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
async def test_who_has_it_already_is_told_so(form: str) -> None:
    house = House()
    got = await house.get(OPEN)
    again = await house.get(OPEN, if_none_match=form.format(tag=got.headers["etag"]))
    assert (again.status_code, again.content) == (304, b"")
    kept = ("etag", "last-modified", "cache-control", "vary", "access-control-allow-origin")
    assert {name: again.headers[name] for name in kept} == {n: got.headers[n] for n in kept}


async def test_tag_is_strong_and_another_one_gets_the_calendar() -> None:
    house = House()
    got = await house.get(OPEN)
    assert got.headers["etag"].startswith('"')
    assert (await house.get(OPEN, if_none_match='"other"')).content == got.content
    bare = got.headers["etag"].strip('"')
    assert (await house.get(OPEN, if_none_match=bare)).status_code == 200


async def test_last_change_is_the_release() -> None:
    event = replace(shipped("regionalkonferenz_1_2022"), published_at=1_646_000_000_000)
    answer = await House((event,)).get(OPEN)
    assert answer.headers["last-modified"] == "Sun, 27 Feb 2022 22:13:20 GMT"


async def test_what_a_guest_may_read_is_for_every_page_and_cache() -> None:
    house = House()
    for who in PEOPLE:
        headers = (await house.get(OPEN, who)).headers
        assert headers["cache-control"] == "public, max-age=300"
        assert headers["access-control-allow-origin"] == "*"
        assert headers["vary"] == "Accept-Language, Authorization, Cookie"


async def test_what_a_guest_may_not_read_stays_private() -> None:
    house = House()
    for path in (CLOSED, REHEARSAL):
        headers = (await house.get(path, "ulm")).headers
        assert headers["cache-control"] == "private, no-cache"
        assert "access-control-allow-origin" not in headers


async def test_nobody_keeps_it_longer_than_it_is_open() -> None:
    event = shipped("regionalkonferenz_1_2022")
    closes = Step(NOW + 42_000, always(Group.FUNDED).first)
    event = replace(event, audience=TimeLine(event.audience.first, (closes,)))
    house = House((event,))
    assert (await house.get(OPEN)).headers["cache-control"] == "public, max-age=42"
    house.clock.at += 42_000
    assert (await house.get(OPEN)).status_code == 401


async def test_rehearsal_is_the_same_within_a_pass_and_another_in_the_next() -> None:
    house = House()
    first = await house.get(REHEARSAL)
    begins = min(instant(entry, "DTSTART") for entry in entries(first))
    ends = max(instant(entry, "DTEND") for entry in entries(first))
    house.clock.at = begins
    assert all_of(await house.get(REHEARSAL)) == all_of(first)
    house.clock.at = ends - 1
    assert all_of(await house.get(REHEARSAL)) == all_of(first)
    house.clock.at += 1
    later = await house.get(REHEARSAL)
    assert later.headers["etag"] != first.headers["etag"]
    assert [str(e["UID"]) for e in entries(later)] == [str(e["UID"]) for e in entries(first)]


@pytest.mark.parametrize(
    ("who", "status", "rule", "step"),
    [("guest", 401, "sign_in_first", "sign_in"), ("hof", 403, "not_funded", None)],
)
async def test_closed_event_is_refused_with_rule_and_next_step(
    who: str, status: int, rule: str, step: str | None
) -> None:
    house, event = House(), shipped("kongress_2022")
    session = event.sessions[0].slug
    for path in (CLOSED, f"/events/{event.slug}/sessions/{session}.ics"):
        answer = await house.get(path, who)
        body = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert (answer.status_code, body["rule"]) == (status, rule)
        assert body["next_step"] == (step or body["next_step"]) != ""
        assert "access-control-allow-origin" not in answer.headers


async def test_missing_session_of_a_closed_event_is_refused_like_one_that_is_there() -> None:
    house = House()
    there = await house.get("/events/kongress_2022/sessions/eroeffnung.ics", "hof")
    missing = await house.get("/events/kongress_2022/sessions/nirgends.ics", "hof")
    assert there.status_code == 403
    assert all_of(there) == all_of(missing)


async def test_hidden_event_answers_like_one_that_is_not_there() -> None:
    hidden = replace(shipped("kongress_2022"), hidden=True)
    house = House((hidden,))
    absent = all_of(await house.get("/events/nirgends/agenda.ics", "hof"))
    assert absent[0] == 404
    assert all_of(await house.get(CLOSED, "hof")) == absent
    session = f"/events/kongress_2022/sessions/{hidden.sessions[0].slug}.ics"
    assert all_of(await house.get(session, "hof")) == absent
    assert (await house.get(CLOSED, "ulm")).status_code == 200


def words(event: Event) -> set[str]:
    """Titles, abstracts, people and rooms of an event."""
    texts = [room.name for room in event.rooms]
    for session in event.sessions:
        texts += [session.title, session.subtitle, session.abstract]
        texts += [role.name for role in session.people]
    return {part for text in texts for part in (text.de, text.en) if part}


def marked(event: Event) -> Event:
    """The event with a word in every session that stands nowhere else."""
    sessions = tuple(
        replace(
            each,
            title=replace(each.title, de=f"{each.title.de} TITEL{number}ENDE"),
            abstract=replace(each.abstract, de=f"{each.abstract.de} TEXT{number}ENDE"),
        )
        for number, each in enumerate(event.sessions)
    )
    return replace(event, sessions=sessions)


@pytest.mark.parametrize("who", ["guest", "hof"])
async def test_funded_session_of_the_open_rehearsal_is_in_no_calendar_of_others(who: str) -> None:
    event = marked(shipped("generalprobe"))
    rooms = {room.guid for room in event.rooms if room.audience is not None}
    narrow = {slot.session for slot in event.slots if slot.room in rooms}
    closed = [n for n, each in enumerate(event.sessions) if each.audience or each.guid in narrow]
    assert closed
    house = House((event,))
    one = [f"/events/{event.slug}/sessions/{session.slug}.ics" for session in event.sessions]
    feeds = [(await house.get(path, who)).text for path in (REHEARSAL, *one)]
    shown = "".join(feeds).replace("\r\n ", "")
    for number in range(len(event.sessions)):
        seen = (f"TITEL{number}ENDE" in shown, f"TEXT{number}ENDE" in shown)
        assert seen == (number not in closed, number not in closed)
    for number in closed:
        assert (await house.get(one[number], who)).status_code in (401, 403)
        funded = (await house.get(one[number], "ulm")).text.replace("\r\n ", "")
        assert f"TITEL{number}ENDE" in funded


@pytest.mark.parametrize("who", ["guest", "hof"])
async def test_nothing_of_the_congress_stands_in_a_refusal(who: str) -> None:
    event = marked(shipped("kongress_2022"))
    house = House((event,))
    paths = [f"/events/{event.slug}/sessions/{session.slug}.ics" for session in event.sessions]
    for path in (CLOSED, *paths):
        text = (await house.get(path, who)).text
        assert [word for word in words(event) if word in text] == [], path


def test_docs_name_the_addresses_the_pages_link_to() -> None:
    page = read(ROOT / "docs" / "agenda.md")
    paths = [surface.path for surface in Feeds(House().agenda, SITE).surfaces()]
    assert [path for path in paths if f"| `{path}` |" not in page] == []
    event = shipped("regionalkonferenz_1_2022")
    series = read_series()[0]
    shown = (
        links.series_calendar(series),
        links.calendar(event),
        links.session_calendar(event, event.sessions[0]),
    )
    named = {
        "{series}": series.slug,
        "{event}": event.slug,
        "{session}": event.sessions[0].slug,
    }
    for name, value in named.items():
        paths = [path.replace(name, value) for path in paths]
    assert tuple(paths) == shown


def test_running_server_sends_calendars_before_pages(demo: RunningServer) -> None:
    event = shipped("regionalkonferenz_1_2022")
    path = demo.url + links.session_calendar(event, event.sessions[0])
    got, head = httpx.get(path), httpx.head(path)
    assert (got.status_code, got.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert got.content.count(b"BEGIN:VEVENT") == 1
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", got.headers["etag"])
    closed = httpx.get(f"{demo.url}{CLOSED}")
    assert (closed.status_code, closed.headers["content-type"]) == (401, "application/problem+json")
    wrong = httpx.post(f"{demo.url}{OPEN}")
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, "application/problem+json")
