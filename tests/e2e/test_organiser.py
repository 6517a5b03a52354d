"""The organiser's desk on the day: one item, who is here, a word to every room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import GERMAN, Come
from tests.e2e.people import HOF, ORGANISATION
from tests.e2e.seats import sign_in
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

pytestmark = [pytest.mark.timeout(600)]


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def test_the_desk_works_without_scripts(
    server: RunningServer, mails: MailSink, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(**GERMAN, java_script_enabled=False)
    sign_in(server, mails, ORGANISATION).lend_to(context)
    page = context.new_page()
    page.goto(f"{server.url}/organise/regionalkonferenz_1_2022")
    page.get_by_role("link", name="Ausblick", exact=True).click()
    page.get_by_label("Titel", exact=True).fill("Ausblick und Dank")
    press(page, "Speichern")
    changed = page.get_by_role("button", name="Nur diesen Programmpunkt veröffentlichen")
    expect(changed).to_have_count(1)
    changed.click()
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
