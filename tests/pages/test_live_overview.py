"""All rooms at a glance: how late each is, and what the organiser says to them."""

from __future__ import annotations

import httpx
import pytest

from agenda.core.timetable import MINUTE
from rooms.core.announcements import ClearAnnouncement, Level, SetAnnouncement
from rooms.core.names import Code, Refusal
from tests.agenda.events import at
from tests.pages.desk import EVENT, HOST, OTHER_HOST, PARTICIPANT, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page
from tests.pages.world import FixedClock

NOW = at("2022-03-31T10:05+02:00")
"""The second regional conference has been on for half an hour."""
LIVE = f"{EVENT}/live"
TEXT = {"announcement": "Die Pause dauert bis halb", "announce_level": "info"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


async def shown(browser: httpx.AsyncClient) -> list[str]:
    return Page((await browser.get(LIVE)).text).all("//article")


async def run_late(browser: httpx.AsyncClient, minutes: int, room: str = "") -> None:
    asked = {"minutes": str(minutes), "since": "", "late_room": room, "pauses": "move"}
    page = Page((await browser.get(f"{EVENT}/late", params=asked)).text)
    asked["release"] = page.values("//input[@name='release']/@value")[0]
    assert (await browser.post(f"{EVENT}/late", data=asked)).status_code == 303


async def take_back(browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get(f"{EVENT}/late")).text)
    seen = sent_by(page, "regionalkonferenz_2_2022/late/undo")
    assert (await browser.post(f"{EVENT}/late/undo", data=seen)).status_code == 303


async def rooms(office: Desk) -> list[str]:
    return [room.guid for room in (await office.event()).rooms]


# How late


