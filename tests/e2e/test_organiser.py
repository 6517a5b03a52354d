"""The organiser prepares a conference, releases it, and steers it while others have it open."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Come
from tests.e2e.people import HOF, ORGANISATION, Person

DESK = "/organise/regio_nord_2022"
NORTH = "/events/regio_nord_2022"
pytestmark = [pytest.mark.timeout(600)]


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def clone(kts: Person) -> None:
    """For autumn 2022 in the north: the pattern is the first regional conference."""
    page = kts.page
    kts.open("/organise")
    line = page.get_by_role("listitem").filter(has_text="1. Regionalkonferenz")
    line.get_by_role("link", name="Als Vorlage nehmen").click()
    page.get_by_label("Titel", exact=True).fill("4. Regionalkonferenz")
    page.get_by_label("Titel auf Englisch").fill("4th Regional Conference")
    page.get_by_label("Erster Tag").fill("2022-10-18")
    page.get_by_label("Nummer in der Reihe").fill("4")
    page.get_by_label("Kurzname in Adressen").fill("regio_nord_2022")
    press(page, "Als Vorlage nehmen")
    expect(kts.heading("4. Regionalkonferenz")).to_be_visible()
    expect(page.get_by_text("Noch nicht veröffentlicht")).to_be_visible()


def prepare(kts: Person) -> None:
    """Host, audience, and who stands on the programme."""
    page = kts.page
    kts.follow("Eckdaten")
    hosts = page.get_by_role("group", name="Wer dahinter steht")
    hosts.get_by_label("Organisation").nth(2).fill("Hansestadt im Norden")
    audience = page.get_by_role("group", name="Für wen")
    audience.get_by_label("Zielgruppe").select_option(label="Offen für alle Kommunen")
    audience.get_by_label("ab dann für").first.select_option(label="Offen für alle")
    audience.get_by_label("ab Tag").first.fill("2022-01-01")
    audience.get_by_label("Uhrzeit").first.fill("00:00")
    press(page, "Speichern")
    expect(page.get_by_role("status").first).to_contain_text("Gespeichert")
    page.get_by_role("link", name="Chancen für die Region", exact=True).click()
    page.get_by_label("Titel", exact=True).fill("Chancen für den Norden")
    page.get_by_role("group", name="1. Person").get_by_label("Name oder Amt").fill(
        "Bürgermeisteramt im Norden"
    )
    press(page, "Speichern")
    expect(page.get_by_role("link", name="Chancen für den Norden", exact=True)).to_be_visible()


def name_a_moderator(kts: Person) -> None:
    page = kts.page
    kts.follow("Menschen und Aufgaben")
    page.get_by_label("E-Mail-Adresse").fill("moderation@norden.example")
    page.get_by_label("Aufgabe", exact=True).select_option(label="Moderation aller Räume")
    press(page, "Aufgabe geben")
    expect(page.get_by_text("moderation@norden.example")).to_be_visible()


def release(kts: Person) -> None:
    kts.open(DESK)
    kts.follow("Ansehen und veröffentlichen")
    press(kts.page, "Jetzt veröffentlichen")
    expect(kts.page.get_by_text("Veröffentlichung 1")).to_be_visible()


def run_late(kts: Person) -> None:
    kts.open(f"{DESK}/late")
    page = kts.page
    chosen = page.get_by_label("Ab wann").locator("option").filter(has_text="Chancen")
    page.get_by_label("Ab wann").select_option(chosen.get_attribute("value"))
    press(page, "Ansehen")
    expect(page.get_by_role("region", name="Das verschiebt sich")).to_be_visible()
    press(page, "Verschieben und allen sagen")
    expect(page.get_by_text("Verschoben. Alle erfahren es.")).to_be_visible()


def starts_in_the_feed(kts: Person) -> list[str]:
    feed = httpx.get(f"{kts.server.url}{NORTH}/agenda.ics").text.replace("\r\n ", "")
    entries = [part for part in feed.split("BEGIN:VEVENT") if "für den Norden" in part]
    return [start for part in entries for start in re.findall(r"DTSTART.*T(\d{4})00", part)]


def time_of(page: Page, title: str) -> str:
    slot = page.locator("[data-slot]").filter(has_text=title)
    return slot.get_by_role("heading", level=3).inner_text().replace("\n", " ")


def test_the_organiser_prepares_a_conference_and_runs_late(come: Come) -> None:
    kts, reader, guest = come(ORGANISATION), come(HOF), come(HOF)
    kts.sign_in()
    clone(kts)
    prepare(kts)
    name_a_moderator(kts)
    reader.open(f"{NORTH}/agenda")
    expect(reader.heading("Seite nicht gefunden")).to_be_visible()
    release(kts)

    reader.page.clock.install()
    reader.open(f"{NORTH}/agenda")
    expect(reader.page.get_by_role("link", name="Chancen für den Norden")).to_be_visible()
    assert "11:25" in time_of(reader.page, "Chancen für den Norden")
    assert starts_in_the_feed(kts) == ["1125"]
    guest.sign_in()
    guest.enter(NORTH)

    run_late(kts)
    said = "Das Programm wurde geändert"
    expect(guest.page.get_by_text(said).first).to_contain_text("15 Minuten später")
    reader.page.clock.fast_forward(30_000)
    news = reader.page.get_by_role("status").filter(has_text=said)
    expect(news).to_contain_text("15 Minuten später")
    assert "11:40" in time_of(reader.page, "Chancen für den Norden")
    assert starts_in_the_feed(kts) == ["1140"]

    press(kts.page, "Letzten Verzug zurücknehmen")
    expect(kts.page.get_by_text("Der Verzug ist zurückgenommen")).to_be_visible()
    expect(guest.page.get_by_text(said).last).to_contain_text("15 Minuten früher")
    reader.page.clock.fast_forward(30_000)
    expect(news).to_contain_text("15 Minuten früher")
    assert "11:25" in time_of(reader.page, "Chancen für den Norden")
    assert starts_in_the_feed(kts) == ["1125"]


def test_the_desk_works_without_a_mouse_and_without_scripts(come: Come) -> None:
    kts = come(ORGANISATION)
    kts.sign_in("/organise/regionalkonferenz_1_2022")
    page = kts.page
    session = page.get_by_role("link", name="Ausblick", exact=True)
    session.focus()
    page.keyboard.press("Enter")
    title = page.get_by_label("Titel", exact=True)
    title.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Ausblick und Dank")
    page.keyboard.press("Enter")
    changed = page.get_by_role("button", name="Nur diesen Programmpunkt veröffentlichen")
    expect(changed).to_have_count(1)
    changed.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Veröffentlichung 2")).to_be_visible()
    expect(changed).to_have_count(0)


def test_the_organiser_sees_who_is_here_and_speaks_to_every_room(come: Come) -> None:
    kts, guest = come(ORGANISATION), come(HOF)
    kts.sign_in()
    guest.sign_in()
    guest.enter()
    kts.open("/organise/generalprobe/here?q=hof")
    expect(kts.page.get_by_role("listitem").filter(has_text=guest.name)).to_contain_text("Plenum")

    kts.open("/organise/generalprobe/live")
    room = kts.page.get_by_role("article", name="Plenum")
    expect(room).to_contain_text("1 Person")
    kts.page.get_by_label("Durchsage", exact=True).fill("Wir beginnen um zehn.")
    press(kts.page, "Allen zeigen")
    expect(guest.page.get_by_text("Wir beginnen um zehn.").first).to_be_visible()
    expect(kts.page.get_by_text("„Wir beginnen um zehn.“")).to_have_count(4)
    press(kts.page, "Alle Durchsagen beenden")
    expect(guest.page.get_by_text("Wir beginnen um zehn.")).to_have_count(0)
    guest.ask("Was kostet das?")
    kts.page.clock.install()
    kts.open("/organise/generalprobe/live")
    expect(room).to_contain_text("1 Frage zu prüfen")
    press(kts.page, "Allen zeigen")
    expect(kts.page.get_by_role("alert")).to_contain_text("Es wurde nichts gespeichert.")
    expect(kts.page.get_by_role("alert")).to_be_focused()
    guest.page.close()
    kts.page.clock.fast_forward(15_000)
    expect(room).to_contain_text("0 Personen")
