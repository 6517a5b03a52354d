"""The pages in a real browser: nothing fetched from elsewhere, nothing axe objects to, and the
small comforts of ``site.ts``. Needs the built client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from server.http import static
from tests.fixtures.server import RunningServer
from tests.pages.test_every_page import OPEN_PAGES, REFUSED_PAGES

AXE = static.ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TARGET = 24
"""CSS pixels (WCAG 2.5.8); links in running text are exempt."""
AGENDA = "/events/generalprobe/agenda"
ADDRESS = "staff@hof.example"
ORGANISER = "organisation@kts.example"

NewContext = Callable[..., BrowserContext]

SMALL_TARGETS = """size => [...document.querySelectorAll('a, button, input, select, summary')]
    .filter(each => !each.closest('p, dd, .visually-hidden, .skip-link'))
    .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 100)])
    .filter(([box]) => box.width > 0 && (box.width < size || box.height < size))
    .map(([, markup]) => markup)"""

DISTANCES = """(news, text) => {
  news.textContent = text;
  const [before, it, after] = [news.previousElementSibling, news, news.nextElementSibling]
    .map((each) => each.getBoundingClientRect());
  return [it.top - before.bottom, after.top - it.bottom];
}"""


class Watch:
    """What a page asked for and complained about."""

    def __init__(self, page: Page, home: str) -> None:
        self.home = home
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:", self.home.replace("http", "ws"))):
            self.foreign.append(request.url)

    def _said(self, kind: str, text: str) -> None:
        refusal = "the server responded with a status of 40" in text
        if kind == "error" and not refusal:
            self.complaints.append(text)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    run = f"axe.run({{runOnly: {{type: 'tag', values: {json.dumps(TAGS)}}}}})"
    found: list[dict[str, Any]] = page.evaluate(run)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def sign_in(page: Page, demo: RunningServer) -> None:
    """Through a link as it is mailed, by one press of the button."""
    page.goto(demo.command("sign-in-link", ADDRESS).strip())
    page.get_by_role("button", name="Jetzt anmelden").click()
    expect(page.get_by_role("link", name="Digitalisierung Hof")).to_be_visible()


def check(page: Page, address: str) -> None:
    """Nothing axe objects to, targets that can be hit, no scrolling to the side."""
    page.goto(address)
    assert violations(page) == [], address
    assert page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == [], address
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0, address


@pytest.mark.parametrize("half", [0, 1])
def test_pages_for_everybody_are_accessible_on_a_phone(
    new_context: NewContext, demo: RunningServer, half: int
) -> None:
    page = new_context(viewport={"width": 320, "height": 800}).new_page()
    watch = Watch(page, demo.url)
    paths = [path for path in (*OPEN_PAGES, *REFUSED_PAGES) if path != "/screen"]
    for path in paths[half::2]:
        check(page, demo.url + path)
    assert (watch.foreign, watch.complaints) == ([], [])


def test_pages_are_accessible_in_the_dark(new_context: NewContext, demo: RunningServer) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark").new_page()
    for path in ("/", AGENDA, "/events/kongress_2022", "/sign-in", "/accessibility"):
        check(page, demo.url + path)


def test_pages_of_a_person_are_accessible(page: Page, demo: RunningServer) -> None:
    sign_in(page, demo)
    for path in ("/profile", "/profile?organisation=hof", "/events/kongress_2022/agenda", AGENDA):
        check(page, demo.url + path)


def test_link_needs_one_press_and_leaves_no_token_behind(page: Page, demo: RunningServer) -> None:
    link = demo.command("sign-in-link", ADDRESS).strip()
    page.goto(link)
    expect(page.get_by_label("Code aus der E-Mail")).to_be_hidden()
    expect(page.get_by_role("button", name="Jetzt anmelden")).to_be_focused()
    assert page.url == f"{demo.url}/sign-in/confirm"
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Digitalisierung Hof")).to_be_visible()


def test_code_is_pasted_where_there_is_no_javascript(
    new_context: NewContext, demo: RunningServer
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    link = demo.command("sign-in-link", ADDRESS).strip()
    page.goto(link)
    page.get_by_label("Code aus der E-Mail").fill(link.partition("#")[2])
    page.get_by_role("button", name="Jetzt anmelden").click()
    expect(page.get_by_role("link", name="Digitalisierung Hof")).to_be_visible()


def test_organisations_appear_while_typing(page: Page, demo: RunningServer) -> None:
    sign_in(page, demo)
    page.goto(f"{demo.url}/profile")
    page.get_by_role("searchbox", name="Organisation suchen").press_sequentially("hof")
    expect(page.get_by_role("radio", name="Landkreis Hof")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Treffer")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert violations(page) == []


def test_agenda_goes_on_while_it_stays_open(page: Page, demo: RunningServer) -> None:
    page.clock.install()
    page.goto(demo.url + AGENDA)
    running = page.locator("article[data-state=running]")
    before = running.get_by_role("heading").all_inner_texts()
    end = int(running.first.get_attribute("data-end") or 0)
    now = int(page.locator("[data-now]").get_attribute("data-now") or 0)
    page.clock.fast_forward(end - now + 30_000)
    last = page.locator("article[data-end]").last.get_attribute("data-end") == str(end)
    if not last:
        expect(running.get_by_role("heading").first).not_to_have_text(before[0])
    expect(running.first).to_contain_text("läuft jetzt")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize("path", [AGENDA, "/events/generalprobe/sessions/begruessung"])
def test_news_of_the_programme_keep_a_distance(
    new_context: NewContext, demo: RunningServer, path: str
) -> None:
    page = new_context(viewport={"width": 320, "height": 800}).new_page()
    page.goto(demo.url + path)
    distances = page.locator("[data-programme-news]").evaluate(DISTANCES, "Neu: „Gespräch“.")
    assert min(distances) >= 16


def test_labels_of_a_row_stand_at_one_height(page: Page, demo: RunningServer) -> None:
    page.goto(demo.command("sign-in-link", ORGANISER).strip())
    page.get_by_role("button", name="Jetzt anmelden").click()
    page.goto(f"{demo.url}/organise/generalprobe")
    page.get_by_role("link", name="Ausblick", exact=True).click()
    row = page.locator(".group__row").filter(has=page.get_by_label("Beginn")).first
    labels = row.locator(".field > label").all()
    assert [label.inner_text() for label in labels] == ["Tag", "Beginn", "Ende", "Raum"]
    heights = [box["y"] for box in (label.bounding_box() for label in labels) if box]
    assert max(heights) - min(heights) < 1


@pytest.mark.parametrize("path", [AGENDA, "/events/generalprobe/rooms/plenum"])
def test_rehearsal_left_open_beyond_its_pass_is_read_again(
    page: Page, demo: RunningServer, path: str
) -> None:
    page.clock.install()
    sign_in(page, demo)
    page.goto(demo.url + path)
    programme = page.locator("[data-now]")
    running = programme.locator("[data-state=running]")
    expect(running.first).to_be_visible()
    now = int(programme.get_attribute("data-now") or 0)
    over = int(programme.get_attribute("data-renewed-at") or 0)
    page.evaluate("document.querySelector('[data-now]').dataset.first = 'yes'")
    page.clock.fast_forward(over - now + 60_000)
    # This one was drawn by the server, at its own time.
    expect(page.locator("[data-now]:not([data-first])")).to_have_count(1)
    expect(running.first).to_be_visible()
    expect(running.first).to_contain_text("läuft jetzt")


def test_agenda_prints_without_the_frame(page: Page, demo: RunningServer) -> None:
    page.goto(demo.url + AGENDA)
    page.emulate_media(media="print")
    for part in (".site-header", ".site-footer", ".agenda-filter"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_role("heading", level=4).first).to_be_visible()


@pytest.mark.parametrize(("folder", "most"), [("woff2", 50_000), ("css", 25_000), ("site", 10_000)])
def test_budgets_are_held(folder: str, most: int) -> None:
    assets = static.Assets(static.ROOT / "dist")
    assets.url("site")
    sizes: dict[str, int] = {"woff2": 0, "css": 0, "site": 0}
    for path in sorted((static.ROOT / "dist" / "assets").iterdir()):
        found = assets.file(f"assets/{path.name}")
        assert found is not None
        size = len(found.packed or found.body)
        kind = "site" if path.name.startswith("site-") and path.suffix == ".js" else path.suffix[1:]
        sizes[kind] = sizes.get(kind, 0) + size
    assert 0 < sizes[folder] <= most


def test_every_address_of_a_built_file_is_hashed() -> None:
    names = [path.name for path in Path(static.ROOT / "dist" / "assets").iterdir()]
    assert names
    hashed = re.compile(r".+-[\w-]{8}\.\w+")
    assert [name for name in names if not hashed.fullmatch(name)] == []
