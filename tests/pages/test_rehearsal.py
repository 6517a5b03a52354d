"""A rehearsal goes on pass after pass: its pages say until when they are true."""

from __future__ import annotations

import pytest

from tests.pages.markup import Page
from tests.pages.world import World

PAGES = ("/events/generalprobe/rooms/plenum", "/events/generalprobe/agenda")


async def programme(site: World, path: str) -> tuple[int, list[str]]:
    """When the page is to be read again, and what it says is running."""
    async with site.signed_in("amt@hof.example") as browser:
        page = Page((await browser.get(path)).text)
    (renewed_at,) = page.values("//*[@data-now]/@data-renewed-at")
    return int(renewed_at), page.all("//*[@data-state='running']//*[self::b or self::h4]")


@pytest.mark.parametrize("path", PAGES)
async def test_page_is_read_again_when_its_pass_is_over(site: World, path: str) -> None:
    over, _ = await programme(site, path)
    site.clock.at = over
    next_over, first = await programme(site, path)
    site.clock.at = next_over - 1
    same, last = await programme(site, path)
    site.clock.at = next_over
    third_over, again = await programme(site, path)
    assert (same, next_over - over) == (next_over, third_over - next_over)
    assert first == again != last
    assert first


async def test_event_with_a_date_is_not_read_again(site: World) -> None:
    async with site.browser() as browser:
        page = Page((await browser.get("/events/regionalkonferenz_1_2022/agenda")).text)
    assert page.values("//*[@data-now]/@data-renewed-at") == []


async def test_rehearsal_is_on_at_midnight_also_for_whoever_may_not_enter(site: World) -> None:
    site.clock.at += (10 * 60 + 17) * 60_000  # ten past midnight, in a pass of the day before
    async with site.browser() as browser:
        page = Page((await browser.get("/events")).text)
    running = page.all("//section[.//h2[.='Jetzt']]//h3")
    assert running == ["Generalprobe der Regionalkonferenz", "Kongress-Probe"]
