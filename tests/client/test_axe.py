"""Every state of the live parts against axe, with the tags of the client page (§1)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from rooms.core.chat import RemoveMessage, SendMessage
from rooms.core.people import MutePerson, RemovePerson
from rooms.core.questions import AskQuestion, MarkAnswered, PutOnAir
from tests.client.conftest import Visit
from tests.client.house import MODERATION, ORGANISER, ROOM, SPEAKER, House
from tests.client.test_announcements import publish

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await axe.run(document, { runOnly: tags });
  return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.target} ${n.html}`));
}"""

State = Callable[[Page, House], None]


def _as_it_opens(page: Page, house: House) -> None:
    pass


def _actions(page: Page, house: House) -> None:
    page.locator(".room-message").last.focus()
    page.keyboard.press("Enter")


def _people(page: Page, house: House) -> None:
    page.get_by_role("tab", name="Im Raum").or_(page.get_by_role("tab", name="Personen")).click()


def _questions(page: Page, house: House) -> None:
    page.get_by_role("tab", name="Fragen").click()


def _refused(page: Page, house: House) -> None:
    page.get_by_role("button", name="Senden").click()


def _muted(page: Page, house: House) -> None:
    house.do(MODERATION, MutePerson("hof", None, "Ton"))
    page.locator(".room-note--warning").first.wait_for()


def _removed(page: Page, house: House) -> None:
    house.do(MODERATION, RemovePerson("hof", "Störung"))
    page.locator(".room-refused").wait_for()


def _dismissing(page: Page, house: House) -> None:
    page.get_by_role("button", name="Ablehnen").first.click()


def _shortcuts(page: Page, house: House) -> None:
    page.get_by_role("button", name="Tastenkürzel").click()


def _notice(page: Page, house: House) -> None:
    page.get_by_role("button", name="Jetzt dran", exact=True).last.click()
    page.locator(".room-toast").wait_for()


def fill(house: House) -> None:
    house.do("ulm", SendMessage("Siehe https://ulm.example/netz"))
    gone = house.do("hof", SendMessage("Unfreundliches")).done
    assert gone is not None and gone.object is not None
    house.do(MODERATION, RemoveMessage(gone.object, "Ton"))
    welcome = house.do(MODERATION, SendMessage("Willkommen im Plenum")).done
    assert welcome is not None
    house.do("mayen", SendMessage("Guten Morgen", reply_to=welcome.object))
    first = publish(house, "Was kostet der Betrieb?", "amt1")
    house.do(MODERATION, PutOnAir(first, 2))
    house.do(MODERATION, MarkAnswered(first, 3))
    house.do(MODERATION, PutOnAir(publish(house, "Wer haftet?", SPEAKER), 2))
    publish(house, "Welche Lizenz hat die Software?", ORGANISER)
    house.do("hof", AskQuestion("Wartet noch jemand?"))


def violations(page: Page) -> list[object]:
    """What axe finds. Through the debugger, past the policy that keeps foreign scripts out."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[object] = page.evaluate(RUN)
    return found


class Seen(NamedTuple):
    """A page at a width, and how to reach the state that is looked at."""

    who: str
    path: str
    width: int
    reach: State

    def __str__(self) -> str:
        return f"{self.who}-{self.path.partition('#')[0]}-{self.width}-{self.reach.__name__}"


SCREEN = f"/screen#token=any&room={ROOM}"
SEEN = (
    Seen("hof", "/room", 1280, _as_it_opens),
    Seen("hof", "/room", 1280, _actions),
    Seen("hof", "/room", 1280, _refused),
    Seen("hof", "/room", 1280, _muted),
    Seen("hof", "/room", 1280, _removed),
    Seen("hof", "/room", 320, _questions),
    Seen("hof", "/room", 320, _people),
    Seen("guest", "/room", 768, _as_it_opens),
    Seen(MODERATION, "/desk", 1280, _as_it_opens),
    Seen(MODERATION, "/desk", 1280, _dismissing),
    Seen(MODERATION, "/desk", 1280, _shortcuts),
    Seen(MODERATION, "/desk", 1280, _notice),
    Seen(MODERATION, "/desk", 320, _people),
    Seen("guest", SCREEN, 1280, _as_it_opens),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("seen", SEEN, ids=str)
def test_state_has_no_violation(visit: Visit, open_house: House, scheme: str, seen: Seen) -> None:
    fill(open_house)
    size = {"width": seen.width, "height": 800}
    page = visit(seen.who, seen.path, viewport=size, color_scheme=scheme)
    seen.reach(page, open_house)
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/room", "/desk", SCREEN])
def test_nothing_scrolls_sideways_at_phone_width(
    visit: Visit, open_house: House, path: str
) -> None:
    fill(open_house)
    page = visit(MODERATION, path, viewport={"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
