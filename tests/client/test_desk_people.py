"""The desk's list of people: found, muted, removed, let in again, erased."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from rooms.core.chat import SendMessage
from rooms.core.people import RemovePerson
from rooms.core.questions import AskQuestion
from tests.client.conftest import Visit
from tests.client.house import MODERATION, ORGANISER, House


def people(desk: Page) -> Locator:
    """The list, opened."""
    desk.get_by_role("tab", name="Personen").click()
    return desk.get_by_role("tabpanel", name="Personen")


def test_person_without_words_is_found_and_muted(visit: Visit) -> None:
    visit("mayen")
    hof = visit("hof")
    desk = visit(MODERATION, "/desk")
    panel = people(desk)
    expect(panel.get_by_role("status")).to_have_text("3 Personen in der Liste")
    panel.get_by_role("searchbox", name="Person suchen").fill("BAUAMT")
    desk.keyboard.press("Enter")
    expect(panel.get_by_role("status")).to_have_text("1 Person zu „BAUAMT“")
    expect(panel.locator("li")).to_have_count(1)
    panel.get_by_role("button", name="Stummschalten: Bauamt Hof").click()
    dialog = desk.get_by_role("dialog", name="Bauamt Hof stummschalten")
    dialog.get_by_role("button", name="Stummschalten").click()
    expect(hof.locator(".room-note--warning").first).to_contain_text("nicht schreiben")
    expect(panel.locator("li")).to_contain_text("stummgeschaltet bis")
    panel.get_by_role("button", name="Stummschaltung aufheben: Bauamt Hof").click()
    expect(hof.locator(".room-note--warning")).to_have_count(0)


def test_removed_person_stands_first_and_is_let_in_again(visit: Visit, open_house: House) -> None:
    visit("mayen")
    open_house.do(MODERATION, RemovePerson("ulm", "Störung"))
    desk = visit(MODERATION, "/desk")
    first = people(desk).locator("li").first
    expect(first).to_contain_text("Gastgeberin Ulm")
    expect(first).to_contain_text("aus dem Raum entfernt")
    expect(first).to_contain_text("Störung")
    first.get_by_role("button", name="Wieder zulassen").click()
    ulm = visit("ulm")
    expect(ulm.locator(".room-panels")).to_be_visible()


def test_moderator_is_offered_no_measure_against_staff_and_no_erasure(visit: Visit) -> None:
    visit("hof")
    visit(ORGANISER, "/desk")
    desk = visit(MODERATION, "/desk")
    rows = people(desk).locator("li")
    for name, office in (("Moderation", "Moderation"), ("Organisation", "Veranstalter")):
        staff = rows.filter(has=desk.locator("b").get_by_text(name, exact=True))
        expect(staff.locator(".room-office")).to_have_text(office)
        expect(staff.get_by_role("button")).to_have_count(0)
    hof = rows.filter(has_text="Bauamt Hof").get_by_role("button")
    expect(hof).to_have_text(["Stummschalten", "Entfernen"])


def test_organiser_erases_what_a_person_said_after_being_told_what_it_means(
    visit: Visit, open_house: House
) -> None:
    open_house.do("hof", SendMessage("Meine Nummer ist 0170"))
    open_house.do("hof", AskQuestion("Wer haftet denn dafür?", unnamed=True))
    desk, ulm, hof = visit(ORGANISER, "/desk"), visit("ulm"), visit("hof")
    expect(ulm.get_by_text("Meine Nummer ist 0170")).to_be_visible()
    panel = people(desk)
    panel.get_by_role("button", name="Beiträge endgültig löschen: Bauamt Hof").click()
    dialog = desk.get_by_role("dialog", name="Beiträge von Bauamt Hof endgültig löschen")
    expect(dialog).to_contain_text("Das lässt sich nicht rückgängig machen.")
    expect(dialog).to_contain_text("könnten erraten, wer diese Fragen gestellt hat")
    dialog.get_by_role("button", name="Endgültig löschen").click()
    for page in (desk, ulm, hof):
        expect(page.get_by_text("Meine Nummer ist 0170")).to_have_count(0)
        expect(page.get_by_text("Wer haftet denn dafür?")).to_have_count(0)


def test_nobody_is_offered_for_an_unnamed_question(visit: Visit, open_house: House) -> None:
    open_house.do("hof", AskQuestion("Wer haftet denn dafür?", unnamed=True))
    open_house.do("ulm", AskQuestion("Was kostet der Betrieb?"))
    desk = visit(MODERATION, "/desk")
    queue = desk.get_by_role("region", name="Zu prüfen")
    unnamed = queue.locator("li", has_text="Wer haftet")
    expect(unnamed.get_by_role("button")).to_have_text(["Freigeben", "Ablehnen"])
    named = queue.locator("li", has_text="Was kostet").get_by_role("button")
    expect(named).to_have_text(["Freigeben", "Ablehnen", "Stummschalten"])
