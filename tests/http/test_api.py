"""The programme over the API: what one asks for is answered, as the asker may see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.http.language import LANGUAGES
from server.http.surfaces import LONGEST_BODY
from server.seed.programme import read_practice_examples
from tests.http.api_site import EVENTS, api_site, asked, hof, shipped, states, ulm
from tests.pages.world import SeededAgenda, World


async def test_guest_lists_events_and_whether_they_are_open(site: World) -> None:
    answer = await asked(site, EVENTS)
    assert states(answer) == {
        "generalprobe": ("open", "sign_in"),
        "kongress_2022": ("closed", "sign_in"),
        "kongress_probe": ("closed", "sign_in"),
        "regionalkonferenz_1_2022": ("open", "sign_in"),
        "regionalkonferenz_2_2022": ("open", "sign_in"),
        "regionalkonferenz_3_2022": ("open", "sign_in"),
    }
    assert next(e for e in answer.json()["events"] if e["slug"] == "kongress_2022") == {
        "slug": "kongress_2022",
        "guid": (await shipped("kongress_2022")).guid,
        "title": {
            "de": "Kongress der Modellprojekte Smart Cities",
            "en": (await shipped("kongress_2022")).title.en,
        },
        "first_day": "2022-04-26",
        "last_day": "2022-04-29",
        "zone": "Europe/Berlin",
        "kind": "congress",
        "audience": {"group": "funded", "seasons": [], "until": None},
        "state": "closed",
        "registration": "sign_in",
    }


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
    await site.identity.records.register(account, (await shipped("generalprobe")).guid)
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


async def test_session_in_a_narrow_room_is_for_whom_the_room_is(tmp_path: Path) -> None:
    event = await shipped("generalprobe")
    narrow = event.rooms[-1]
    sessions = tuple(msgspec.structs.replace(each, audience=None) for each in event.sessions)
    event = msgspec.structs.replace(event, sessions=sessions)
    path = f"{EVENTS}/generalprobe/sessions/werkstatt-der-modellprojekte"
    async with api_site(tmp_path, agenda=SeededAgenda((event,))) as site:
        told = (await asked(site, path, await ulm(site))).json()["audience"]
        refused = await asked(site, path, await hof(site))
    assert narrow.audience is not None
    assert told == {"group": "funded", "seasons": [], "until": None}
    assert (refused.status_code, refused.json()["rule"]) == (403, "not_funded")


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
        "guid": (await shipped("generalprobe")).rooms[0].guid,
        "slug": "plenum",
        "name": {"de": "Plenum", "en": "Plenary"},
        "kind": "plenary",
        "position": 1,
        "features": ["chat", "questions"],
    }


async def test_practice_examples_are_for_everybody(site: World) -> None:
    body = (await asked(site, "/api/v1/practice-examples")).json()
    names = ("guid", "slug", "project", "title", "topic", "summary", "sources")
    told = sorted(read_practice_examples(), key=lambda each: (each.project, each.slug))
    whole = [msgspec.to_builtins(each) | {"sources": [*each.sources]} for each in told]
    assert body == {"examples": [{name: each[name] for name in names} for each in whole]}
    assert len(told) == 36


async def test_a_body_beyond_what_anything_takes_is_a_problem(site: World) -> None:
    async with site.browser() as program:
        answer = await program.request("GET", EVENTS, content=b"x" * (LONGEST_BODY + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == "application/problem+json"
