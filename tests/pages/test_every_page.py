"""What must hold on every page, in both languages."""

from __future__ import annotations

import re

import pytest

from server.http import static
from server.http.language import LANGUAGES
from tests.pages.laws import check
from tests.pages.markup import Page
from tests.pages.world import World

EVENT = "/events/generalprobe"
OPEN_PAGES = (
    "/",
    "/events",
    EVENT,
    f"{EVENT}/agenda",
    f"{EVENT}/agenda?q=strategie&room=plenum",
    f"{EVENT}/sessions/begruessung",
    "/events/kongress_2022",
    "/screen",
    "/imprint",
    "/privacy",
    "/accessibility",
    "/help",
    "/easy-language",
    "/sign-language",
    "/sign-in",
    "/sign-in/confirm",
    "/dev/mail",
)
SIGNED_IN_PAGES = (f"{EVENT}/rooms/plenum", "/my", "/profile", "/profile?organisation=hof")
REFUSED_PAGES = {
    "/events/kongress_2022/agenda": 401,
    f"{EVENT}/rooms/plenum": 401,
    "/my": 401,
    "/profile": 401,
    "/events/nirgends": 404,
    f"{EVENT}/sessions/nirgends": 404,
    "/nirgends": 404,
}
BOTH = pytest.mark.parametrize("language", LANGUAGES)


@BOTH
@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_page_renders_for_a_guest(site: World, path: str, language: str) -> None:
    async with site.browser() as browser:
        answer = await browser.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    check(answer, language)


@BOTH
@pytest.mark.parametrize("path", SIGNED_IN_PAGES)
async def test_page_renders_for_a_signed_in_person(site: World, path: str, language: str) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    check(answer, language)


@BOTH
@pytest.mark.parametrize(("path", "status"), REFUSED_PAGES.items())
async def test_refusal_is_a_page_too(site: World, path: str, status: int, language: str) -> None:
    async with site.browser() as browser:
        answer = await browser.get(path, headers={"accept-language": language})
    assert answer.status_code == status
    check(answer, language)


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_every_link_leads_somewhere(site: World, path: str) -> None:
    async with site.browser() as browser:
        for link in Page((await browser.get(path)).text).links():
            answer = await browser.get(link)
            assert answer.status_code in (200, 401), link
            assert link.endswith(".ics") == answer.headers["content-type"].startswith(
                ("text/calendar", "application/problem")
            )


@pytest.mark.parametrize("path", [p for p in OPEN_PAGES if p != "/screen"])
async def test_keyboard_may_skip_the_header(site: World, path: str) -> None:
    async with site.browser() as browser:
        page = Page((await browser.get(path)).text)
    assert page.all("//a[@class='skip-link']/@href/..") == ["Zum Inhalt"]


async def test_language_by_address_beats_cookie_beats_browser(site: World) -> None:
    async with site.browser() as browser:
        english = await browser.get("/?lang=en", headers={"accept-language": "de"})
        remembered = await browser.get("/", headers={"accept-language": "de"})
        german = await browser.get("/?lang=de", headers={"accept-language": "en"})
    languages = [Page(each.text).language for each in (english, remembered, german)]
    assert languages == ["en", "en", "de"]


async def test_no_cookie_without_a_choice(site: World) -> None:
    async with site.browser() as browser:
        for path in OPEN_PAGES:
            assert "set-cookie" not in (await browser.get(path)).headers


async def test_privacy_page_names_every_cookie(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        await browser.get("/?lang=en&theme=dark")
        set_by_us = sorted(cookie.name for cookie in browser.cookies.jar)
        page = Page((await browser.get("/privacy")).text)
    assert sorted(page.all("//li/strong")) == set_by_us


async def test_privacy_page_names_all_that_the_client_keeps(site: World) -> None:
    sources = [*(static.ROOT / "src").rglob("*.ts"), *(static.ROOT / "src").rglob("*.tsx")]
    kept = {
        name
        for path in sources
        if ".test." not in path.name
        for name in re.findall(r"[\"`](plenum\.[a-z_]+)", path.read_text("utf-8"))
    }
    async with site.browser() as browser:
        page = Page((await browser.get("/privacy")).text)
    assert sorted(page.all("//li/code")) == sorted(kept)


async def test_a_session_that_is_over_says_so(site: World) -> None:
    found = []
    async with site.browser() as browser:
        for number in (1, 2):  # yesterday, and in a week
            path = f"/events/regionalkonferenz_{number}_2022/sessions/podium"
            tags = Page((await browser.get(path)).text).all("//p[@class='tags']/span")
            found.append("vorbei" in tags)
    assert found == [True, False]


async def test_chosen_theme_is_kept(site: World) -> None:
    async with site.browser() as browser:
        await browser.get("/?theme=dark")
        page = Page((await browser.get("/events")).text)
    assert page.tree.get("data-kern-theme") == "dark"


@pytest.mark.parametrize(
    ("came_from", "english"),
    [
        ("http://plenum.example/profile?saved=1", "/profile?saved=1&lang=en"),
        ("https://elsewhere.example/profile", "/?lang=en"),
        ("http://[plenum.example/profile", "/?lang=en"),
        ("", "/?lang=en"),
    ],
)
async def test_a_refused_form_changes_its_language_where_it_stands(
    site: World, came_from: str, english: str
) -> None:
    await site.account("amt@hof.example", "hof-city")
    async with site.signed_in("amt@hof.example") as browser:
        headers = {"referer": came_from} if came_from else {}
        answer = await browser.post("/profile/name", data={"name": ""}, headers=headers)
        assert answer.status_code == 422
        (href,) = Page(answer.text).values("//a[@hreflang='en']/@href")
        assert href == english
        assert (await browser.get(href)).status_code == 200


async def test_links_of_language_and_theme_keep_the_rest_of_the_address(site: World) -> None:
    async with site.browser() as browser:
        page = Page((await browser.get(f"{EVENT}/agenda?q=a%26b&lang=de")).text)
    english = page.values("//a[@hreflang='en']/@href")
    assert english == [f"{EVENT}/agenda?q=a%26b&lang=en"]


async def test_what_people_type_is_shown_as_text(site: World) -> None:
    attack = '"><script>alert(1)</script>'
    async with site.signed_in("amt@hof.example") as browser:
        answers = [
            await browser.get(f"{EVENT}/agenda", params={"q": attack, "day": attack}),
            await browser.get("/profile", params={"organisation": attack}),
            await browser.get("/sign-in", params={"next": attack, "lang": attack}),
            await browser.post("/sign-in", data={"address": attack, "next": attack}),
            await browser.post("/profile/name", data={"name": attack}),
            await browser.get("/profile"),
        ]
    assert [attack in answer.text for answer in answers] == [False] * 6
    assert f'value="{"&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"}"' in answers[-1].text
