"""The API to the wrong eyes: refused with a reason, absent, or without what is closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.actors import GUEST
from access.audiences import Audience, Group, Step, TimeLine
from server.http.language import LANGUAGES
from tests.http.api_site import EVENTS, api_site, asked, hof, shipped, states, ulm
from tests.pages.test_sight import CLOSED_EVENTS, hidden_from
from tests.pages.world import NOW, SeededAgenda, World

HOUR = 3_600_000
INSIDE = ("", "/agenda", "/now", "/rooms", "/access")


REASON = {
    "de": "Dieser Bereich ist für die 73 geförderten Modellprojekte Smart Cities. Ihre Kommune "
    "gehört nach unseren Unterlagen nicht dazu.",
    "en": "This area is for the 73 funded Modellprojekte Smart Cities.",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_non_funded_person_is_told_why_not_and_what_helps(site: World, language: str) -> None:
    answer = await asked(
        site, f"{EVENTS}/kongress_2022/agenda", await hof(site), **{"accept-language": language}
    )
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    detail = body.pop("detail")
    assert detail.startswith(REASON[language])
    assert body == {
        "type": "urn:plenum:problem:forbidden",
        "title": {"de": "Kein Zugang", "en": "No access"}[language],
        "status": 403,
        "code": "forbidden",
        "rule": "not_funded",
        "next_step": "attend_regional_conference",
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_decision_on_entering_says_the_same_as_the_refusal(
    site: World, language: str
) -> None:
    async with site.signed_in(await hof(site)) as browser:
        spoken = {"lang": language}
        access = await browser.get(f"{EVENTS}/kongress_2022/access", params=spoken)
        agenda = await browser.get(f"{EVENTS}/kongress_2022/agenda", params=spoken)
    body = access.json()
    texts = body.pop("texts")
    assert body == {
        "event": "kongress_2022",
        "allowed": False,
        "rule": "not_funded",
        "next_step": "attend_regional_conference",
        "until": "2022-04-06T14:53:20+02:00",  # The sign-in ends, 14 days from now.
    }
    assert f"{texts['rule']} {texts['next_step']}" == agenda.json()["detail"]


async def test_decision_for_who_may_enter_and_for_guests(site: World) -> None:
    path = f"{EVENTS}/kongress_2022/access"
    funded = (await asked(site, path, await ulm(site))).json()
    assert (funded["allowed"], funded["rule"], funded["next_step"], funded["texts"]) == (
        True,
        "funded",
        None,
        {"rule": "Sie gehören zu einem geförderten Modellprojekt.", "next_step": ""},
    )
    guest = (await asked(site, path)).json()
    assert (guest["allowed"], guest["rule"], guest["next_step"]) == (
        False,
        "sign_in_first",
        "sign_in",
    )


async def test_decision_says_until_when_it_holds(tmp_path: Path) -> None:
    line = TimeLine(Audience(Group.FUNDED), (Step(NOW + HOUR, Audience(Group.PUBLIC)),))
    event = msgspec.structs.replace(await shipped("kongress_2022"), audience=line)
    async with api_site(tmp_path, agenda=SeededAgenda((event,))) as site:
        closed = (await asked(site, f"{EVENTS}/kongress_2022/access")).json()
        listed = (await asked(site, EVENTS)).json()["events"][0]["audience"]
        site.clock.at += HOUR
        opened = (await asked(site, f"{EVENTS}/kongress_2022/access")).json()
    change = "2022-03-23T14:53:20+01:00"
    assert (closed["allowed"], closed["until"]) == (False, change)
    assert listed == {"group": "funded", "seasons": [], "until": change}
    assert (opened["allowed"], opened["rule"], opened["until"]) == (True, "public", None)


def _all_of(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.items())


async def test_hidden_event_answers_exactly_like_an_absent_one(tmp_path: Path) -> None:
    hidden = msgspec.structs.replace(await shipped("kongress_2022"), hidden=True)
    async with api_site(tmp_path, agenda=SeededAgenda((hidden,))) as site:
        async with site.signed_in(await hof(site)) as browser:
            for end in (*INSIDE, "/sessions/eroeffnung", "/sessions/absent"):
                there = _all_of(await browser.get(f"{EVENTS}/kongress_2022{end}"))
                absent = _all_of(await browser.get(f"{EVENTS}/absent{end}"))
                assert there == absent
                assert there[0] == 404
            assert (await browser.get(EVENTS)).json() == {"events": []}
        funded = await asked(site, EVENTS, await ulm(site))
    assert states(funded) == {"kongress_2022": ("open", "possible")}


async def test_guest_is_asked_to_sign_in(site: World) -> None:
    paths = (
        f"{EVENTS}/kongress_2022/agenda",
        f"{EVENTS}/kongress_2022/sessions/eroeffnung",
        f"{EVENTS}/kongress_2022/sessions/absent",
        "/api/v1/me",
        "/api/v1/organisations?q=hof",
    )
    for path in paths:
        answer = await asked(site, path)
        assert (answer.status_code, answer.json()["rule"]) == (401, "sign_in_first"), path
        assert answer.headers["cache-control"] == "no-store"


async def test_person_reads_their_own_account(site: World) -> None:
    account = await site.account("amt@hof.example", "hof-city")
    await site.identity.records.rename(account, "Amt Hof")
    answer = await asked(site, "/api/v1/me", "amt@hof.example")
    assert answer.json() == {"account": account, "name": "Amt Hof", "organisation": "Hof"}
    assert answer.headers["cache-control"] == "no-store"


async def test_organisations_are_found_by_name_and_by_key(site: World) -> None:
    who = await hof(site)
    found = (await asked(site, "/api/v1/organisations?q=hof", who)).json()["organisations"]
    assert found[0] == {
        "guid": "hof-city",
        "name": "Hof",
        "kind": "municipality",
        "key": "09464000",
        "district": None,
        "state": "Bayern",
        "former": None,
        "projects": [],
    }
    assert [each["name"] for each in found] == ["Hof", "Landkreis Hof"]
    by_key = (await asked(site, "/api/v1/organisations?q=08421000", who)).json()
    assert [(o["name"], o["projects"]) for o in by_key["organisations"]] == [("Ulm", ["Ulm"])]


@pytest.mark.parametrize(
    ("q", "code"),
    [("", "too_short"), ("h", "too_short"), ("-.-", "too_short"), ("h" * 101, "too_long")],
)
@pytest.mark.parametrize(
    ("language", "word"), [("de", "Zeichen|Buchstaben"), ("en", "letters|char")]
)
async def test_search_of_a_wrong_length_is_refused(
    site: World, q: str, code: str, language: str, word: str
) -> None:
    async with site.signed_in(await hof(site)) as browser:
        answer = await browser.get("/api/v1/organisations", params={"q": q, "lang": language})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert any(part in answer.json()["detail"] for part in word.split("|"))


async def test_answer_that_is_held_already_is_not_sent_again(site: World) -> None:
    path = f"{EVENTS}/generalprobe/agenda"
    first = await asked(site, path)
    again = await asked(site, path, **{"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await asked(site, path, await ulm(site), **{"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


async def test_only_what_a_guest_read_may_be_kept_for_others(site: World) -> None:
    path = f"{EVENTS}/generalprobe/agenda"
    kept = [await asked(site, path), await asked(site, path, await hof(site))]
    assert [answer.headers["cache-control"] for answer in kept] == [
        "public, no-cache",
        "private, no-cache",
    ]
    assert {answer.headers["vary"] for answer in kept} == {"Cookie, Authorization, Accept-Language"}


async def test_unknown_address_and_wrong_method_are_problems(site: World) -> None:
    for path in ("/api/v1/nothing", "/api/v2/events", "/api/"):
        answer = await asked(site, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"
    async with site.browser() as browser:
        for language, word in (("de", "nimmt POST nicht an"), ("en", "does not take POST")):
            answer = await browser.post(f"{EVENTS}?lang={language}")
            assert (answer.status_code, answer.json()["code"]) == (405, "not_allowed")
            assert word in answer.json()["detail"]
            assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("who", ["", "amt@hof.example"])
async def test_no_answer_shows_what_is_closed(site: World, who: str) -> None:
    account = await site.account("amt@hof.example", "hof-city")
    actor = await site.identity.facts.actor_of(account) if who else None
    closed = await hidden_from(actor or GUEST)
    assert len(closed) > 20
    events = await SeededAgenda().events()
    paths = [EVENTS]
    for event in events:
        paths += [f"{EVENTS}/{event.slug}{end}" for end in INSIDE]
        if event.slug in (*CLOSED_EVENTS, "generalprobe"):
            paths += [f"{EVENTS}/{event.slug}/sessions/{s.slug}" for s in event.sessions]
    async with site.signed_in(who) if who else site.browser() as browser:
        for path in paths:
            text = (await browser.get(path)).text
            assert [word for word in closed if word in text] == [], path


ENCODABLE = st.characters(codec="utf-8")
TEXT = st.text(ENCODABLE, max_size=5)


def _session(slug: str) -> str:
    return f"/sessions/{quote(slug, safe='')}"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        [
            EVENTS,
            *(f"{EVENTS}/generalprobe{end}" for end in INSIDE),
            f"{EVENTS}/generalprobe/sessions/keynote",
            "/api/v1/organisations",
            "/api/v1/me",
            "/api/v1/practice-examples",
        ]
    ),
    query=st.lists(
        st.tuples(
            st.sampled_from(["day", "q", "lang", "before", ""]) | TEXT,
            st.text(ENCODABLE, max_size=120) | st.integers().map(str),
        ),
        max_size=4,
    ),
)
async def test_no_query_makes_the_server_stumble(
    signed: httpx.AsyncClient, path: str, query: list[tuple[str, str]]
) -> None:
    answer = await signed.get(f"{path}?{urlencode(query)}")
    assert answer.status_code in {200, 400}
    assert answer.json()


@pytest.fixture
async def signed(site: World) -> AsyncIterator[httpx.AsyncClient]:
    async with site.signed_in(await hof(site)) as browser:
        yield browser


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.just("generalprobe") | st.text(ENCODABLE, min_size=1, max_size=20),
    end=st.sampled_from(INSIDE) | st.text(ENCODABLE, max_size=20).map(_session),
)
async def test_no_path_makes_the_server_stumble(
    signed: httpx.AsyncClient, event: str, end: str
) -> None:
    answer = await signed.get(f"{EVENTS}/{quote(event, safe='')}{end}", follow_redirects=True)
    assert answer.status_code in {200, 404}
