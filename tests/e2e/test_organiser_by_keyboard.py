"""An organiser who has no mouse, and two who work on the same session."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Come
from tests.e2e.people import HOF, ORGANISATION, Person
from tests.e2e.test_by_keyboard import focused, tab_to

DESK = "/organise/regionalkonferenz_1_2022"
SESSION = "Chancen für die Region"
pytestmark = [pytest.mark.timeout(300)]


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    """Look for it with Tab, then press it."""
    found = page.get_by_role("main").get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    tab_to(page, found.first)
    page.keyboard.press(key)


def retype(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True).first)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def times_of(page: Page, title: str) -> str:
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title, exact=True))
    return row.inner_text()


def test_a_session_is_edited_moved_released_late_and_back_without_a_mouse(come: Come) -> None:
    kts = come(ORGANISATION)
    kts.sign_in(DESK)
    page = kts.page
    assert "11:25–" in times_of(page, SESSION)
    edit_and_move(page)
    assert "11:30–" in times_of(page, "Chancen für alle Regionen")

    press(page, "link", "Ansehen und veröffentlichen")
    expect(kts.heading("Veröffentlichen")).to_be_visible()
    press(page, "button", "Jetzt veröffentlichen")
    expect(page.get_by_role("status").first).to_contain_text("Veröffentlicht.")

    press(page, "link", "Verzug")
    retype(page, "Verschieben um (Minuten)", "10")
    press(page, "button", "Ansehen")
    expect(page.get_by_role("region", name="Das verschiebt sich")).to_be_visible()
    expect(page.get_by_role("heading", name="Das verschiebt sich")).to_be_focused()
    press(page, "button", "Verschieben und alle benachrichtigen")
    expect(page.get_by_text("Verschoben. Alle erfahren es.")).to_be_visible()
    kts.open(DESK)
    assert "11:40–" in times_of(page, "Chancen für alle Regionen")

    press(page, "button", "Letzten Verzug zurücknehmen")
    expect(page.get_by_text("Der Verzug ist zurückgenommen")).to_be_visible()
    assert "11:30–" in times_of(page, "Chancen für alle Regionen")


def edit_and_move(page: Page) -> None:
    """By its form: another title, five minutes later, a practice example, saved with Enter."""
    press(page, "link", SESSION)
    retype(page, "Titel", "Chancen für alle Regionen")
    tab_to(page, page.get_by_label("Beginn").first)
    page.keyboard.type("1130")
    tab_to(page, page.get_by_label("Liste eingrenzen"))
    page.keyboard.type("münster")
    expect(page.get_by_text("Einträge passen.")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("BaKIM Lemgo")
    expect(page.get_by_text("1 Eintrag passt.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Programmpunkt")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(focused(page)).to_be_checked()
    retype(page, "Nur diese Staffeln", "")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Gespeichert.")


def begin(person: Person, path: str, text: str) -> None:
    person.open(path)
    person.page.get_by_label("Beschreibung", exact=True).fill(text)


def make_host(kts: Person, host: Person) -> None:
    kts.open(f"{DESK}/people")
    kts.page.get_by_label("E-Mail-Adresse").fill(host.address)
    kts.page.get_by_label("Aufgabe", exact=True).select_option("host")
    kts.page.get_by_role("button", name="Aufgabe geben").click()
    expect(kts.page.get_by_role("status").first).to_have_text("Die Aufgabe ist vergeben.")


def test_two_organisers_edit_the_same_session_and_nobody_loses_a_word(come: Come) -> None:
    first, second = come(ORGANISATION), come(HOF)
    first.sign_in()
    make_host(first, second)
    second.sign_in()
    first.open(DESK)
    path = first.page.get_by_role("link", name=SESSION, exact=True).get_attribute("href")
    assert path is not None
    begin(first, path, "Was die eine schreibt.")
    begin(second, path, "Was die andere schreibt.")
    save(first)
    expect(first.page.get_by_role("status").first).to_contain_text("Gespeichert.")

    save(second)
    page = second.page
    expect(page.get_by_role("alert")).to_contain_text("Jemand anderes hat inzwischen gespeichert.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Beschreibung", exact=True)).to_have_value("Was die andere schreibt.")
    theirs = page.locator("#abstract_de-theirs")
    expect(theirs).to_contain_text("Was die eine schreibt.")
    expect(page.locator(".field__theirs")).to_have_count(1)
    press(page, "link", "Beschreibung")
    expect(page.get_by_label("Beschreibung", exact=True)).to_be_focused()

    both = "Was die eine schreibt. Was die andere schreibt."
    page.get_by_label("Beschreibung", exact=True).fill(both)
    save(second)
    expect(page.get_by_role("status").first).to_contain_text("Gespeichert.")
    first.open(path)
    expect(first.page.get_by_label("Beschreibung", exact=True)).to_have_value(both)


def save(person: Person) -> None:
    person.page.get_by_role("button", name="Speichern", exact=True).click()
