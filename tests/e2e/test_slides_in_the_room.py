"""A talk with slides: a speaker shows a deck and turns pages; everybody sees the right one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Come
from tests.e2e.people import (
    HOF,
    MAYEN_KOBLENZ,
    MODERATION,
    REHEARSAL,
    ULM,
    BigScreen,
    Person,
)
from tests.e2e.test_materials import fits, upload
from tests.server.media import samples

TALK = f"{REHEARSAL}/sessions/strategie-der-gastgeberin"
CUT = """
  const Real = WebSocket;
  window.opened = [];
  window.WebSocket = class extends Real {
    constructor(...given) { super(...given); window.opened.push(this); }
  };
"""
"""Remembers the page's sockets, so that the line can be cut."""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "Strategie Ulm.pdf"
    path.write_bytes(samples.pdf(5))
    return path


def sees(page: Page, number: int) -> None:
    slide: Locator = page.locator(".room-slide").first
    expect(slide).to_contain_text(f"Folie {number} von 5")
    expect(slide.get_by_role("img")).to_have_js_property("naturalWidth", 1600)


def presenting(come: Come, deck: Path) -> Person:
    """A speaker in the presenter's view, with slides that are not released."""
    speaker = come(ULM)
    speaker.sign_in()
    upload(speaker, deck, TALK)
    expect(speaker.page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
    speaker.enter()
    speaker.follow("Vortragsansicht")
    return speaker


def test_speaker_checks_the_deck_writes_cues_and_is_reached_by_the_moderation(
    come: Come, tmp_path: Path
) -> None:
    path = tmp_path / "Strategie Ulm.pdf"
    path.write_bytes(samples.drawn_pdf(f"BT /F1 9 Tf 100 100 Td ({'Klein ' * 20}) Tj ET"))
    speaker, moderator, viewer = come(ULM), come(MODERATION), come(HOF)
    for each in (speaker, moderator, viewer):
        each.sign_in()
    upload(speaker, path, TALK)
    expect(speaker.page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
    speaker.follow("Weiter: beschreiben und veröffentlichen")
    speaker.follow("Vorab prüfen")
    findings = speaker.page.get_by_role("listitem")
    expect(findings.filter(has_text="keine Struktur für Vorleseprogramme")).to_contain_text(
        "Bitte ansehen"
    )
    expect(findings.filter(has_text="kaum zu lesen: 1.")).to_contain_text("Bitte ansehen")
    expect(speaker.page.get_by_text("Schrift auf dem Handy 3 Pixel hoch")).to_be_visible()
    fits(speaker)
    phone = speaker.page.locator(".slide__phone img")
    expect(phone).to_have_js_property("clientWidth", 318)

    speaker.follow("In Worten beschreiben")
    speaker.page.get_by_label("Stichworte zum Vortrag: Seite 1").fill("Kanarienvogel aus Jena")
    speaker.page.get_by_role("button", name="Speichern", exact=True).click()
    expect(speaker.page.get_by_role("status")).to_have_text("Gespeichert.")
    speaker.enter()
    speaker.follow("Vortragsansicht")
    speaker.page.get_by_role("button", name="Auf die Bühne").click()
    cue = speaker.page.get_by_role("region", name="Stichworte")
    expect(cue).to_contain_text("Kanarienvogel aus Jena")

    moderator.open(f"{REHEARSAL}/rooms/plenum/desk")
    moderator.page.get_by_role("tab", name="Regie").click()
    moderator.page.get_by_role("textbox", name="Notiz an die Regie").fill("Noch fünf Minuten")
    moderator.page.get_by_role("button", name="Senden").last.click()
    expect(speaker.page.locator(".room-waiting")).to_contain_text("Noch fünf Minuten")
    speaker.page.get_by_role("region", name="Bühne").focus()
    speaker.page.keyboard.press("g")
    expect(speaker.page.locator(".room-waiting")).to_have_count(0)
    expect(moderator.page.locator(".room-toast")).to_contain_text("Vortrag Ulm hat gelesen")

    viewer.enter()
    expect(viewer.page.locator(".room-slide")).to_contain_text("Folie 1 von 1")
    for secret in ("Kanarienvogel", "Noch fünf Minuten"):
        expect(viewer.page.locator("body")).not_to_contain_text(secret)


def test_pages_of_a_talk_are_seen_by_early_late_and_returning_viewers_and_on_the_screen(
    come: Come, deck: Path, big_screen: BigScreen
) -> None:
    speaker, returning = presenting(come, deck), come(HOF)
    returning.page.add_init_script(CUT)
    returning.sign_in()
    returning.enter()
    big_screen.switch_on()
    speaker.page.get_by_role("button", name="Auf die Bühne").click()
    for page in (speaker.page, returning.page, big_screen.page):
        sees(page, 1)

    speaker.page.get_by_role("button", name="Nächste Folie").click()
    sees(returning.page, 2)
    returning.page.evaluate("() => opened.at(-1).close()")
    speaker.page.get_by_role("region", name="Bühne").focus()
    speaker.page.keyboard.press("PageDown")
    late = come(MAYEN_KOBLENZ)
    late.sign_in()
    late.enter()
    for page in (speaker.page, returning.page, late.page, big_screen.page):
        sees(page, 3)

    late.open(TALK)
    expect(late.heading("Unterlagen")).to_have_count(0)
    speaker.page.get_by_role("button", name="Von der Bühne nehmen").click()
    for page in (returning.page, big_screen.page):
        expect(page.locator(".room-slide")).to_have_count(0)
