"""The moderator's desk and the big screen."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from rooms.core.chat import SendMessage
from rooms.core.questions import ApproveQuestion, AskQuestion, DismissQuestion, PutOnAir
from tests.client.conftest import Visit
from tests.client.house import MODERATION, ROOM, House
from tests.client.test_announcements import publish


def asked(house: House, text: str, account: str = "ulm") -> str:
    done = house.do(account, AskQuestion(text)).done
    assert done is not None and done.object is not None
    return done.object


def queue(page: Page) -> Locator:
    return page.get_by_role("region", name="Zu prüfen")


def on_air(page: Page) -> Locator:
    return page.get_by_role("region", name="Bühne").get_by_role("list", name="Jetzt dran")


def test_question_goes_through_all_states_by_buttons(visit: Visit, open_house: House) -> None:
    asked(open_house, "Was kostet der Betrieb?")
    publish(open_house, "Wer haftet?", "hof")
    desk = visit(MODERATION, "/desk")
    desk.get_by_role("button", name="Freigeben").click()
    expect(desk.get_by_text("Nichts zu prüfen.")).to_be_visible()
    stage = desk.get_by_role("region", name="Bühne")
    stage.locator("li", has_text="Was kostet").get_by_role("button", name="Jetzt dran").click()
    on_air = stage.get_by_role("list", name="Jetzt dran")
    expect(on_air).to_contain_text("Was kostet der Betrieb?")
    stage.get_by_role("button", name="Weiter mit dieser").click()
    expect(on_air).to_contain_text("Wer haftet?")
    on_air.get_by_role("button", name="Beantwortet").click()
    expect(stage.get_by_text("Beantwortet (2)")).to_be_visible()


def test_what_comes_between_press_and_release_does_not_move_what_is_pressed(
    visit: Visit, open_house: House
) -> None:
    """A list that moves under the finger swallows the press, and the moderator sees nothing."""
    first = publish(open_house, "Was kostet der Betrieb?")
    publish(open_house, "Wer haftet?", "hof")
    desk, colleague = visit(MODERATION, "/desk"), visit("organisation", "/desk")
    stage = desk.get_by_role("region", name="Bühne")
    stage.locator("li", has_text="Wer haftet").get_by_role("button", name="Ablehnen").hover()
    desk.mouse.down()
    open_house.do(MODERATION, PutOnAir(first, 2))
    expect(on_air(colleague)).to_contain_text("Was kostet der Betrieb?")
    expect(on_air(desk)).to_be_empty()
    desk.mouse.up()
    expect(desk.get_by_role("dialog", name="Frage ablehnen")).to_contain_text("Wer haftet?")
    expect(on_air(desk)).to_contain_text("Was kostet der Betrieb?")


def test_keyboard_alone_clears_the_queue(visit: Visit, open_house: House) -> None:
    """T-Q15: focus goes to the next one after each act."""
    for number in range(10):
        asked(open_house, f"Wie geht es mit Vorhaben {number} weiter?", f"amt{number}")
    desk = visit(MODERATION, "/desk")
    rows = queue(desk).locator("li[data-id]")
    expect(rows).to_have_count(10)
    rows.first.focus()
    for left in range(9, -1, -1):
        desk.keyboard.press("a")
        expect(rows).to_have_count(left)
    expect(desk.get_by_text("Nichts zu prüfen.")).to_be_visible()
    expect(desk.get_by_role("region", name="Bühne").locator("li[data-id]")).to_have_count(10)


def test_new_questions_arrive_without_moving_focus(visit: Visit, open_house: House) -> None:
    asked(open_house, "Erste Frage?")
    desk = visit(MODERATION, "/desk")
    first = queue(desk).locator("li[data-id]").first
    first.focus()
    for number in range(5):
        asked(open_house, f"Frage von Amt {number}?", f"amt{number}")
    expect(queue(desk).locator("li[data-id]")).to_have_count(6)
    expect(first).to_be_focused()
    expect(first).to_contain_text("Erste Frage?")


def test_digit_gives_the_reason_and_z_takes_it_back(visit: Visit, open_house: House) -> None:
    asked(open_house, "Was kostet der Betrieb?")
    desk = visit(MODERATION, "/desk")
    queue(desk).locator("li[data-id]").first.focus()
    desk.keyboard.press("d")
    expect(desk.get_by_role("dialog", name="Frage ablehnen")).to_be_visible()
    desk.keyboard.press("1")
    expect(desk.get_by_text("Abgelehnt (1)")).to_be_visible()
    desk.get_by_role("button", name="Rückgängig").click()
    expect(queue(desk).locator("li[data-id]")).to_have_count(1)


def test_single_keys_can_be_switched_off(visit: Visit, open_house: House) -> None:
    asked(open_house, "Was kostet der Betrieb?")
    desk = visit(MODERATION, "/desk")
    desk.get_by_role("button", name="Tastenkürzel").click()
    desk.get_by_role("checkbox", name="Einzelne Tasten").uncheck()
    desk.keyboard.press("Escape")
    row = queue(desk).locator("li[data-id]").first
    row.focus()
    desk.keyboard.press("a")
    desk.keyboard.press("ArrowDown")
    expect(row).to_be_focused()
    expect(queue(desk).locator("li[data-id]")).to_have_count(1)


def test_f6_goes_from_region_to_region(visit: Visit, open_house: House) -> None:
    asked(open_house, "Was kostet der Betrieb?")
    desk = visit(MODERATION, "/desk")
    desk.keyboard.press("F6")
    expect(queue(desk).locator("li[data-id]").first).to_be_focused()
    desk.keyboard.press("F6")
    expect(desk.get_by_role("region", name="Bühne")).to_be_focused()
    desk.keyboard.press("Shift+F6")
    expect(queue(desk).locator("li[data-id]").first).to_be_focused()


def test_two_moderators_the_second_is_told_who_was_first(visit: Visit, open_house: House) -> None:
    """T-Q4 at the desk: the slower one sees a plain sentence, nothing is overwritten."""
    question = asked(open_house, "Was kostet der Betrieb?")
    desk = visit(MODERATION, "/desk")
    queue(desk).locator("li[data-id]").first.focus()
    desk.keyboard.press("d")
    expect(desk.get_by_role("dialog")).to_be_visible()
    open_house.do(MODERATION, ApproveQuestion(question, 1))
    expect(desk.get_by_role("region", name="Bühne")).to_contain_text("Was kostet der Betrieb?")
    desk.keyboard.press("1")
    expect(desk.locator(".room-toast")).to_contain_text("war schneller")
    expect(desk.get_by_role("region", name="Bühne")).to_contain_text("Was kostet der Betrieb?")


def test_message_is_removed_with_a_reason_and_shown_again(visit: Visit, open_house: House) -> None:
    open_house.do("hof", SendMessage("Unfreundliches"))
    desk, ulm = visit(MODERATION, "/desk"), visit("ulm")
    desk.get_by_role("button", name="Aktionen zur Nachricht von Bauamt Hof").click()
    desk.get_by_role("button", name="Entfernen", exact=True).click()
    desk.get_by_role("radio", name="Verletzt den höflichen Umgang").check()
    desk.get_by_role("dialog").get_by_role("button", name="Entfernen").click()
    expect(ulm.get_by_text("Durch die Moderation entfernt")).to_be_visible()
    desk.get_by_role("button", name="Rückgängig").click()
    expect(ulm.get_by_text("Unfreundliches")).to_be_visible()


def test_person_is_muted_and_stands_in_the_list_of_people(visit: Visit, open_house: House) -> None:
    open_house.do("hof", SendMessage("Zu laut"))
    desk, hof = visit(MODERATION, "/desk"), visit("hof")
    desk.get_by_role("button", name="Aktionen zur Nachricht von Bauamt Hof").click()
    desk.get_by_role("button", name="Person stummschalten").click()
    desk.get_by_role("radio", name="5 Minuten").check()
    desk.get_by_role("button", name="Stummschalten", exact=True).click()
    expect(hof.locator(".room-note--warning").first).to_contain_text("nicht schreiben")
    desk.get_by_role("tab", name="Personen").click()
    desk.get_by_role("button", name="Stummschaltung aufheben").click()
    expect(desk.get_by_role("button", name="Stummschaltung aufheben")).to_have_count(0)
    expect(hof.locator(".room-note--warning")).to_have_count(0)


def test_participant_at_the_desk_is_told_where_to_go(visit: Visit) -> None:
    desk = visit("hof", "/desk")
    expect(desk.get_by_text("Diese Seite ist für die Moderation.")).to_be_visible()
    expect(desk.get_by_role("link", name="Zum Raum")).to_be_visible()


def test_screen_shows_what_is_on_air_and_loses_it_at_once(visit: Visit, open_house: House) -> None:
    """T-Q7."""
    question = publish(open_house, "Was kostet der Betrieb?")
    publish(open_house, "Wer haftet?", "hof")
    screen = visit("guest", f"/screen#token=geheim&room={ROOM}")
    assert "geheim" not in screen.url
    expect(screen.locator(".room-screen")).to_have_attribute("data-blank", "true")
    expect(screen.locator(".room-screen__text, .room-screen__next")).to_have_count(0)
    open_house.do(MODERATION, PutOnAir(question, 2))
    expect(screen.locator(".room-screen__text")).to_have_text("Was kostet der Betrieb?")
    expect(screen.locator(".room-screen__next li")).to_have_text(["Wer haftet?"])
    open_house.do(MODERATION, DismissQuestion(question, 3, "Irrtum"))
    expect(screen.get_by_text("Was kostet der Betrieb?")).to_have_count(0, timeout=1_000)
