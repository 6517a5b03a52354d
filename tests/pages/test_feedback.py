"""Feedback: given once a session is over, kept as typed, read by organisers without names."""

from __future__ import annotations

import httpx
import pytest

from agenda.core.feedback import LONGEST
from agenda.core.timetable import MINUTE
from tests.pages.desk import EVENT, HOST, MODERATOR, ORGANISER, OTHER_HOST, PUBLIC, Desk
from tests.pages.markup import Page
from tests.pages.world import FixedClock

PODIUM = f"{PUBLIC}/sessions/podium"
ROOM = f"{PUBLIC}/rooms/plenum"
SUMMARY = f"{EVENT}/feedback"
HOF = "amt@hof.example"


async def send(browser: httpx.AsyncClient, score: str = "4", text: str = "") -> httpx.Response:
    return await browser.post(f"{PODIUM}/feedback", data={"score": score, "text": text})


async def given(office: Desk, number: int, text: str = "Gut.") -> None:
    """So many people have been there and said something."""
    for each in range(number):
        async with office.signed_in(f"person{each}@hof.example") as browser:
            assert (await send(browser, text=f"{text} {each}")).status_code == 303


async def test_feedback_is_saved_shown_and_withdrawn(office: Desk, clock: FixedClock) -> None:
    clock.at = (await office.slot()).ends_at
    async with office.signed_in(HOF) as browser:
        before = Page((await browser.get(PODIUM)).text)
        saved = await send(browser, "5", "Mehr davon.\r\nBitte.")
        assert saved.headers["location"] == f"{PODIUM}?feedback=saved#feedback"
        after = Page((await browser.get(saved.headers["location"])).text)
        gone = await browser.post(f"{PODIUM}/feedback", data={"act": "withdraw"})
        assert gone.headers["location"] == f"{PODIUM}?feedback=withdrawn#feedback"
        last = Page((await browser.get(gone.headers["location"])).text)
    assert before.find("//section[@id='feedback'][not(@hidden)]//input[@name='score']")
    assert after.all("//section[@id='feedback']//p[@role='status'][@data-focus]") == [
        "Danke. Ihre Rückmeldung ist gespeichert."
    ]
    assert after.values("//input[@name='score'][@checked]/@value") == ["5"]
    assert "Ihre Rückmeldung: sehr hilfreich." in after.text()
    assert after.find("//textarea[@name='text']")[0].text == "\nMehr davon.\nBitte."
    assert last.values("//input[@name='score'][@checked]/@value") == []


async def test_before_its_end_nothing_is_asked_and_nothing_taken(
    office: Desk, clock: FixedClock
) -> None:
    clock.at = (await office.slot()).ends_at - 1
    async with office.signed_in(HOF) as browser:
        page = Page((await browser.get(PODIUM)).text)
        early = await send(browser, text="Schon jetzt.")
    assert page.values("//section[@id='feedback']/@hidden") == [""]
    assert page.values("//section[@id='feedback']/@data-from") == [str(clock.at + 1)]
    shown = Page(early.text)
    assert early.status_code == 409
    assert shown.all("//p[@role='alert']") == [
        "Der Programmpunkt ist noch nicht zu Ende. Rückmeldung ist danach möglich."
    ]
    assert shown.find("//textarea[@name='text']")[0].text == "\nSchon jetzt."