async def test_a_room_says_what_is_on_what_comes_and_who_waits(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        plenary = (await shown(browser))[0]
    assert "Zwei Kommunen, eine Strategie (10:00–10:30)" in plenary
    assert "Danach: Schnell sichtbare Erfolge" in plenary
    for counted in ("7 Personen", "2 Fragen zu prüfen", "1 offene Frage"):
        assert counted in plenary
    assert "Verzug" not in plenary


async def test_delays_add_up_and_are_gone_when_they_are_taken_back(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        await run_late(browser, 15)
        assert "15 Minuten Verzug" in (await shown(browser))[0]
        await run_late(browser, 5)
        assert "20 Minuten Verzug" in (await shown(browser))[0]
        await take_back(browser)
        assert "15 Minuten Verzug" in (await shown(browser))[0]
        await take_back(browser)
        assert "Verzug" not in (await shown(browser))[0]


async def test_a_delay_of_one_room_is_its_own(office: Desk) -> None:
    office.site.clock.at = at("2022-03-31T12:06+02:00")
    _, workshop, *_ = await rooms(office)
    async with office.signed_in(HOST) as browser:
        await run_late(browser, 10, workshop)
        late = ["10 Minuten Verzug" in room for room in await shown(browser)]
    assert late == [False, True, False, False]


async def test_a_new_plan_is_no_delay(office: Desk) -> None:
    path = await office.session("podium")
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path) | {"time1_end": "12:00"}
        assert (await browser.post(path, data=typed)).status_code == 303
        assert (await office.release(browser)).status_code == 303
        assert not any("Verzug" in room for room in await shown(browser))


# Announcements


async def test_what_is_said_reaches_all_rooms_or_the_one_that_was_chosen(office: Desk) -> None:
    everywhere = await rooms(office)
    async with office.signed_in(HOST) as browser:
        form = sent_by(Page((await browser.get(LIVE)).text))
        assert "room" in form  # the first form ends what is shown in the first room
        for where, reached in (("", everywhere), (everywhere[1], everywhere[1:2])):
            said = TEXT | {
                "announce_room": where,
                "announce_minutes": "30",
                "announce_level": "important",
            }
            done = await browser.post(f"{LIVE}/announce", data=said)
            assert (done.status_code, done.headers["location"]) == (303, f"{LIVE}?announced=1")
            _, heard, command = office.loudspeaker.said.pop()
            assert list(heard) == reached
            assert command == SetAnnouncement(
                TEXT["announcement"], NOW + 30 * MINUTE, Level.IMPORTANT
            )
        page = Page((await browser.get(f"{LIVE}?announced=1")).text)
    assert page.all("//*[@role='status']") == ["Die Durchsage ist zu sehen."]


async def test_an_announcement_is_shown_in_its_room_and_can_be_ended(office: Desk) -> None:
    first, *_ = await rooms(office)
    async with office.signed_in(HOST) as browser:
        page = Page((await browser.get(LIVE)).text)
        assert "„Die Pause dauert länger“" in page.all("//article")[0]
        assert sent_by(page) == {"room": first}
        done = await browser.post(f"{LIVE}/end", data=sent_by(page))
    assert done.headers["location"] == f"{LIVE}?ended=1"
    assert office.loudspeaker.said[0][1:] == ((first,), ClearAnnouncement())


async def test_a_text_that_no_room_takes_is_named_and_kept(office: Desk) -> None:
    wrong = {
        Code.EMPTY: "Bitte ausfüllen.",
        Code.TOO_LONG: "Das ist zu lang. Möglich sind höchstens 280 Zeichen.",
        Code.BLOCKED_CONTENT: "Dieser Text lässt sich nicht sicher anzeigen.",
    }
    async with office.signed_in(HOST) as browser:
        for code, said in wrong.items():
            office.loudspeaker.deaf = {room: Refusal(code) for room in await rooms(office)}
            answer = await browser.post(f"{LIVE}/announce", data=TEXT)
            check(answer, "de")
            page = Page(answer.text)
            assert answer.status_code == 422
            assert said in page.all("//*[@id='announcement-error']")[0]
            assert TEXT["announcement"] in page.all("//textarea")[0]


async def test_a_text_that_is_too_long_is_counted_and_never_cut_before_it_is_refused(
    office: Desk,
) -> None:
    long = TEXT | {"announcement": "Sehr lang. " * 2_000}
    office.loudspeaker.deaf = {room: Refusal(Code.TOO_LONG) for room in await rooms(office)}
    async with office.signed_in(HOST) as browser:
        field = Page((await browser.get(LIVE)).text).find("//textarea")[0]
        answer = await browser.post(f"{LIVE}/announce", data=long)
    assert (field.get("data-limit"), field.get("maxlength")) == ("280", None)
    assert answer.status_code == 422
    assert sent_by(Page(answer.text), "announce")["announcement"] == long["announcement"]


async def test_a_room_that_did_not_hear_it_is_named(office: Desk) -> None:
    away = (await rooms(office))[2]
    office.loudspeaker.deaf = {away: Refusal(Code.RETRY_LATER)}
    async with office.signed_in(HOST) as browser:
        answer = await browser.post(f"{LIVE}/announce", data=TEXT)
    page = Page(answer.text)
    assert answer.status_code == 503
    assert page.all("//*[@role='alert']")[0].startswith("Nicht angekommen in: Werkstatt 2.")
    assert TEXT["announcement"] in page.all("//textarea")[0]


async def test_a_choice_that_is_none_says_nothing_to_anybody(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        for field in ("announce_room", "announce_minutes", "announce_level"):
            answer = await browser.post(f"{LIVE}/announce", data=TEXT | {field: "nirgends"})
            assert (answer.status_code, office.loudspeaker.said) == (422, []), field


async def test_only_organiser_and_own_host_speak_to_the_rooms(office: Desk) -> None:
    for who in (PARTICIPANT, OTHER_HOST):
        async with office.signed_in(who) as browser:
            for act in ("announce", "end"):
                assert (await browser.post(f"{LIVE}/{act}", data=TEXT)).status_code == 403
    assert office.loudspeaker.said == []
