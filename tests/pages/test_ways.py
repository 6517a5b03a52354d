"""Ways through the site: every page has a name of its own and leads to what the law wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from server.http.language import LANGUAGES, Language
from tests.pages.desk import EVENT as ORGANISE
from tests.pages.desk import HOST, PARTICIPANT, PUBLIC, Desk
from tests.pages.markup import Page
from tests.pages.test_every_page import EVENT, OPEN_PAGES, REFUSED_PAGES, SIGNED_IN_PAGES
from tests.pages.world import World

WANTED = {
    "/imprint",
    "/privacy",
    "/accessibility",
    "/help",
    "/easy-language",
    "/sign-language",
}
WALL = "/screen"
"""A picture on a wall: nobody clicks there, and no frame stands around it."""
HELPER, SPEAKER = "hilfe@kalletal.example", "rede@lemgo.example"
WORK = (ORGANISE, "/desk", "/present")
"""How addresses end where an office works."""
BOTH = pytest.mark.parametrize("language", LANGUAGES)


async def crawl(browser: httpx.AsyncClient, first: str = "/") -> AsyncIterator[tuple[str, Page]]:
    """Every page that can be reached by links, once."""
    waiting, seen = [first], {first}
    while waiting:
        path = waiting.pop(0)
        answer = await browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        page = Page(answer.text)
        yield path, page
        # Files are no pages, and the form for a new example needs its project in the query.
        pages = {link for link in page.links() if not link.endswith((".ics", ".csv"))}
        found = sorted(pages - {"/examples/new"} - seen)
        seen.update(found)
        waiting.extend(found)


@BOTH
async def test_every_page_has_a_title_of_its_own(site: World, language: Language) -> None:
    await site.funded("projekt@ulm.example")
    async with site.signed_in("projekt@ulm.example") as browser:
        browser.headers["accept-language"] = language
        titles = {path: page.title async for path, page in crawl(browser)}
    twice = {title for title, number in Counter(titles.values()).items() if number > 1}
    assert {path: title for path, title in titles.items() if title in twice} == {}
    assert len(titles) > 50


@BOTH
async def test_what_the_law_wants_is_one_click_away_from_every_page(
    site: World, language: Language
) -> None:
    missing: dict[str, set[str]] = {}
    async with site.browser() as guest, site.signed_in("amt@hof.example") as person:
        for browser, paths in (
            (guest, (*OPEN_PAGES, *REFUSED_PAGES)),
            (person, (*OPEN_PAGES, *SIGNED_IN_PAGES, *REFUSED_PAGES)),
        ):
            for path in paths:
                answer = await browser.get(path, headers={"accept-language": language})
                if path != WALL and answer.status_code != 303:
                    missing[path] = WANTED - set(Page(answer.text).links())
    assert {path: each for path, each in missing.items() if each} == {}
    assert len(missing) > len(OPEN_PAGES)


@BOTH
async def test_every_page_says_in_which_language_it_is(site: World, language: Language) -> None:
    async with site.browser() as browser:
        browser.headers["accept-language"] = language
        spoken = {path: page.language async for path, page in crawl_open(browser)}
    assert set(spoken.values()) == {language}


async def crawl_open(browser: httpx.AsyncClient) -> AsyncIterator[tuple[str, Page]]:
    for path in (*OPEN_PAGES, *REFUSED_PAGES):
        yield path, Page((await browser.get(path)).text)


async def test_german_parts_of_english_pages_say_so(site: World) -> None:
    async with site.browser() as browser:
        browser.headers["accept-language"] = "en"
        easy = Page((await browser.get("/easy-language")).text)
        imprint = Page((await browser.get("/imprint")).text)
    own = "ancestor-or-self::*[@lang][1]/@lang"
    assert {str(each) for each in easy.values(f"//main//*[normalize-space(text())]/{own}")} == {
        "de"
    }
    assert imprint.values(f"//p[contains(., 'Gemeindeverzeichnis')]/{own}") == ["de"]
    chosen = easy.find("//nav//a[@hreflang and @hreflang='de'][not(contains(@href, '?'))]")
    assert [each.get("lang") for each in chosen] == ["de", "de"]


@pytest.mark.parametrize("who", ["guest", "person"])
async def test_header_offers_everything_a_visitor_may_want(site: World, who: str) -> None:
    async with site.browser() as guest, site.signed_in("amt@hof.example") as person:
        page = Page((await (guest if who == "guest" else person).get(EVENT)).text)
    ways = page.values("//header//a/@href | //header//form/@action")
    wanted = [f"/sign-in?next={EVENT}"] if who == "guest" else ["/profile", "/sign-out"]
    own = [] if who == "guest" else ["/my"]
    languages = [f"{EVENT}?lang=de", f"{EVENT}?lang=en"]
    assert ways == ["/", "/events", "/examples", *own, "/help", *languages, *wanted]


async def test_an_event_leads_everybody_to_their_own_work_there(office: Desk) -> None:
    event = await office.event()
    podium = next(each for each in event.sessions if each.slug == "podium")
    held = next(slot.room for slot in event.slots if slot.session == podium.guid)
    room = next(f"{PUBLIC}/rooms/{each.slug}" for each in event.rooms if each.guid == held)
    every = [f"{PUBLIC}/rooms/{each.slug}" for each in event.rooms]
    async with office.signed_in(HOST) as browser:
        for address, given in (
            (SPEAKER, f"speaker:{podium.guid}"),
            (HELPER, f"moderator:{held}"),
        ):
            await browser.post(f"{ORGANISE}/people", data={"address": address, "office": given})
    found = {}
    for who in (HOST, HELPER, SPEAKER, PARTICIPANT):
        async with office.signed_in(who) as browser:
            links = set(Page((await browser.get(PUBLIC)).text).values("//main//a/@href"))
            found[who] = {each for each in links if each.endswith(WORK)}
            for link in found[who]:
                assert (await browser.get(link)).status_code == 200, link
    assert found == {
        HOST: {ORGANISE, *(f"{each}{end}" for each in every for end in ("/desk", "/present"))},
        HELPER: {f"{room}/desk", f"{room}/present"},
        SPEAKER: {f"{room}/present"},
        PARTICIPANT: set(),
    }
