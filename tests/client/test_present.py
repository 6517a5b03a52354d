"""The presenter's view and what is written backstage, in a browser on the real hub."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from rooms.core.backstage import SendNote
from rooms.core.questions import PutOnAir
from tests.client.conftest import Visit
from tests.client.house import MODERATION, SPEAKER, WAITING, House
from tests.client.test_announcements import publish
from tests.client.test_axe import violations


def test_speaker_shows_a_deck_and_turns_pages_by_button_and_key(visit: Visit) -> None:
    speaker, viewer = visit(SPEAKER, "/present"), visit("hof")
    speaker.get_by_role("button", name="Auf die Bühne").click()
    shown = viewer.locator(".room-slide")
    expect(shown).to_contain_text("Folie 1 von 3")
    speaker.get_by_role("button", name="Nächste Folie").click()
    expect(shown).to_contain_text("Folie 2 von 3")
    stage = speaker.get_by_role("region", name="Bühne")
    expect(stage.locator(".room-slide")).to_contain_text(["Folie 2 von 3", "Folie 3 von 3"])
    stage.focus()
    speaker.keyboard.press("PageDown")
    expect(shown).to_contain_text("Folie 3 von 3")
    speaker.keyboard.press("PageDown")
    expect(stage).to_contain_text("Das ist die letzte Folie.")
    speaker.keyboard.press("ArrowLeft")
    expect(shown).to_contain_text("Folie 2 von 3")
    speaker.get_by_role("button", name="Von der Bühne nehmen").click()
    expect(shown).to_have_count(0)


def test_deck_on_the_stage_is_not_put_there_again(visit: Visit) -> None:
    speaker, viewer = visit(SPEAKER, "/present"), visit("hof")
    show = speaker.get_by_role("button", name="Auf die Bühne")
    show.focus()
    speaker.keyboard.press("Enter")
    there = speaker.get_by_role("button", name="Ist auf der Bühne")
    expect(there).to_be_focused()
    expect(there).to_have_attribute("aria-disabled", "true")
    speaker.get_by_role("button", name="Nächste Folie").click()
    expect(viewer.locator(".room-slide")).to_contain_text("Folie 2 von 3")
    there.focus()
    speaker.keyboard.press("Enter")
    speaker.get_by_role("button", name="Nächste Folie").click()
    expect(viewer.locator(".room-slide")).to_contain_text("Folie 3 von 3")
    speaker.get_by_role("button", name="Von der Bühne nehmen").click()
    expect(show).not_to_have_attribute("aria-disabled", "true")


def test_who_presses_twice_turns_twice_before_the_first_turn_is_answered(
    open_house: House, visit: Visit
) -> None:
    speaker, viewer = visit(SPEAKER, "/present"), visit("hof")
    speaker.get_by_role("button", name="Auf die Bühne").click()
    expect(viewer.locator(".room-slide")).to_contain_text("Folie 1 von 3")
    # Both in one task of the page: no answer can come in between.
    speaker.get_by_role("button", name="Nächste Folie").evaluate(
        "button => { button.click(); button.click(); }"
    )
    expect(viewer.locator(".room-slide")).to_contain_text("Folie 3 von 3")


@pytest.mark.parametrize("told", ["by the clock", "by a release"])
def test_deck_that_is_uploaded_meanwhile_is_offered_without_a_reload(
    open_house: House, visit: Visit, told: str
) -> None:
    speaker = visit(SPEAKER, "/present")
    speaker.clock.install()
    speaker.reload()
    choice = speaker.get_by_label("Foliensatz")
    expect(choice.get_by_role("option")).to_have_text(["Folien"])
    open_house.shelf.append(replace(open_house.shelf[0], guid="more", title="Nachgereicht"))
    if told == "by the clock":
        speaker.clock.fast_forward(31_000)
    else:
        speaker.evaluate("() => document.dispatchEvent(new Event('plenum:released'))")
    expect(choice.get_by_role("option")).to_have_text(["Folien", "Nachgereicht"])
    choice.select_option("Nachgereicht")
    speaker.get_by_role("button", name="Auf die Bühne").click()
    expect(speaker.get_by_role("region", name="Bühne")).to_contain_text("Folie 1 von 5")


def test_speaker_whose_turn_it_is_not_looks_on(visit: Visit) -> None:
    speaker, waiting = visit(SPEAKER, "/present"), visit(WAITING, "/present")
    speaker.get_by_role("button", name="Auf die Bühne").click()
    stage = waiting.get_by_role("region", name="Bühne")
    expect(stage).to_contain_text("Gerade ist ein anderer Programmpunkt an der Reihe.")
    expect(stage.locator(".room-slide").first).to_contain_text("Folie 1 von 3")
    expect(stage.get_by_role("button")).to_have_count(0)
    stage.focus()
    waiting.keyboard.press("PageDown")
    waiting.get_by_role("textbox", name="Notiz an die Regie").fill("Ich bin da")
    waiting.get_by_role("button", name="Senden").click()
    expect(speaker.locator(".room-note")).to_contain_text("Ich bin da")
    expect(speaker.locator(".room-slide").first).to_contain_text("Folie 1 von 3")


def test_only_who_may_choose_is_asked_to_choose(open_house: House, visit: Visit) -> None:
    nothing = "Auf der Bühne ist nichts zu sehen."
    waiting = visit(WAITING, "/present").locator(".room-present__stage .room-empty")
    expect(waiting).to_have_text(nothing)
    speaker = visit(SPEAKER, "/present").locator(".room-present__stage .room-empty")
    expect(speaker).to_have_text(f"{nothing} Wählen Sie einen Foliensatz.")
    open_house.shelf.clear()
    empty = visit(SPEAKER, "/present").locator(".room-present__stage .room-empty")
    expect(empty).to_have_text(nothing)


def test_keys_turn_nothing_while_something_else_has_the_focus(visit: Visit) -> None:
    speaker = visit(SPEAKER, "/present")
    speaker.get_by_role("button", name="Auf die Bühne").click()
    current = speaker.locator(".room-slide").first
    expect(current).to_contain_text("Folie 1 von 3")
    note = speaker.get_by_role("textbox", name="Notiz an die Regie")
    note.fill("Hallo")
    note.press("ArrowRight")
    note.press("PageDown")
    expect(current).to_contain_text("Folie 1 von 3")


def test_note_from_the_desk_is_confirmed_by_the_speaker(open_house: House, visit: Visit) -> None:
    speaker, desk, viewer = visit(SPEAKER, "/present"), visit(MODERATION, "/desk"), visit("hof")
    desk.get_by_role("tab", name="Regie").click()
    desk.get_by_role("textbox", name="Notiz an die Regie").fill("Noch fünf Minuten")
    desk.get_by_role("button", name="Senden").last.click()
    note = speaker.locator(".room-backstage .room-note")
    expect(note).to_contain_text("Noch fünf Minuten")
    note.get_by_role("button", name="Gelesen").click()
    for page in (speaker, desk):
        expect(page.locator(".room-backstage .room-note")).to_contain_text("bestätigt von Smart")
    expect(viewer.locator("body")).not_to_contain_text("Noch fünf Minuten")
    expect(desk.locator(".room-toast")).to_have_text(
        re.compile("Smart City Ulm hat gelesen: Noch fünf Minuten")
    )
    expect(speaker.locator(".room-toast")).to_have_count(0)


@pytest.mark.parametrize("by", ["key", "click"])
def test_message_of_the_moderation_stands_large_until_it_is_confirmed(
    open_house: House, visit: Visit, by: str
) -> None:
    speaker = visit(SPEAKER, "/present")
    stage, large = speaker.get_by_role("region", name="Bühne"), speaker.locator(".room-waiting")
    expect(stage).to_be_visible()
    open_house.do(MODERATION, SendNote("Noch zehn Minuten"))
    open_house.do(MODERATION, SendNote("Noch fünf Minuten"))
    expect(large).to_contain_text("Noch fünf Minuten")
    if by == "key":
        stage.focus()
        speaker.keyboard.press("g")
    else:
        large.get_by_role("button", name="Gelesen").click()
    expect(large).to_contain_text("Noch zehn Minuten")
    expect(stage).to_be_focused()
    speaker.keyboard.press("G")
    expect(large).to_have_count(0)
    confirmed = speaker.locator(".room-note").filter(has_text="bestätigt von Smart City Ulm")
    expect(confirmed).to_have_count(2)


def test_own_notes_and_those_of_other_speakers_do_not_ask_for_attention(
    open_house: House, visit: Visit
) -> None:
    open_house.do(SPEAKER, SendNote("Das Mikrofon geht nicht"))
    speaker = visit(SPEAKER, "/present")
    expect(speaker.locator(".room-note")).to_contain_text("Das Mikrofon geht nicht")
    expect(speaker.locator(".room-waiting")).to_have_count(0)


def test_cues_stand_beside_the_page_they_belong_to(visit: Visit) -> None:
    speaker = visit(SPEAKER, "/present")
    speaker.get_by_role("button", name="Auf die Bühne").click()
    cue = speaker.get_by_role("region", name="Stichworte")
    for words in ("An Jena denken", "Zahl nennen", "Keine zu dieser Folie."):
        expect(cue).to_contain_text(words)
        speaker.get_by_role("region", name="Bühne").press("PageDown")


def test_a_deck_of_another_session_is_shown_without_cues(open_house: House, visit: Visit) -> None:
    open_house.shelf[0] = replace(open_house.shelf[0], cues="")
    speaker = visit(SPEAKER, "/present")
    asked: list[str] = []
    speaker.on("request", lambda request: asked.append(request.url))
    speaker.get_by_role("button", name="Auf die Bühne").click()
    speaker.get_by_role("button", name="Nächste Folie").click()
    expect(speaker.locator(".room-slide").first).to_contain_text("Folie 2 von 3")
    expect(speaker.get_by_role("region", name="Stichworte")).to_have_count(0)
    assert speaker.url not in asked


@pytest.mark.parametrize("width", [320, 1280])
def test_presenters_view_has_no_violations_and_fits(
    open_house: House, visit: Visit, width: int
) -> None:
    open_house.do(MODERATION, PutOnAir(publish(open_house, "Was kostet der Betrieb?"), 2))
    open_house.do(MODERATION, SendNote("Noch fünf Minuten"))
    page = visit(SPEAKER, "/present", viewport={"width": width, "height": 800})
    page.get_by_role("button", name="Auf die Bühne").click()
    expect(page.locator(".room-slide").first).to_contain_text("Folie 1 von 3")
    expect(page.get_by_role("button", name="Gelesen")).to_have_count(2)
    expect(page.get_by_role("region", name="Stichworte")).to_contain_text("An Jena denken")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
