"""What is on in a room stays true while the page stays open."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Come
from tests.e2e.people import HOF, ORGANISATION, REHEARSAL

BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = [pytest.mark.timeout(300)]


def test_the_next_session_is_on_when_its_time_comes(come: Come) -> None:
    hof = come(HOF)
    hof.sign_in()
    page = hof.page
    page.clock.install()
    hof.enter()
    programme = page.get_by_role("region", name="Im Programm dieses Raums")
    lines = programme.get_by_role("listitem", include_hidden=True).all_inner_texts()
    running = programme.get_by_role("listitem").filter(has_text="läuft jetzt")
    expect(running).to_have_count(1)

    page.clock.fast_forward(until_end(running.inner_text()) * 1000)
    titles = [title_of(line) for line in lines[1:2]]  # none after the last session of the day
    expect(running).to_contain_text(titles)


def test_what_is_on_follows_the_programme_on_the_pages_of_the_event_and_of_the_start(
    come: Come,
) -> None:
    kts, hof = come(ORGANISATION), come(HOF)
    kts.sign_in("/organise/generalprobe")
    event, start = hof.page, hof.page.context.new_page()
    for page, path in ((event, REHEARSAL), (start, "/")):
        page.clock.install()
        page.goto(f"{hof.server.url}{path}")
    title = event.locator("#live").inner_text()
    kts.page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()
    kts.page.get_by_label("Titel", exact=True).fill("Ein neuer Titel")
    for act in ("Speichern", "Nur diesen Programmpunkt veröffentlichen"):
        kts.page.get_by_role("main").get_by_role("button", name=act).first.click()
    expect(kts.page.get_by_text("Veröffentlichung 2")).to_be_visible()
    for page in (event, start):
        page.bring_to_front()
        page.clock.fast_forward(35_000)
        expect(page.locator("#live")).to_have_text("Ein neuer Titel")


def until_end(line: str) -> int:
    """Seconds from now to a little after the end in "6:00–6:30 Uhr"."""
    found = re.search(r"(\d+):(\d+)\s*Uhr", line)
    assert found, line
    now = dt.datetime.now(BERLIN)
    end = now.replace(hour=int(found[1]), minute=int(found[2]), second=0)
    return int((end - now).total_seconds()) % 86_400 + 30


def title_of(line: str) -> str:
    """Without the mark before it and the time after it."""
    without_time = re.split(r"\s*\d+:\d+", line)[0]
    return re.sub(r"^(läuft jetzt|als Nächstes)\s*", "", without_time).strip()
