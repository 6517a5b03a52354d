"""Text twice as large, at 320 pixels: what a window of 1280 pixels leaves at a zoom of 400 %.

Colours of one's own and nothing that moves are looked at on every page (``looking.wishes``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from tests.e2e.conftest import GERMAN
from tests.e2e.looking import PHONE, moving, overflow, squeezed, unframed, unmarked
from tests.e2e.people import HOF, MAYEN_KOBLENZ, MODERATION, ORGANISATION, ULM
from tests.e2e.seats import Signed, seat, sign_in
from tests.e2e.test_every_page import DESK_PAGES, OPEN_PAGES, ROOM, SIGNED_IN_PAGES, fill
from tests.fixtures import browser as chromium
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

pytestmark = [pytest.mark.timeout(900)]

PEOPLE = (HOF, MAYEN_KOBLENZ, ULM, ORGANISATION, MODERATION)
TWICE = "--blink-settings=defaultFontSize=32"
"""Text of 200 %, as a reader sets it in the browser: media queries follow, too."""
SETTLED = "Verbindung wird hergestellt"


@pytest.fixture
def signed(server: RunningServer, mails: MailSink) -> Iterator[dict[str, Signed]]:
    """Everybody signed in, and the room full of all that can stand in it."""
    people = {each: sign_in(server, mails, each) for each in PEOPLE}
    with ExitStack() as seats:
        fill({each: seats.enter_context(seat(people[each])) for each in PEOPLE})
        yield people


@pytest.fixture
def large(browser_type: BrowserType) -> Iterator[Browser]:
    """A browser whose reader wants text twice as large."""
    made = browser_type.launch(
        executable_path=chromium.executable(), args=[*chromium.flags(), TWICE]
    )
    yield made
    made.close()


@contextmanager
def everywhere(
    context: BrowserContext, server: RunningServer, signed: dict[str, Signed]
) -> Iterator[Iterator[tuple[str, Page]]]:
    """Each page in turn: as a guest, as a participant, as a moderator, in the hall."""
    yield _pages(context, server, signed)
    context.close()


def _pages(
    context: BrowserContext, server: RunningServer, signed: dict[str, Signed]
) -> Iterator[tuple[str, Page]]:
    page = context.new_page()
    screen = next(line for line in server.output.split() if "/screen#" in line)
    guest = [f"{server.url}{path}" for path in OPEN_PAGES]
    walks: tuple[tuple[str | None, list[str]], ...] = (
        (None, [*guest, screen]),
        (HOF, [f"{server.url}{path}" for path in (*SIGNED_IN_PAGES, ROOM)]),
        (MODERATION, [f"{server.url}{ROOM}", f"{server.url}{ROOM}/desk"]),
        (ORGANISATION, [f"{server.url}{path}" for path in DESK_PAGES]),
    )
    for who, addresses in walks:
        context.clear_cookies()
        if who is not None:
            signed[who].lend_to(context)
        for address in addresses:
            page.goto("about:blank")
            page.goto(address)
            expect(page.get_by_text(SETTLED)).to_have_count(0)
            expect(page.get_by_text("wird geladen")).to_have_count(0)
            where = f"{who or 'guest'} {address.removeprefix(server.url).partition('#')[0]}"
            yield where, page
            for tab in page.get_by_role("tab").all():
                tab.click()
                yield f"{where}, {tab.inner_text()}", page


def gathered(
    walk: Iterator[tuple[str, Page]], *looks: Callable[[Page], list[str]]
) -> dict[str, list[str]]:
    """What was found, by page; pages without findings are left out."""
    found = {where: [each for look in looks for each in look(page)] for where, page in walk}
    return {where: each for where, each in found.items() if each}


def test_text_twice_as_large_fits_a_phone_without_loss(
    large: Browser, server: RunningServer, signed: dict[str, Signed]
) -> None:
    context = large.new_context(**GERMAN, viewport=PHONE)  # type: ignore[arg-type]
    with everywhere(context, server, signed) as walk:
        assert gathered(walk, overflow, squeezed) == {}


def test_looks_find_what_is_wrong(
    new_context: Callable[..., BrowserContext], server: RunningServer
) -> None:
    page = new_context(viewport=PHONE, forced_colors="active").new_page()
    page.set_content(BAD)
    looks: dict[str, Any] = {
        "squeezed": (squeezed(page), ["abgeschnitten", "überlappt"]),
        "unframed": (unframed(page), ["<button>ohne Rahmen"]),
        "unmarked": (unmarked(page), ["<button>ohne Rahmen"]),
        "moving": (moving(page), ["<b>"]),
    }
    missing = {
        name: (found, word)
        for name, (found, wanted) in looks.items()
        for word in wanted
        if not any(word in each for each in found)
    }
    assert missing == {}
    page.goto(f"{server.url}/")
    assert moving(page) != []


BAD = """<!DOCTYPE html><html lang="de"><title>x</title><style>
  p { width: 3rem; overflow: hidden; white-space: nowrap }
  button { border: 0 } button:focus { outline: none }
  a { display: block } a + a { margin-top: -1em }
  b { animation: away 9s infinite } @keyframes away { to { opacity: 0 } }
</style><p>Das wird abgeschnitten</p><button>ohne Rahmen</button>
<a href="#a">eins</a><a href="#b">zwei überlappt eins</a><b>bewegt</b>"""