@pytest.mark.parametrize(
    ("score", "text", "fields"),
    [
        ("", "Gut.", ["score"]),
        ("9", "Gut.", ["score"]),
        ("4", "ä" * (LONGEST + 7), ["text"]),
        ("", "ä" * (LONGEST + 7), ["score", "text"]),
        ("4", "\u200e" * 5 + "ä" * (LONGEST + 7), ["text"]),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    office: Desk, clock: FixedClock, score: str, text: str, fields: list[str]
) -> None:
    clock.at = (await office.slot()).ends_at
    async with office.signed_in(HOF) as browser:
        answer = await send(browser, score, text)
        assert "feedback=saved" not in str(answer.headers)
        stored = Page((await browser.get(PODIUM)).text)
    page = Page(answer.text)
    wanted = {
        "score": "Bitte wählen Sie eine Antwort.",
        "text": "Der Text ist 7 Zeichen zu lang. Bitte kürzen Sie ihn.",
    }
    assert answer.status_code == 422
    assert page.all("//p[@role='alert']") == [wanted[each] for each in fields]
    assert page.find("//textarea[@name='text']")[0].text == f"\n{text}"
    assert page.values("//input[@name='score'][@checked]/@value") == (["4"] if score == "4" else [])
    assert stored.values("//input[@name='score'][@checked]/@value") == []


async def test_a_text_of_a_whole_page_is_still_shown_again(office: Desk, clock: FixedClock) -> None:
    clock.at = (await office.slot()).ends_at
    async with office.signed_in(HOF) as browser:
        answer = await send(browser, "4", "Ü" * 9_000)
    assert answer.status_code == 422
    assert "Ü" * 9_000 in answer.text


async def test_a_guest_is_asked_to_sign_in_and_comes_back(office: Desk, clock: FixedClock) -> None:
    async with office.site.browser() as guest:
        before = Page((await guest.get(PODIUM)).text)
        clock.at = (await office.slot()).ends_at
        after = Page((await guest.get(PODIUM)).text)
        assert (await send(guest)).status_code == 401
    assert before.find("//*[@id='feedback']") == []
    assert "Waren Sie dabei?" in after.text()
    assert after.find("//form[contains(@action, 'feedback')]") == []


async def test_the_room_holds_the_form_of_what_ends_in_it(office: Desk, clock: FixedClock) -> None:
    end = (await office.slot()).ends_at
    clock.at = end - MINUTE
    async with office.signed_in(HOF) as browser:
        before = Page((await browser.get(ROOM)).text)
        clock.at = end
        after = Page((await browser.get(ROOM)).text)
        await send(browser)
        given = Page((await browser.get(ROOM)).text)
        other = Page((await browser.get(f"{PUBLIC}/rooms/werkstatt-1")).text)
    line = "//details[@class='room-feedback'][contains(., 'Was übertragbar ist')]"
    assert before.values(f"{line}/@hidden") == [""]
    assert before.values(f"{line}/@data-from") == [str(end)]
    assert before.values(f"{line}/@data-until") == [str(end + 15 * MINUTE)]
    assert after.values(f"{line}/@hidden") == []
    assert len(after.find(line)) == 1
    assert given.find(line) == other.find(line) == []


# What organisers read


async def test_nothing_is_told_before_five_people_spoke(office: Desk, clock: FixedClock) -> None:
    clock.at = (await office.slot()).ends_at
    await given(office, 4, "KANARIENVOGEL")
    async with office.signed_in(HOST) as browser:
        few = await browser.get(SUMMARY)
        await given(office, 5, "KANARIENVOGEL")
        five = await browser.get(SUMMARY)
    assert "KANARIENVOGEL" not in few.text
    assert "Zu keinem Programmpunkt" in few.text
    page = Page(five.text)
    assert page.all("//section[1]/p") == ["Im Mittel 4,0 von 5 · 5 Rückmeldungen"]
    assert page.all("//section[1]//tbody/tr/td") == ["0", "5", "0", "0", "0"]
    assert page.all("//section[1]//li") == [f"KANARIENVOGEL {each}" for each in range(5)]


async def test_no_name_and_no_address_stands_beside_what_was_said(
    office: Desk, clock: FixedClock
) -> None:
    clock.at = (await office.slot()).ends_at
    await given(office, 5)
    async with office.signed_in("person0@hof.example") as browser:
        await browser.post("/profile/name", data={"name": "Stelle für Kanarienvögel"})
    async with office.signed_in(ORGANISER) as browser:
        text = (await browser.get(SUMMARY)).text
    assert "Gut. 0" in text
    assert "Kanarienvögel" not in text
    assert "@hof.example" not in text


@pytest.mark.parametrize("who", [MODERATOR, OTHER_HOST, HOF])
async def test_only_who_edits_the_event_reads_its_feedback(office: Desk, who: str) -> None:
    async with office.signed_in(who) as browser:
        assert (await browser.get(SUMMARY)).status_code == 403


async def test_the_desk_leads_to_feedback(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        page = Page((await browser.get(EVENT)).text)
        assert SUMMARY in page.links()
        assert (await browser.get(SUMMARY)).status_code == 200
