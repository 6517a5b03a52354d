"""Starring sessions, and my agenda: on pages that work without scripts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from msgspec.structs import replace

from access.audiences import Group, always
from agenda.core.model import Event, SlotStatus
from tests.pages.markup import Page
from tests.pages.world import SeededAgenda, World, world

EVENT = "/events/regionalkonferenz_2_2022"
AGENDA = f"{EVENT}/agenda"
PODIUM = f"{EVENT}/sessions/podium"
HOF = "amt@hof.example"


async def star(browser: httpx.AsyncClient, session: str, value: str = "1", **more: str) -> str:
    """Where the button leads."""
    answer = await browser.post(f"{session}/star", data={"star": value} | more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def page(browser: httpx.AsyncClient, path: str) -> Page:
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return Page(answer.text)


async def test_a_session_is_starred_and_stands_in_my_agenda(site: World) -> None:
    async with site.signed_in(HOF) as browser:
        before = await page(browser, PODIUM)
        assert before.values("//button[@name='star']/@aria-pressed") == ["false"]
        back = await star(browser, PODIUM)
        after, mine = await page(browser, back), await page(browser, "/my")
    assert back == PODIUM
    assert after.values("//button[@name='star']/@aria-pressed") == ["true"]
    assert mine.values("//article//h4/a/@href") == [PODIUM]


async def test_the_star_is_taken_away_again(site: World) -> None:
    async with site.signed_in(HOF) as browser:
        await star(browser, PODIUM)
        await star(browser, PODIUM, "0")
        mine = await page(browser, "/my")
    assert mine.find("//article") == []
    assert [text for _, text in mine.headings()] == ["Mein Programm", "Noch nichts gemerkt"]


async def test_the_agenda_has_a_button_at_every_session_and_keeps_the_filter(site: World) -> None:
    async with site.signed_in(HOF) as browser:
        agenda = await page(browser, f"{AGENDA}?room=plenum")
        sessions = agenda.values("//article/@aria-labelledby")
        assert agenda.values("//article//button[@name='star']/@id") == [
            f"star-{each}" for each in sessions
        ]
        form = agenda.find("//form[contains(@action, '/podium/star')]")[0]
        back = form.xpath("./input[@name='back']/@value")[0]
        assert await star(browser, PODIUM, back=back) == back
    assert back == f"{AGENDA}?room=plenum#{form.getparent().get('aria-labelledby')}"


@pytest.mark.parametrize("back", ["https://other.example/", "//other.example", "javascript:1"])
async def test_a_star_leads_to_no_foreign_page(site: World, back: str) -> None:
    async with site.signed_in(HOF) as browser:
        assert await star(browser, PODIUM, back=back) == "/"


async def test_a_guest_is_offered_to_sign_in_and_comes_back(site: World) -> None:
    async with site.browser() as browser:
        session, agenda = await page(browser, PODIUM), await page(browser, AGENDA)
        refused = await browser.post(f"{PODIUM}/star", data={"star": "1"})
        mine = await browser.get("/my")
    wanted = f"/sign-in?next={quote(PODIUM)}"
    assert session.values("//main//a[contains(@href, 'sign-in')]/@href") == [wanted]
    assert session.find("//button[@name='star']") == agenda.find("//button[@name='star']") == []
    assert refused.status_code == mine.status_code == 401
    assert Page(mine.text).values("//main//a[contains(@href, 'sign-in')]/@href") == [
        f"/sign-in?next={quote('/my', safe='')}"
    ]


async def test_a_star_for_what_one_may_not_enter_is_refused(site: World) -> None:
    await site.account(HOF, "hof-city")
    async with site.signed_in(HOF) as browser:
        closed = "/events/kongress_2022/sessions/begruessung/star"
        assert (await browser.post(closed, data={"star": "1"})).status_code == 403
        gone = await browser.post(f"{EVENT}/sessions/nirgends/star", data={"star": "1"})
        assert gone.status_code == 404
        assert (await page(browser, "/my")).find("//article") == []


class Changing(SeededAgenda):
    """The programme that ships, changed by the test."""

    def change(self, slug: str, **fields: object) -> Event:
        changed = tuple(
            replace(each, **fields) if each.slug == slug else each for each in self._events
        )
        self._events = changed
        return next(each for each in changed if each.slug == slug)


async def test_cancelled_it_stays_and_closed_it_is_gone(tmp_path: Path) -> None:
    agenda, slug = Changing(), "regionalkonferenz_2_2022"
    async with world(tmp_path, agenda=agenda) as site, site.signed_in(HOF) as browser:
        await site.account(HOF, "hof-city")
        await star(browser, PODIUM)
        event = await agenda.event(slug)
        assert event is not None
        off = tuple(replace(slot, status=SlotStatus.CANCELLED) for slot in event.slots)
        agenda.change(slug, slots=off)
        cancelled = await page(browser, "/my")
        agenda.change(slug, audience=always(Group.FUNDED))
        closed = await page(browser, "/my")
    assert cancelled.all("//article//span[contains(@class, 'tag--cancelled')]") == ["abgesagt"]
    assert closed.find("//article") == []
    assert "Podium" not in closed.text()


async def test_what_overlaps_is_said_at_both_and_the_next_is_marked(site: World) -> None:
    """Workshops of one event run side by side."""
    event = next(each for each in await SeededAgenda().events() if f"/{each.slug}" in EVENT)
    together = parallel(event)
    async with site.signed_in(HOF) as browser:
        for each in together:
            await star(browser, f"{EVENT}/sessions/{each}")
        mine = await page(browser, "/my")
    clashes = mine.all("//p[@class='session__clash']")
    assert len(clashes) == 2
    assert all(each.startswith("Überschneidet sich mit „") for each in clashes)
    assert mine.all("//article//span[@data-tag]") == ["als Nächstes"] * 2


def parallel(event: Event) -> list[str]:
    """Addresses of two sessions that begin together."""
    slugs = {each.guid: each.slug for each in event.sessions}
    for one in event.slots:
        for other in event.slots:
            different = one.session and other.session and one.session != other.session
            if different and one.starts_at == other.starts_at:
                return [slugs[one.session or ""], slugs[other.session or ""]]
    raise AssertionError("nothing runs side by side")


async def test_what_is_over_asks_for_feedback_and_stands_last(site: World) -> None:
    first = "/events/regionalkonferenz_1_2022"
    async with site.signed_in(HOF) as browser:
        await star(browser, f"{first}/sessions/begruessung")
        await star(browser, PODIUM)
        mine = await page(browser, "/my")
    assert mine.values("//section/h2/@id | //section//h2/@id") == [
        "event-regionalkonferenz_2_2022",
        "event-regionalkonferenz_1_2022",
    ]
    assert mine.values("//a[contains(@href, '#feedback')]/@href") == [
        f"{first}/sessions/begruessung#feedback"
    ]
    assert mine.values("//section/@data-news") == [f"{EVENT}/now.json"]


async def test_my_agenda_is_nobody_elses(site: World) -> None:
    async with site.signed_in(HOF) as browser, site.signed_in("amt@ulm.example") as other:
        await star(browser, PODIUM)
        answer = await other.get("/my")
    assert answer.headers["cache-control"] == "no-store"
    assert Page(answer.text).find("//article") == []
