"""A question as long as one may be, and small windows: all of it can be read and reached."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from rooms.core.questions import AskQuestion, PutOnAir
from tests.client.conftest import Visit
from tests.client.house import MODERATION, ROOM, House
from tests.client.test_announcements import publish

LONG = ("WAS KOSTET DER BETRIEB DER GEMEINSAMEN WÄRMENETZPLATTFORM? " * 9)[:500]
PHONE = {"width": 320, "height": 640}
OUTSIDE = """() => ['h1', '.room-screen__text', '.room-screen__from', '.room-screen__next']
  .filter((part) => {
    const box = document.querySelector(`.room-screen ${part}`).getBoundingClientRect();
    const around = part === '.room-screen__next' ? '.room-screen' : '.room-screen__now';
    const { top, bottom } = document.querySelector(around).getBoundingClientRect();
    return box.top < top - 1 || box.bottom > bottom + 1;
  })"""
SCROLLERS = """() => [...document.querySelectorAll('main *')]
  .filter((part) => part.localName !== 'textarea' && part.localName !== 'select')
  .filter((part) => ['auto', 'scroll'].includes(getComputedStyle(part).overflowY))
  .filter((part) => part.scrollHeight > part.clientHeight + 1)
  .map((part) => part.className)"""


def long_on_air(house: House) -> None:
    question = publish(house, LONG, "mayen")
    for number in range(3):
        publish(house, f"{LONG[:440]} {number}", f"amt{number}")
    house.do(MODERATION, PutOnAir(question, 2))


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_big_screen_shows_all_of_a_long_question(
    visit: Visit, open_house: House, width: int, height: int
) -> None:
    long_on_air(open_house)
    size = {"width": width, "height": height}
    screen = visit("guest", f"/screen#token=any&room={ROOM}", viewport=size)
    expect(screen.locator(".room-screen__text")).to_have_text(LONG)
    screen.evaluate("() => document.fonts.ready")
    assert screen.evaluate(OUTSIDE) == []


@pytest.mark.parametrize(("who", "path"), [("hof", "/room"), (MODERATION, "/desk")])
def test_long_question_on_air_is_opened_and_closed_by_keyboard(
    visit: Visit, open_house: House, who: str, path: str
) -> None:
    long_on_air(open_house)
    page = visit(who, path, viewport=PHONE)
    more = page.get_by_role("button", name="Ganz lesen")
    expect(more).to_have_attribute("aria-expanded", "false")
    closed = height(page)
    more.press("Enter")
    less = page.get_by_role("button", name="Weniger")
    expect(less).to_be_focused()
    expect(less).to_have_attribute("aria-expanded", "true")
    assert height(page) > 2 * closed
    less.press("Enter")
    expect(more).to_be_focused()
    assert height(page) == closed


def height(page: Page) -> float:
    box = page.locator(".room-clamped > p").bounding_box()
    assert box is not None
    return box["height"]


def test_short_question_on_air_has_no_button_for_the_rest(visit: Visit, open_house: House) -> None:
    open_house.do(MODERATION, PutOnAir(publish(open_house, "Wer haftet?"), 2))
    page = visit("hof", viewport=PHONE)
    expect(page.locator(".room-on-air__text")).to_have_text("Wer haftet?")
    expect(page.get_by_role("button", name="Ganz lesen")).to_have_count(0)


def test_on_a_phone_the_questions_come_before_the_form(visit: Visit, open_house: House) -> None:
    publish(open_house, "Wer haftet?", "ulm")
    page = visit("hof", viewport=PHONE)
    page.get_by_role("tab", name="Fragen").click()
    field = page.get_by_role("textbox", name="Ihre Frage")
    expect(field).to_be_hidden()
    expect(page.get_by_text("Wer haftet?")).to_be_in_viewport()
    page.get_by_role("button", name="Frage stellen").press("Enter")
    expect(field).to_be_focused()
    toggle = page.get_by_role("button", name="Zuklappen")
    field.fill("Was kostet der Betrieb?")
    toggle.press("Enter")
    expect(field).to_be_focused()
    page.reload()
    page.get_by_role("tab", name="Fragen").click()
    expect(field).to_have_value("Was kostet der Betrieb?")
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.get_by_text("Danke. Ihre Frage wird geprüft.")).to_be_visible()
    toggle.click()
    expect(field).to_be_hidden()


def test_desk_on_a_phone_is_one_column_with_ways_to_its_parts(
    visit: Visit, open_house: House
) -> None:
    long_on_air(open_house)
    for number in range(6):
        open_house.do(f"amt{number + 10}", AskQuestion(f"{LONG[:400]} {number}"))
    desk = visit(MODERATION, "/desk", viewport=PHONE)
    expect(desk.get_by_role("link", name="Zu prüfen (6)")).to_be_visible()
    assert desk.evaluate(SCROLLERS) == []
    ways = desk.get_by_role("navigation", name="Bereiche")
    ways.get_by_role("link", name="Chat").click()
    expect(desk.get_by_role("textbox", name="Nachricht")).to_be_in_viewport()
    ways.get_by_role("link", name="Bühne").click()
    expect(desk.get_by_role("heading", name="Bühne")).to_be_in_viewport()


def test_next_question_is_in_sight_below_a_long_one_on_air(visit: Visit, open_house: House) -> None:
    long_on_air(open_house)
    desk = visit(MODERATION, "/desk", viewport={"width": 1280, "height": 800})
    expect(desk.get_by_role("heading", name="Nächste Frage")).to_be_in_viewport()
