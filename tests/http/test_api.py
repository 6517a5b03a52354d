"""The API of the programme: what one asks for is answered, and nobody reads more than on a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.actors import GUEST
from access.audiences import Audience, Group, Step, TimeLine
from server.http.language import LANGUAGES
from tests.http.api_site import api_site
from tests.pages.test_sight import CLOSED_EVENTS, hidden_from
from tests.pages.world import NOW, SeededAgenda, World

HOUR = 3_600_000
EVENTS = "/api/v1/events"
INSIDE = ("", "/agenda", "/now", "/rooms", "/access")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with api_site(tmp_path) as running:
        yield running


async def asked(site: World, path: str, who: str = "", **headers: str) -> httpx.Response:
    """The answer to a guest, or to the person of that address."""
    if not who:
        async with site.browser() as browser:
            return await browser.get(path, headers=headers)
    async with site.signed_in(who) as browser:
        return await browser.get(path, headers=headers)


async def hof(site: World) -> str:
    """Staff of a municipality without funding."""
    await site.account("amt@hof.example", "hof-city")
    return "amt@hof.example"


async def ulm(site: World) -> str:
    """Confirmed staff of a model project."""
    await site.funded("team@ulm.example")
    return "team@ulm.example"


def states(answer: httpx.Response) -> dict[str, tuple[str, str]]:
    return {e["slug"]: (e["state"], e["registration"]) for e in answer.json()["events"]}


async def test_guest_lists_events_and_whether_they_are_open(site: World) -> None:
    answer = await asked(site, EVENTS)
    assert states(answer) == {
        "generalprobe": ("open", "refused"),
        "kongress_2022": ("closed", "refused"),
        "kongress_probe": ("closed", "refused"),
        "regionalkonferenz_1_2022": ("open", "refused"),
        "regionalkonferenz_2_2022": ("open", "refused"),
        "regionalkonferenz_3_2022": ("open", "refused"),
    }
    assert next(e for e in answer.json()["events"] if e["slug"] == "kongress_2022") == {
        "slug": "kongress_2022",
        "guid": (await _event("kongress_2022")).guid,
        "title": {
            "de": "Kongress der Modellprojekte Smart Cities",
            "en": (await _event("kongress_2022")).title.en,
        },
        "first_day": "2022-04-26",
        "last_day": "2022-04-29",
        "zone": "Europe/Berlin",
        "kind": "congress",
        "audience": {"group": "funded", "seasons": [], "until": None},
        "state": "closed",
        "registration": "refused",
    }


async def _event(slug: str) -> Any:
    event = await SeededAgenda().event(slug)
    assert event is not None
    return event


async def test_congress_is_open_to_the_funded_and_closed_to_others(site: World) -> None:
    funded = states(await asked(site, EVENTS, await ulm(site)))
    others = states(await asked(site, EVENTS, await hof(site)))
    assert (funded["kongress_2022"], others["kongress_2022"]) == (
        ("open", "possible"),
        ("closed", "refused"),
    )
    assert funded["generalprobe"] == others["generalprobe"] == ("open", "possible")


async def test_registration_shows_in_the_list(site: World) -> None:
    account = await site.account("amt@hof.example", "hof-city")
    await site.identity.records.register(account, (await _event("generalprobe")).guid)
    listed = states(await asked(site, EVENTS, "amt@hof.example"))
    assert listed["generalprobe"] == ("open", "registered")


async def test_closed_event_is_an_outline(site: World) -> None:
    body = (await asked(site, f"{EVENTS}/kongress_2022", await hof(site))).json()
    assert body.pop("event")["state"] == "closed"
    assert body == {
        "motto": {"de": "", "en": ""},
        "summary": {"de": "", "en": ""},
        "format": "online",
        "hosts": [],
        "rooms": [],
        "sample": False,
        "rehearsal": False,
        "release": 1,
    }


def _times(slots: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (s["kind"], s["start"], s["session"]["slug"] if s["kind"] == "session" else "")
        for s in slots
    ]


async def test_agenda_shows_what_is_for_others_as_restricted(site: World) -> None:
    agenda = (await asked(site, f"{EVENTS}/generalprobe/agenda", await hof(site))).json()
    day = agenda["days"][0]
    assert (len(agenda["days"]), day["index"], day["date"], day["opens"], day["closes"]) == (
        1,
        1,
        "2022-03-23",
        "2022-03-23T04:00:00+01:00",
        "2022-03-24T04:00:00+01:00",
    )
    assert _times(day["slots"])[4:8] == [
        ("session", "2022-03-23T15:15:00+01:00", "offenes-plenum"),
        ("session", "2022-03-23T15:15:00+01:00", "werkstatt-strategieprozess"),
        ("session", "2022-03-23T15:15:00+01:00", "werkstatt-kommunikation"),
        ("restricted", "2022-03-23T15:15:00+01:00", ""),
    ]
    assert day["slots"][7] == {
        "kind": "restricted",
        "start": "2022-03-23T15:15:00+01:00",
        "end": "2022-03-23T16:15:00+01:00",
        "audience": {"group": "funded", "seasons": [], "until": None},
        "rule": "not_funded",
        "next_step": "attend_regional_conference",
    }


async def test_agenda_of_the_funded_shows_the_same_session(site: World) -> None:
    agenda = (await asked(site, f"{EVENTS}/generalprobe/agenda", await ulm(site))).json()
    assert _times(agenda["days"][0]["slots"])[7] == (
        "session",
        "2022-03-23T15:15:00+01:00",
        "werkstatt-der-modellprojekte",
    )


async def test_one_day_of_the_agenda(site: World) -> None:
    who = await ulm(site)
    whole = (await asked(site, f"{EVENTS}/kongress_2022/agenda", who)).json()
    third = (await asked(site, f"{EVENTS}/kongress_2022/agenda?day=3", who)).json()
    assert [day["index"] for day in whole["days"]] == [1, 2, 3, 4]
    assert third == {**whole, "days": whole["days"][2:3]}


@pytest.mark.parametrize("day", ["0", "5", "-1", "x", "", "1.0", "²", "1e2", "9" * 400])
async def test_day_that_is_none_is_refused_in_both_languages(site: World, day: str) -> None:
    path = f"{EVENTS}/kongress_2022/agenda"
    details = []
    async with site.signed_in(await ulm(site)) as browser:
        for language in LANGUAGES:
            answer = await browser.get(path, params={"day": day, "lang": language})
            body = answer.json()
            assert (answer.status_code, body["code"]) == (400, "malformed")
            details.append(body["detail"])
    assert details == [
        "„day“ muss die Nummer eines Tages sein, von 1 bis 4.",
        "“day” must be the number of a day, from 1 to 4.",
    ]


async def test_session_with_its_times_people_and_examples(site: World) -> None:
    answer = await asked(
        site, f"{EVENTS}/regionalkonferenz_2_2022/sessions/strategie-der-gastgeber"
    )
    body = answer.json()
    assert body["session"]["title"] == {
        "de": "Zwei Kommunen, eine Strategie",
        "en": "Two municipalities, one strategy",
    }
    assert [(s["start"], s["end"], s["room"]) for s in body["slots"]] == [
        ("2022-03-31T10:00:00+02:00", "2022-03-31T10:30:00+02:00", "plenum")
    ]
    assert [p["role"] for p in body["session"]["people"]] == ["speaker", "moderator"]
    assert [e["guid"] for e in body["examples"]] == ["f9a67c71-8f90-5595-b718-364c89046c61"]
    assert body["audience"] == {"group": "public", "seasons": [], "until": None}


async def test_now_and_next_room_by_room(site: World) -> None:
    body = (await asked(site, f"{EVENTS}/generalprobe/now")).json()
    shown = [
        (
            each["room"]["slug"],
            [s["session"]["slug"] for s in each["now"]],
            [s["session"]["slug"] for s in each["next"]],
        )
        for each in body["rooms"]
    ]
    assert shown == [
        ("plenum", ["strategie-der-gastgeberin"], ["keynote"]),
        ("werkstatt-1", [], ["werkstatt-strategieprozess"]),
        ("werkstatt-2", [], ["werkstatt-kommunikation"]),
    ]


async def test_rooms_narrower_than_the_asker_are_left_out(site: World) -> None:
    path = f"{EVENTS}/generalprobe/rooms"
    guest = (await asked(site, path)).json()["rooms"]
    funded = (await asked(site, path, await ulm(site))).json()["rooms"]
    assert [room["slug"] for room in guest] == ["plenum", "werkstatt-1", "werkstatt-2"]
    assert [room["slug"] for room in funded] == [*(room["slug"] for room in guest), "werkstatt-3"]
    assert guest[0] == {
        "guid": (await _event("generalprobe")).rooms[0].guid,
        "slug": "plenum",
        "name": {"de": "Plenum", "en": "Plenary"},
        "kind": "plenary",
        "position": 1,
        "features": ["chat", "questions"],
    }


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
    event = msgspec.structs.replace(await _event("kongress_2022"), audience=line)
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
    hidden = msgspec.structs.replace(await _event("kongress_2022"), hidden=True)
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


async def test_practice_examples_are_for_everybody(site: World) -> None:
    body = (await asked(site, "/api/v1/practice-examples")).json()
    examples = await SeededAgenda().practice_examples()
    assert body == {
        "examples": [msgspec.to_builtins(each) | {"sources": [*each.sources]} for each in examples]
    }
    assert len(examples) == 36


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
