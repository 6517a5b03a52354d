"""What open pages are told of the session that begins next: by the server's clock alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from access.actors import OfficeKind
from agenda.core.timetable import MINUTE
from tests.pages.desk import PARTICIPANT, PUBLIC, Desk
from tests.pages.world import FixedClock

NEWS = f"{PUBLIC}/now.json?since=1"
QUIET = {"release": 1, "said": ""}


async def asked(browser: httpx.AsyncClient, address: str = NEWS) -> dict[str, Any]:
    found: dict[str, Any] = (await browser.get(address)).json()
    return found


async def starred(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(f"{PUBLIC}/sessions/podium/star", data={"star": "1"})
    assert answer.status_code == 303


async def test_five_minutes_before_its_start_a_starred_session_is_told(
    office: Desk, clock: FixedClock
) -> None:
    slot = await office.slot()
    time = f"{slot.start.clock:%H:%M} Uhr MESZ"
    async with office.signed_in(PARTICIPANT) as browser, office.site.browser() as guest:
        await starred(browser)
        clock.at = slot.starts_at - 5 * MINUTE - 1
        assert await asked(browser) == QUIET
        clock.at = slot.starts_at - 5 * MINUTE
        told = await asked(browser)
        assert await asked(guest) == QUIET
    assert told == QUIET | {
        "next": {
            "id": f"{slot.guid}@{slot.starts_at}",
            "said": "Ihr nächster Programmpunkt beginnt in 5 Minuten:",
            "detail": f"Was übertragbar ist · {time} · Plenum",
            "href": f"{PUBLIC}/rooms/plenum",
            "way": "Zum Raum",
        }
    }


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-270, "in 5 Minuten"),
        (-240, "in 4 Minuten"),
        (-61, "in 2 Minuten"),
        (-60, "in einer Minute"),
        (-1, "in einer Minute"),
        (0, "beginnt jetzt"),
        (119, "beginnt jetzt"),
    ],
)
async def test_the_minutes_count_down_and_end_with_now(
    office: Desk, clock: FixedClock, seconds: int, said: str
) -> None:
    async with office.signed_in(PARTICIPANT) as browser:
        await starred(browser)
        clock.at = (await office.slot()).starts_at + seconds * 1_000
        assert said in (await asked(browser))["next"]["said"]
        clock.at = (await office.slot()).starts_at + 2 * MINUTE
        assert await asked(browser) == QUIET


async def test_a_page_of_another_event_tells_it_too(office: Desk, clock: FixedClock) -> None:
    async with office.signed_in(PARTICIPANT) as browser:
        await starred(browser)
        clock.at = (await office.slot()).starts_at
        told = await asked(browser, "/events/generalprobe/now.json")
        english = await browser.get(NEWS, headers={"accept-language": "en"})
    assert told["next"]["href"] == f"{PUBLIC}/rooms/plenum"
    assert english.json()["next"]["said"] == "Your next session starts now:"


async def test_an_answer_about_a_person_is_kept_by_nobody_else(
    office: Desk, clock: FixedClock
) -> None:
    async with office.signed_in(PARTICIPANT) as browser:
        await starred(browser)
        clock.at = (await office.slot()).starts_at
        answer = await browser.get(NEWS)
        again = await browser.get(NEWS, headers={"if-none-match": answer.headers["etag"]})
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in answer.headers["vary"]
    assert again.status_code == 304


async def test_a_session_that_is_moved_is_told_of_again(office: Desk, clock: FixedClock) -> None:
    async with office.signed_in(PARTICIPANT) as browser:
        await starred(browser)
        slot = await office.slot()
        clock.at = slot.starts_at
        first = (await asked(browser))["next"]["id"]
        event = await office.event()
        later = tuple(
            replace(
                each,
                start=replace(each.start, clock=each.end.clock),
                end=replace(each.end, clock=each.end.clock.replace(hour=23)),
            )
            if each.guid == slot.guid
            else each
            for each in event.slots
        )
        await office.store.put_release(replace(event, slots=later, release=2))
        assert "next" not in await asked(browser)
        clock.at = slot.ends_at
        assert (await asked(browser))["next"]["id"] not in ("", first)


async def test_a_speaker_is_told_of_their_session(office: Desk, clock: FixedClock) -> None:
    slot, event = await office.slot(), await office.event()
    account = await office.site.account("vortrag@ulm.example")
    await office.site.identity.records.appoint(
        account, OfficeKind.SPEAKER, slot.session, event.guid, by="test"
    )
    clock.at = slot.starts_at - MINUTE
    async with office.signed_in("vortrag@ulm.example") as browser:
        assert "in einer Minute" in (await asked(browser))["next"]["said"]
