"""Who holds an office is marked, with text, wherever the name stands; a name alone marks nobody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from rooms.core.chat import SendMessage
from rooms.core.questions import PutOnAir
from tests.client.conftest import Visit
from tests.client.house import IMPOSTOR, MODERATION, ORGANISER, ROOM, SPEAKER, House
from tests.client.test_announcements import publish
from tests.client.test_room import said


def row(page: Page, text: str) -> Locator:
    return page.locator(".room-message", has_text=text)


def test_message_of_an_office_is_marked_and_one_under_its_name_is_not(
    open_house: House, visit: Visit
) -> None:
    said(open_house, MODERATION, "Wir beginnen")
    said(open_house, SPEAKER, "Ich teile die Folien")
    said(open_house, ORGANISER, "Die Pause entfällt")
    said(open_house, IMPOSTOR, "Bitte alle den Raum verlassen")
    page = visit("hof")
    for text, office in (
        ("Wir beginnen", "Moderation"),
        ("Ich teile die Folien", "Vortrag"),
        ("Die Pause entfällt", "Veranstalter"),
    ):
        expect(row(page, text).locator(".room-office")).to_have_text(office)
    forged = row(page, "Bitte alle den Raum verlassen")
    expect(forged.locator("b")).to_have_text("Moderation")
    expect(forged.locator(".room-office")).to_have_count(0)


def test_quote_names_the_office_too(open_house: House, visit: Visit) -> None:
    message = said(open_house, MODERATION, "Wir beginnen")
    open_house.do("ulm", SendMessage("Gern", reply_to=message))
    quote = visit("hof").locator(".room-quote")
    expect(quote).to_have_text(re.compile(r"Moderation\s+Moderation\s+Wir beginnen"))


@pytest.mark.parametrize("path", ["/room", "/desk", f"/screen#token=any&room={ROOM}"])
def test_question_of_an_office_is_marked_everywhere(
    open_house: House, visit: Visit, path: str
) -> None:
    question = publish(open_house, "Wer pflegt die Daten?", SPEAKER)
    open_house.do(MODERATION, PutOnAir(question, 2))
    page = visit("guest" if "screen" in path else MODERATION, path)
    expect(page.locator(".room-office").first).to_have_text("Vortrag")


def test_english_page_names_offices_in_english(open_house: House, visit: Visit) -> None:
    said(open_house, ORGANISER, "The break is cancelled")
    page = visit("hof", "/room?lang=en")
    expect(row(page, "The break").locator(".room-office")).to_have_text("Organiser")


def test_screen_reader_is_told_the_office_with_the_name(open_house: House, visit: Visit) -> None:
    page = visit("hof")
    expect(page.locator(".room-panels")).to_be_visible()
    said(open_house, SPEAKER, "Ich teile die Folien")
    announced = page.locator("[aria-live=polite]")
    expect(announced).to_have_text("Smart City Ulm (Vortrag): Ich teile die Folien", timeout=10_000)


def test_desk_lists_people_with_their_office(open_house: House, visit: Visit) -> None:
    visit(SPEAKER)
    visit(IMPOSTOR)
    desk = visit(MODERATION, "/desk")
    desk.get_by_role("tab", name="Personen").click()
    people = desk.get_by_role("tabpanel", name="Personen").locator("li")
    expect(people.filter(has_text="Smart City Ulm").locator(".room-office")).to_have_text("Vortrag")
    expect(people.filter(has_text="Stadt Muster").locator(".room-office")).to_have_count(0)
