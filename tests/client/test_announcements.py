"""T-A1 to T-A4 of the rooms page (B8), in a browser on the real hub."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from rooms.core.chat import SendMessage
from rooms.core.questions import ApproveQuestion, AskQuestion, PutOnAir, VoteQuestion
from tests.client.conftest import Visit
from tests.client.house import MODERATION, House

WATCH = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll('[aria-live]')) {
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes)
          window.heard.push([region.getAttribute('aria-live'), node.textContent]);
    }).observe(region, { childList: true });
  }
}"""
FOCUSED = "() => document.activeElement.outerHTML.slice(0, 200)"


def publish(house: House, text: str, account: str = "ulm") -> str:
    asked = house.do(account, AskQuestion(text)).done
    assert asked is not None and asked.object is not None
    house.do(MODERATION, ApproveQuestion(asked.object, 1))
    return asked.object


def heard(page: Page) -> list[list[str]]:
    said: list[list[str]] = page.evaluate("() => window.heard")
    return said


def test_there_is_one_polite_and_one_assertive_region_and_both_are_empty(visit: Visit) -> None:
    page = visit("hof")
    regions = page.locator("[aria-live]")
    assert regions.evaluate_all("all => all.map(one => [one.ariaLive, one.textContent])") == [
        ["polite", ""],
        ["assertive", ""],
    ]


def test_a_busy_chat_is_summed_up_and_never_assertive(open_house: House, visit: Visit) -> None:
    """T-A1 in the small; the minute itself is told in ``announcer.test.ts``."""
    page = visit("hof")
    page.evaluate(WATCH)
    for number in range(60):
        open_house.do(f"amt{number}", SendMessage(f"Nachricht {number}"))
    page.wait_for_function("() => window.heard.length > 0", timeout=8_000)
    assert heard(page) == [["polite", "60 neue Nachrichten"]]
    expect(page.locator("[aria-live=polite]")).to_be_empty(timeout=5_000)


def test_my_question_coming_on_air_is_said_at_once(open_house: House, visit: Visit) -> None:
    page = visit("hof")
    page.evaluate(WATCH)
    question = publish(open_house, "Was kostet der Betrieb?", "hof")
    expect(page.locator(".room-mine__item")).to_contain_text("freigegeben")
    open_house.do(MODERATION, PutOnAir(question, 2))
    expect(page.locator("[aria-live=polite]")).to_contain_text("Ihre Frage ist jetzt dran")
    assert heard(page)[-1] == ["polite", "Ihre Frage ist jetzt dran: Was kostet der Betrieb?"]


@pytest.mark.parametrize("place", ["message field", "vote button", "message row"])
def test_arriving_events_never_move_focus(open_house: House, visit: Visit, place: str) -> None:
    """T-A2."""
    question = publish(open_house, "Welche Lizenz hat die Software?")
    open_house.do("ulm", SendMessage("Guten Morgen"))
    page = visit("hof")
    target = {
        "message field": page.get_by_role("textbox", name="Nachricht"),
        "vote button": page.get_by_role("button", name="Für diese Frage stimmen"),
        "message row": page.locator(".room-message").last,
    }[place]
    target.focus()
    before = page.evaluate(FOCUSED)
    for number in range(100):
        open_house.do(f"amt{number}", SendMessage(f"Nachricht {number}"))
    open_house.do(MODERATION, PutOnAir(question, 2))
    expect(page.locator(".room-on-air")).to_contain_text("Welche Lizenz")
    if place != "message row":
        expect(page.get_by_text("Nachricht 99", exact=True)).to_be_visible()
    after = page.evaluate(FOCUSED)
    assert after == before


def test_order_holds_while_somebody_is_in_the_list(open_house: House, visit: Visit) -> None:
    """T-A3."""
    texts = ["Wer haftet?", "Was kostet das?", "Wann geht es los?"]
    questions = [publish(open_house, text, f"amt{n}") for n, text in enumerate(texts)]
    page = visit("hof")
    shown = page.locator(".room-questions .room-question__text")
    expect(shown).to_have_count(3)
    before = shown.all_inner_texts()
    page.locator(".room-vote__button").nth(1).focus()
    lowest = questions[texts.index(before[-1])]
    for number in range(9):
        open_house.do(f"stimme{number}", VoteQuestion(lowest, True))
    offer = page.get_by_role("button", name="Liste aktualisieren")
    expect(offer).to_be_visible()
    assert shown.all_inner_texts() == before
    offer.click()
    expect(shown.first).to_have_text(before[-1])


MOVE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@keyframes probe { to { opacity: 0.5 } }
    .room *, .room *::before { content: ""; animation: probe 99s; transition: opacity 99s }`);
  document.adoptedStyleSheets.push(sheet);
  window.moved = [];
  for (const kind of ['animationstart', 'transitionrun'])
    addEventListener(kind, (event) => window.moved.push(event.type), true);
}"""
"""Makes everything in the room move, as a part could some day: what stays still is held still."""
MOVING = "() => document.getAnimations().length"


def test_reduced_motion_lets_nothing_move(open_house: House, visit: Visit) -> None:
    """T-A4."""
    question = publish(open_house, "Welche Lizenz hat die Software?")
    page = visit("hof", reduced_motion="reduce")
    page.evaluate(MOVE)
    page.get_by_role("button", name="Für diese Frage stimmen").click()
    open_house.do(MODERATION, PutOnAir(question, 2))
    expect(page.locator(".room-on-air")).to_contain_text("Welche Lizenz")
    assert (page.evaluate("() => window.moved"), page.evaluate(MOVING)) == ([], 0)
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0


def test_the_own_switch_stops_movement_too(visit: Visit) -> None:
    """T-A4, A8: also where the system allows movement."""
    page = visit("hof")
    page.evaluate(MOVE)
    assert page.evaluate(MOVING) > 0
    page.get_by_role("tab", name="Im Raum").click()
    page.get_by_role("checkbox", name="Keine Bewegung auf der Seite").check()
    assert page.evaluate(MOVING) == 0
    page.reload()
    page.locator(".room-panels").wait_for()
    page.evaluate(MOVE)
    assert page.evaluate(MOVING) == 0
