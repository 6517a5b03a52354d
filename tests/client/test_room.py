"""The room of a participant, as people use it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from rooms.core.chat import BURST, RemoveMessage, SendMessage
from rooms.core.people import EraseWords, MutePerson, ReadmitPerson, RemovePerson
from rooms.core.questions import (
    AskQuestion,
    DismissQuestion,
    SetWindow,
    Window,
)
from tests.client.conftest import Visit
from tests.client.house import MODERATION, ORGANISER, House
from tests.client.test_announcements import publish


def write(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Nachricht")
    field.fill(text)
    field.press("Enter")


def said(house: House, account: str, text: str) -> str:
    done = house.do(account, SendMessage(text)).done
    assert done is not None and done.object is not None
    return done.object


def test_message_reaches_everybody_once_and_the_field_is_free(visit: Visit) -> None:
    hof, ulm = visit("hof"), visit("ulm")
    write(hof, "Guten Morgen aus Hof")
    for page in (hof, ulm):
        expect(page.locator(".room-message", has_text="Guten Morgen aus Hof")).to_have_count(1)
    expect(hof.get_by_role("textbox", name="Nachricht")).to_have_value("")


def test_hurried_messages_are_kept_and_sent_by_themselves(visit: Visit) -> None:
    hof, ulm = visit("hof"), visit("ulm")
    for number in range(BURST + 2):
        write(hof, f"Satz {number}")
    waiting = hof.locator(".room-message[data-pending]", has_text="wird gleich gesendet")
    expect(waiting.first).to_contain_text("Höchstens 5 Nachrichten in 5 Sekunden.")
    expect(waiting.last).to_be_in_viewport()
    for number in range(BURST + 2):
        expect(ulm.get_by_text(f"Satz {number}")).to_have_count(1, timeout=15_000)
    expect(waiting).to_have_count(0)
    shown = ulm.locator(".room-message__text").all_inner_texts()
    assert shown == [f"Satz {number}" for number in range(BURST + 2)]


def test_removed_message_loses_its_text_at_once(open_house: House, visit: Visit) -> None:
    """T-C2 at an open page."""
    message = said(open_house, "ulm", "Unfreundliches")
    page = visit("hof")
    expect(page.get_by_text("Unfreundliches")).to_be_visible()
    open_house.do(MODERATION, RemoveMessage(message, "Ton"))
    expect(page.get_by_text("Unfreundliches")).to_have_count(0, timeout=1_000)
    expect(page.get_by_text("Durch die Moderation entfernt")).to_be_visible()


def test_erased_messages_are_one_line_however_many_they_were(
    open_house: House, visit: Visit
) -> None:
    page = visit("hof")
    expect(page.locator(".room-chat__list")).to_have_text(
        "Noch keine Nachrichten. Nachrichten werden 30 Tage nach der Veranstaltung gelöscht."
    )
    for account, text in (("ulm", "Eins"), ("ulm", "Zwei"), ("hof", "Da"), ("ulm", "Drei")):
        said(open_house, account, text)
    expect(page.locator(".room-message")).to_have_count(4)
    assert open_house.do(ORGANISER, EraseWords("ulm")).error is None
    expect(page.get_by_text("Endgültig gelöscht")).to_have_count(2)
    expect(page.locator(".room-message")).to_have_count(3)


def test_markup_and_hostile_addresses_stay_text(visit: Visit) -> None:
    """T-C6."""
    page = visit("hof")
    write(page, "<img src=x onerror=alert(1)> javascript:alert(1) https://ulm.example/a.")
    row = page.locator(".room-message__text").last
    expect(row).to_have_text(
        "<img src=x onerror=alert(1)> javascript:alert(1) https://ulm.example/a."
    )
    links = row.locator("a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://ulm.example/a")
    expect(links).to_have_attribute("rel", "noopener noreferrer nofollow ugc")


def test_list_is_walked_with_the_keyboard(open_house: House, visit: Visit) -> None:
    """A1."""
    for text in ("Eins", "Zwei", "Drei"):
        said(open_house, "ulm", text)
    page = visit("hof")
    rows = page.locator(".room-message")
    expect(rows).to_have_count(3)
    rows.last.focus()
    page.keyboard.press("ArrowUp")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(rows.first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Antworten")).to_be_focused()
    page.keyboard.press("Escape")
    expect(rows.last).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Nachricht")).to_be_focused()


def test_reply_quotes_its_message(open_house: House, visit: Visit) -> None:
    said(open_house, "ulm", "Wie groß ist das Netz?")
    page = visit("hof")
    page.locator(".room-message").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Antworten", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Antwort an", exact=False).first).to_be_visible()
    write(page, "Vierzig Sensoren")
    quote = page.locator(".room-message").last.locator(".room-quote")
    expect(quote).to_contain_text("Wie groß ist das Netz?")


def test_paused_list_waits_and_says_how_many_are_new(open_house: House, visit: Visit) -> None:
    """A7."""
    said(open_house, "ulm", "Vorher")
    page = visit("hof")
    page.get_by_role("button", name="Anhalten").click()
    for number in range(7):
        said(open_house, MODERATION, f"Nachricht {number}")
    newer = page.get_by_role("button", name="Neue Nachrichten (7)")
    expect(newer).to_be_visible()
    expect(page.locator(".room-message")).to_have_count(1)
    newer.click()
    expect(page.get_by_text("Nachricht 6")).to_be_in_viewport()


def test_older_messages_are_loaded_by_a_button(open_house: House, visit: Visit) -> None:
    for number in range(70):
        said(open_house, f"amt{number}", f"Nachricht {number}.")
    page = visit("hof")
    page.get_by_role("button", name="Ältere Nachrichten laden").click()
    expect(page.locator(".room-message")).to_have_count(70)
    expect(page.get_by_text("Nachricht 0.")).to_be_attached()


def test_older_messages_are_one_press_away_whatever_was_erased_since(
    open_house: House, visit: Visit
) -> None:
    for text in ("Guten Morgen aus Hof", "Ist schon jemand da?"):
        said(open_house, "hof", text)
    for number in range(120):
        said(open_house, MODERATION, f"Hinweis {number}")
    assert open_house.do(ORGANISER, EraseWords(MODERATION)).error is None
    page = visit("ulm")
    button = page.get_by_role("button", name="Ältere Nachrichten laden")
    button.click()
    expect(page.locator(".room-message__text")).to_have_text(
        ["Guten Morgen aus Hof", "Ist schon jemand da?"]
    )
    expect(button).to_have_count(0)
    page.get_by_role("tab", name="Im Raum").click()
    rules = page.locator(".room-here__rules")
    expect(rules).to_contain_text("Nachrichten werden 30 Tage nach der Veranstaltung gelöscht.")


def test_question_is_approved_voted_for_and_answered(open_house: House, visit: Visit) -> None:
    hof, ulm, desk = visit("hof"), visit("ulm"), visit(MODERATION, "/desk")
    hof.get_by_role("textbox", name="Ihre Frage").fill("Was kostet der Betrieb im Jahr?")
    hof.get_by_role("button", name="Frage stellen").click()
    expect(hof.locator(".room-mine__item")).to_contain_text("wird geprüft")
    expect(ulm.get_by_text("Was kostet der Betrieb")).to_have_count(0)

    desk.get_by_role("button", name="Freigeben").click()
    vote = ulm.get_by_role("button", name="Für diese Frage stimmen")
    vote.click()
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(hof.get_by_role("heading", name="F1 · 1 Stimme")).to_be_visible()

    desk.get_by_role("button", name="Jetzt dran", exact=True).click()
    for page in (hof, ulm):
        expect(page.locator(".room-on-air")).to_contain_text("Was kostet der Betrieb")
    publish(open_house, "Wer haftet?", "amt")
    desk.get_by_role("button", name="Weiter mit dieser").click()
    expect(ulm.locator(".room-on-air")).to_contain_text("Wer haftet?")
    expect(ulm.get_by_text("Beantwortet (1)")).to_be_visible()
    expect(hof.locator(".room-mine__item")).to_contain_text("beantwortet")


def test_dismissed_question_tells_its_author_why(open_house: House, visit: Visit) -> None:
    asked = open_house.do("hof", AskQuestion("Darf ich werben?")).done
    assert asked is not None and asked.object is not None
    page = visit("hof")
    open_house.do(MODERATION, DismissQuestion(asked.object, 1, "Gehört nicht hierher"))
    item = page.locator(".room-mine__item")
    expect(item).to_contain_text("abgelehnt")
    expect(item).to_contain_text("Grund: Gehört nicht hierher")


def test_similar_question_is_offered_for_a_vote(open_house: House, visit: Visit) -> None:
    publish(open_house, "Was kostet der Betrieb im Jahr?")
    page = visit("hof")
    page.get_by_role("textbox", name="Ihre Frage").fill("Was kostet im Jahr der Betrieb?")
    expect(page.get_by_text("Das wurde schon ähnlich gefragt.")).to_be_visible()


def test_muted_person_keeps_the_text_and_is_told_why(open_house: House, visit: Visit) -> None:
    """T-C3 at an open page."""
    page = visit("hof")
    field = page.get_by_role("textbox", name="Nachricht")
    field.fill("Halb geschrieben")
    open_house.do(MODERATION, MutePerson("hof", 10, "Ton"))
    note = page.locator(".room-panel--chat .room-note")
    expect(note).to_contain_text("nicht schreiben", timeout=1_000)
    expect(note).to_contain_text("Grund: Ton")
    field.press("Enter")
    expect(field).to_have_value("Halb geschrieben")
    expect(page.locator(".room-message")).to_have_count(0)


def test_muted_person_is_told_once_wherever_there_is_a_field(
    open_house: House, visit: Visit
) -> None:
    open_house.do(MODERATION, MutePerson("hof", 10, "Ton"))
    page = visit("hof", viewport={"width": 1280, "height": 800})
    note = page.get_by_text("Grund: Ton").filter(visible=True)
    expect(note).to_have_count(1)
    page.get_by_role("tab", name="Im Raum").click()
    expect(note).to_have_count(1)
    page.set_viewport_size({"width": 320, "height": 800})
    for tab in ("Chat", "Fragen"):
        page.get_by_role("tab", name=tab).click()
        expect(note).to_have_count(1)


_COUNT_REFUSALS = """() => {
  window.refusals = 0;
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (data.startsWith('{"t":"out"')) window.refusals += 1;
      });
    }
  };
}"""


def test_removed_person_is_out_within_a_second_and_can_return(
    open_house: House, visit: Visit
) -> None:
    page = visit("hof")
    page.get_by_role("textbox", name="Nachricht").fill("Noch nicht gesendet")
    open_house.do(MODERATION, RemovePerson("hof", "Störung"))
    told = page.get_by_role("alert").filter(has_text="Die Moderation hat Sie aus diesem Raum")
    expect(told).to_be_visible(timeout=1_000)
    again = page.get_by_role("button", name="Noch einmal versuchen")
    page.evaluate(_COUNT_REFUSALS)
    again.click()
    page.wait_for_function("() => window.refusals === 1")
    expect(told).to_be_visible()
    open_house.do(MODERATION, ReadmitPerson("hof"))
    again.click()
    expect(page.get_by_role("textbox", name="Nachricht")).to_have_value("Noch nicht gesendet")


def test_written_offline_is_sent_once_when_the_connection_returns(visit: Visit) -> None:
    """T-C1."""
    hof, ulm = visit("hof"), visit("ulm")
    cut(hof)
    expect(hof.get_by_text("Verbindung unterbrochen")).to_be_visible()
    write(hof, "Aus dem Funkloch")
    expect(hof.get_by_text("1 Eingabe wird danach gesendet.")).to_be_visible()
    mend(hof)
    hof.get_by_role("button", name="Jetzt versuchen").click()
    expect(ulm.locator(".room-message", has_text="Aus dem Funkloch")).to_have_count(1)
    expect(hof.locator(".room-message", has_text="Aus dem Funkloch")).to_have_count(1)
    expect(hof.get_by_text("Verbindung unterbrochen")).to_have_count(0)


def test_written_offline_survives_closing_the_tab(visit: Visit) -> None:
    """T-C1."""
    hof, ulm = visit("hof"), visit("ulm")
    cut(hof)
    expect(hof.get_by_text("Verbindung unterbrochen")).to_be_visible()
    write(hof, "Vor dem Schließen")
    again = hof.context.new_page()
    hof.close()
    again.goto(ulm.url)
    expect(ulm.locator(".room-message", has_text="Vor dem Schließen")).to_have_count(1)


CUT = """() => {
  window.Whole = window.Whole ?? WebSocket;
  window.WebSocket = class extends EventTarget { close() {} send() {} constructor() {
    super();
    setTimeout(() => this.onclose?.({ code: 1006 }), 10);
  } };
  window.opened?.forEach((socket) => socket.close());
}"""


def cut(page: Page) -> None:
    """The network is gone for this page: its socket closes and no new one opens."""
    page.evaluate(CUT)


def mend(page: Page) -> None:
    page.evaluate("() => { window.WebSocket = window.Whole; }")


def test_text_too_long_stays_with_the_reason(visit: Visit) -> None:
    page = visit("hof")
    field = page.get_by_role("textbox", name="Ihre Frage")
    field.fill("x" * 501)
    expect(page.get_by_text("501 von 500 Zeichen")).to_be_visible()
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.get_by_text("Der Text ist zu lang. Erlaubt sind 500 Zeichen.")).to_be_visible()
    expect(field).to_have_value("x" * 501)
    expect(field).to_be_focused()


def test_refused_by_the_server_the_text_returns(open_house: House, visit: Visit) -> None:
    page = visit("hof")
    for text in ("Meine erste Frage?", "Meine zweite Frage?"):
        page.get_by_role("textbox", name="Ihre Frage").fill(text)
        page.get_by_role("button", name="Frage stellen").click()
    expect(page.locator(".room-field__error")).to_have_text(re.compile(r"zu schnell.*in \d+ s"))
    expect(page.get_by_role("textbox", name="Ihre Frage")).to_have_value("Meine zweite Frage?")


def test_draft_survives_a_reload(visit: Visit) -> None:
    page = visit("hof")
    page.get_by_role("textbox", name="Ihre Frage").fill("Noch nicht fertig")
    page.reload()
    expect(page.get_by_role("textbox", name="Ihre Frage")).to_have_value("Noch nicht fertig")


def test_closed_round_offers_neither_question_nor_vote(open_house: House, visit: Visit) -> None:
    publish(open_house, "Welche Lizenz hat die Software?")
    page = visit("hof")
    open_house.do(MODERATION, SetWindow(Window.CLOSED))
    expect(page.locator(".room-note", has_text="Die Fragerunde ist geschlossen.")).to_be_visible()
    expect(page.get_by_role("button", name="Für diese Frage stimmen")).to_have_count(0)


def test_guest_reads_and_is_told_how_to_take_part(open_house: House, visit: Visit) -> None:
    said(open_house, "ulm", "Guten Morgen")
    page = visit("guest")
    expect(page.get_by_text("Guten Morgen")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_text("Zum Schreiben, Fragen und Abstimmen").first).to_be_visible()


def test_english_room_speaks_english(visit: Visit) -> None:
    page = visit("hof", "/room?lang=en")
    expect(page.get_by_role("heading", name="Questions")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
