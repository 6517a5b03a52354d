"""A participant behind a proxy that lets no WebSocket through."""

from __future__ import annotations

from playwright.sync_api import expect

from rooms.core.chat import SendMessage
from tests.client.conftest import Complaints, Visit
from tests.client.house import House
from tests.client.test_announcements import publish
from tests.client.test_room import write


def test_the_room_goes_on_over_a_detour_that_is_told_once(
    open_house: House, visit: Visit, complaints: Complaints
) -> None:
    open_house.upgrades = False
    page = visit("hof")
    expect(page.locator("[aria-live=polite]")).to_contain_text("läuft über einen Ersatzweg")
    note = page.get_by_test_id("detour")
    expect(note).to_have_text(
        "Ihr Netz lässt keine direkte Verbindung zu. Der Raum läuft über "
        "einen Ersatzweg; alles kommt an.✕"
    )

    write(page, "Guten Morgen aus Hof")
    open_house.do("ulm", SendMessage("Guten Morgen aus Ulm"))
    publish(open_house, "Was kostet der Betrieb?")
    for text in ("Guten Morgen aus Hof", "Guten Morgen aus Ulm"):
        expect(page.locator(".room-message", has_text=text)).to_have_count(1)
    expect(page.locator(".room-message[data-pending]")).to_have_count(0)
    expect(page.get_by_text("Was kostet der Betrieb?")).to_be_visible()

    note.get_by_role("button", name="Meldung schließen").click()
    page.reload()
    expect(page.get_by_text("Guten Morgen aus Ulm")).to_be_visible()
    expect(page.get_by_test_id("detour")).to_have_count(0)
    assert page.evaluate("() => Number(sessionStorage['plenum.transport']) > 0")
    # Chromium itself reports each handshake that failed; nothing else may be said.
    complaints[:] = [each for each in complaints if "WebSocket connection" not in each]
