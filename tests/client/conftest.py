"""People at their browsers, in a house of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.client.house import House, house

Visit = Callable[..., Page]
"""``visit("hof", "/room")``: a page of this person's, with everything the page complained of."""


RECORD = """
  const Real = WebSocket;
  window.opened = [];
  window.WebSocket = class extends Real {
    constructor(...given) { super(...given); window.opened.push(this); }
  };
"""
"""Remembers the page's sockets, so that a test can cut them."""


class Complaints(list[str]):
    """What the pages wrote to their consoles as errors, and what they threw."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", lambda said: self.append(said.text) if said.type == "error" else None)


@pytest.fixture(scope="session")
def base_url() -> None:
    """Replaces pytest-playwright's, which is a method and so deprecated; nobody needs it here."""


@pytest.fixture
def open_house() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test if a page complained: the policy header allows no exception."""
    heard = Complaints()
    yield heard
    assert heard == []


@pytest.fixture
def visit(
    open_house: House, new_context: Callable[..., BrowserContext], complaints: Complaints
) -> Visit:
    def open_page(who: str, path: str = "/room", **options: object) -> Page:
        page = new_context(**options).new_page()
        page.add_init_script(RECORD)
        complaints.watch(page)
        joined = "&" if "?" in path else "?"
        before, mark, fragment = path.partition("#")
        page.goto(f"{open_house.url}{before}{joined}as={who}{mark}{fragment}")
        page.locator(
            ".room-panels, .room-desk, .room-present, .room-screen, .room-refused"
        ).first.wait_for()
        return page

    return open_page
