"""Slides and announcements in the room and on the big screen, in a browser on the real hub."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from rooms.core.announcements import ClearAnnouncement, Level, SetAnnouncement
from rooms.core.questions import PutOnAir
from rooms.core.stage import ClearStage, ShowDeck, TurnPage
from tests.client.conftest import Complaints, Visit
from tests.client.deck import OUTSIDER
from tests.client.house import MODERATION, SPEAKER, House
from tests.client.test_announcements import WATCH, heard, publish
from tests.client.test_axe import SCREEN, violations


def slide(page: Page) -> Locator:
    return page.locator(".room-slide")


def later(minutes: int = 5) -> int:
    return time.time_ns() // 1_000_000 + minutes * 60_000


def test_everybody_sees_the_page_that_the_talk_is_at(open_house: House, visit: Visit) -> None:
    there, screen = visit("hof"), visit("guest", SCREEN)
    open_house.do(SPEAKER, ShowDeck("slides"))
    open_house.do(SPEAKER, TurnPage("slides", 2))
    late = visit("ulm")
    for page in (there, screen, late):
        expect(slide(page)).to_contain_text("Folie 2 von 3")
        picture = slide(page).get_by_role("img")
        expect(picture).to_have_accessible_name("Was auf Folie 2 steht")
        expect(picture).to_have_js_property("naturalWidth", 960)
    open_house.do(SPEAKER, ClearStage())
    for page in (there, screen, late):
        expect(slide(page)).to_have_count(0)


def test_whoever_comes_back_sees_the_page_turned_meanwhile(open_house: House, visit: Visit) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    page = visit("hof")
    expect(slide(page)).to_contain_text("Folie 1 von 3")
    page.evaluate("() => opened.at(-1).close()")
    open_house.do(SPEAKER, TurnPage("slides", 3))
    expect(slide(page)).to_contain_text("Folie 3 von 3", timeout=20_000)


def test_turning_oneself_rests_from_the_talk_until_one_follows_again(
    open_house: House, visit: Visit
) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    page = visit("hof")
    alone = page.get_by_role("button", name="Selbst blättern")
    alone.click()
    expect(alone).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("PageDown")
    page.get_by_role("button", name="Nächste Folie").click()
    open_house.do(SPEAKER, TurnPage("slides", 2))
    expect(slide(page)).to_contain_text("Folie 3 von 3")
    page.get_by_role("button", name="Vortrag folgen").click()
    expect(slide(page)).to_contain_text("Folie 2 von 3")
    page.keyboard.press("PageDown")
    expect(slide(page)).to_contain_text("Folie 2 von 3")


def test_text_of_the_page_can_be_read(open_house: House, visit: Visit) -> None:
    open_house.do(SPEAKER, ShowDeck("slides", 2))
    page = visit("hof")
    page.get_by_text("Text der Folie").click()
    expect(page.locator(".room-slide__text p")).to_have_text("Was auf Folie 2 steht")


def test_pages_are_found_by_their_words_while_one_turns_oneself(
    open_house: House, visit: Visit
) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    page = visit("hof")
    field = page.get_by_role("searchbox", name="In den Folien suchen")
    expect(slide(page)).to_contain_text("Folie 1 von 3")
    expect(field).to_have_count(0)
    page.get_by_role("button", name="Selbst blättern").click()
    field.fill("folie 3")
    field.press("ArrowLeft")
    expect(slide(page)).to_contain_text("Folie 1 von 3")
    field.press("Enter")
    expect(page.get_by_text("1 Folie zu „folie 3“")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Folie 3: Was auf Folie 3 steht").click()
    expect(slide(page)).to_contain_text("Folie 3 von 3")
    field.fill("gibt es nicht")
    field.press("Enter")
    expect(page.get_by_text("0 Folien zu „gibt es nicht“")).to_be_visible()


def test_turned_page_is_said_only_to_whoever_asked_for_it(open_house: House, visit: Visit) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    page = visit("hof")
    expect(slide(page)).to_contain_text("Folie 1 von 3")
    page.evaluate(WATCH)
    open_house.do(SPEAKER, TurnPage("slides", 2))
    expect(slide(page)).to_contain_text("Folie 2 von 3")
    assert heard(page) == []
    page.get_by_role("tab", name="Im Raum").click()
    page.get_by_label("Vorlesen, wenn die Folie wechselt").check()
    open_house.do(SPEAKER, TurnPage("slides", 3))
    page.wait_for_function("() => window.heard.length > 0")
    assert heard(page) == [["polite", "Folie 3 von 3"]]


def test_important_announcement_is_said_at_once_and_can_be_put_away(
    open_house: House, visit: Visit
) -> None:
    page, screen = visit("hof"), visit("guest", SCREEN)
    page.evaluate(WATCH)
    open_house.do(MODERATION, SetAnnouncement("Bitte warten Sie.", later(), Level.IMPORTANT))
    banner = page.get_by_role("region", name="Durchsage")
    expect(banner).to_contain_text("Bitte warten Sie.")
    page.wait_for_function("() => window.heard.length > 0")
    assert heard(page) == [["assertive", "Durchsage: Bitte warten Sie."]]
    banner.get_by_role("button", name="Durchsage ausblenden").click()
    expect(banner).to_have_count(0)
    page.reload()
    page.locator(".room-panels").wait_for()
    expect(banner).to_have_count(0)
    expect(screen.locator(".room-banner")).to_contain_text("Bitte warten Sie.")
    open_house.do(MODERATION, SetAnnouncement("Es geht weiter.", later()))
    expect(banner).to_contain_text("Es geht weiter.")
    open_house.do(MODERATION, ClearAnnouncement())
    expect(banner).to_have_count(0)


def test_moderation_makes_an_announcement_and_ends_it(visit: Visit) -> None:
    desk, page = visit(MODERATION, "/desk"), visit("hof")
    desk.get_by_role("button", name="Durchsage machen").click()
    desk.get_by_role("textbox", name="Durchsage").fill("Wir beginnen um 10:15.")
    desk.get_by_role("button", name="Allen zeigen").click()
    expect(page.locator(".room-banner")).to_contain_text("Wir beginnen um 10:15.")
    desk.get_by_role("button", name="Durchsage machen").click()
    desk.get_by_role("button", name="Durchsage beenden").click()
    expect(page.locator(".room-banner")).to_have_count(0)


def test_whoever_is_not_of_the_session_reads_why_there_are_no_slides(
    open_house: House, visit: Visit, complaints: Complaints
) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    page = visit(OUTSIDER)
    stage = page.get_by_role("region", name="Folien")
    expect(stage).to_contain_text("Diese Folien sind nur für die Zielgruppe ihres Programmpunkts.")
    open_house.do(SPEAKER, TurnPage("slides", 2))
    expect(stage).to_contain_text("Diese Folien sind nur für die Zielgruppe ihres Programmpunkts.")
    expect(slide(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Selbst blättern")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Nachricht")).to_be_enabled()
    complaints.clear()  # the browser says that pictures were refused


@pytest.mark.parametrize("width", [320, 1280])
def test_slides_and_banner_have_no_violations_and_fit(
    open_house: House, visit: Visit, width: int
) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    open_house.do(MODERATION, SetAnnouncement("Wir beginnen um 10:15.", later()))
    open_house.do(MODERATION, PutOnAir(publish(open_house, "Was kostet der Betrieb?"), 2))
    for who, path in (("hof", "/room"), ("guest", SCREEN)):
        page = visit(who, path, viewport={"width": width, "height": 800})
        expect(slide(page)).to_contain_text("Folie 1 von 3")
        if who == "hof":
            page.get_by_role("button", name="Selbst blättern").click()
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_word_that_there_is_no_question_is_read_whole_beside_a_slide(
    open_house: House, visit: Visit
) -> None:
    open_house.do(SPEAKER, ShowDeck("slides"))
    page = visit("hof", viewport={"width": 1280, "height": 800})
    expect(slide(page)).to_contain_text("Folie 1 von 3")
    expect(page.get_by_text("Noch keine Fragen.")).to_have_count(1)
    panel = page.locator(".room-panel--questions .room-panel__scroll")
    assert panel.evaluate("panel => panel.scrollHeight - panel.clientHeight") <= 0
