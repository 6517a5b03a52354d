"""The whole story: a conference is made from an old one, presented in, run late, and put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import GERMAN, Come, Complaints
from tests.e2e.people import HOF, MAYEN_KOBLENZ, ORGANISATION, Person, link_in
from tests.e2e.seats import Signed, introduce, sign_in
from tests.e2e.test_materials import upload
from tests.e2e.test_organiser import press
from tests.e2e.test_slides_in_the_room import CUT, sees
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer
from tests.server.media import samples

DESK = "/organise/regio_nord_2022"
NORTH = "/events/regio_nord_2022"
TALK = "Die Strategie der Smarten Region MYK10"
PANEL = "Chancen für den Norden"
EXAMPLE = "MakerSpace Bendorf"
SAID = "Das Programm wurde geändert"
VIEWERS = 10
AT_ONCE = 8
"""The ninth comes late, the tenth loses the line."""
pytestmark = [pytest.mark.timeout(600)]


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "Strategie MYK10.pdf"
    path.write_bytes(samples.pdf(5, tagged=True))
    return path


@pytest.fixture
def viewers(server: RunningServer, mails: MailSink) -> list[Signed]:
    """From as many municipalities as there are seats."""
    people = [
        sign_in(server, mails, f"digital{number}@kommune.example") for number in range(VIEWERS)
    ]
    for number, person in enumerate(people, 1):
        introduce(person, f"Kommune {number}", "Stadt Hof")
    return people


@pytest.fixture
def seat(
    new_context: Callable[..., BrowserContext], complaints: Complaints
) -> Iterator[Callable[[Signed], Page]]:
    """Somebody's own browser, signed in, in the plenum of the north."""

    def take(person: Signed) -> Page:
        context = new_context(**GERMAN)
        complaints.watch(context)
        person.lend_to(context)
        page = context.new_page()
        page.add_init_script(CUT)
        page.goto(f"{person.server.url}{NORTH}/rooms/plenum")
        expect(page.get_by_role("textbox", name="Nachricht")).to_be_visible()
        return page

    yield take


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
    press(page, "Verschieben und alle benachrichtigen")
    expect(page.get_by_text("Verschoben. Alle erfahren es.")).to_be_visible()


def starts_in_the_feed(kts: Person) -> list[str]:
    feed = httpx.get(f"{kts.server.url}{NORTH}/agenda.ics").text.replace("\r\n ", "")
    entries = [part for part in feed.split("BEGIN:VEVENT") if "für den Norden" in part]
    return [start for part in entries for start in re.findall(r"DTSTART.*T(\d{4})00", part)]


def time_of(page: Page, title: str) -> str:
    slot = page.locator("[data-slot]").filter(has_text=title)
    return slot.get_by_role("heading", level=3).inner_text().replace("\n", " ")


def name_a_speaker(kts: Person, address: str, session: str) -> None:
    page = kts.page
    kts.open(f"{DESK}/people")
    page.get_by_label("E-Mail-Adresse").fill(address)
    choice = page.get_by_label("Aufgabe", exact=True)
    wanted = choice.locator("option").filter(has_text=session)
    choice.select_option(wanted.get_attribute("value"))
    press(page, "Aufgabe geben")
    line = page.get_by_role("listitem").filter(has_text=address)
    line.get_by_role("button", name="Einladung senden").click()
    expect(page.get_by_text("Die Einladung ist unterwegs.")).to_be_visible()


def come_by_invitation(speaker: Person) -> None:
    """From the invitation through the sign-in to the session."""
    speaker.page.goto(link_in(speaker.mails.wait_for(speaker.address)))
    speaker.page.get_by_label("E-Mail-Adresse").fill(speaker.address)
    speaker.page.get_by_role("button", name="Link anfordern").click()
    speaker.page.goto(link_in(speaker.mails.wait_for(speaker.address, 2)))
    speaker.page.get_by_role("button", name="Jetzt anmelden").click()
    expect(speaker.heading(TALK)).to_be_visible()


def complete_the_example(staff: Person) -> None:
    """What the team of a project does before its talk."""
    page = staff.page
    staff.open("/examples")
    staff.follow(EXAMPLE, page.get_by_role("main"))
    page.get_by_label("In einfacher Sprache").fill("Hier bauen Menschen zusammen an neuen Dingen.")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_role("status")).to_contain_text("Gespeichert")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Hier bauen Menschen zusammen")).to_be_visible()


def turn(speaker: Person, key: str = "PageDown") -> None:
    speaker.page.get_by_role("region", name="Bühne").focus()
    speaker.page.keyboard.press(key)


def news(page: Page, words: str) -> Locator:
    return page.get_by_text(SAID).filter(has_text=words).last


@dataclass
class Talk:
    """The plenum of the north during the talk: ten viewers and whoever speaks."""

    speaker: Person
    viewers: list[Page]

    def all_see(self, number: int) -> None:
        assert len(self.viewers) == VIEWERS
        for page in self.viewers:
            sees(page, number)

    def all_read(self, words: str) -> None:
        for page in (*self.viewers, self.speaker.page):
            expect(news(page, words)).to_be_visible()


def present(speaker: Person, viewers: list[Signed], seat: Callable[[Signed], Page]) -> Talk:
    """From the first slide to the third; one viewer comes late, one loses the line meanwhile."""
    early = [seat(person) for person in viewers[:AT_ONCE]]
    returning = seat(viewers[-1])
    speaker.enter(NORTH)
    speaker.follow("Vortragsansicht")
    speaker.page.get_by_role("button", name="Auf die Bühne").click()
    for page in (*early, returning):
        sees(page, 1)
    turn(speaker)
    sees(returning, 2)
    returning.evaluate("() => opened.at(-1).close()")
    turn(speaker)
    return Talk(speaker, [*early, seat(viewers[AT_ONCE]), returning])


def all_show(kts: Person, open_ones: tuple[Page, Page], words: str, start: str) -> None:
    """Pages that nobody loads again, and the calendar."""
    agenda, session = open_ones
    ask_again(agenda, session)
    for page in (agenda, session):
        expect(news(page, words)).to_be_visible()
    assert start in time_of(agenda, PANEL)
    expect(session.get_by_role("main")).to_contain_text(start)
    assert starts_in_the_feed(kts) == [start.replace(":", "")]


def test_a_conference_is_made_held_and_put_right(
    come: Come, viewers: list[Signed], seat: Callable[[Signed], Page], deck: Path
) -> None:
    kts, speaker, reader = come(ORGANISATION), come(MAYEN_KOBLENZ), come(HOF)
    kts.sign_in()
    clone(kts)
    prepare(kts)
    name_a_moderator(kts)
    reader.open(f"{NORTH}/agenda")
    expect(reader.heading("Seite nicht gefunden")).to_be_visible()
    release(kts)
    name_a_speaker(kts, MAYEN_KOBLENZ, TALK)

    come_by_invitation(speaker)
    upload(speaker, deck, speaker.page.url.removeprefix(kts.server.url))
    expect(speaker.page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
    # Autumn 2022 is over: a draft is shown during its session only.
    speaker.follow("Weiter: beschreiben und veröffentlichen")
    press(speaker.page, "Speichern und veröffentlichen")
    expect(speaker.page.get_by_role("status").first).to_be_visible()
    complete_the_example(speaker)
    talk = present(speaker, viewers, seat)
    talk.all_see(3)

    open_ones = open_pages(reader)
    run_late(kts)
    talk.all_read("15 Minuten später")
    all_show(kts, open_ones, "15 Minuten später", "11:40")
    talk.all_see(3)
    press(kts.page, "Letzten Verzug zurücknehmen")
    talk.all_read("15 Minuten früher")
    all_show(kts, open_ones, "15 Minuten früher", "11:25")


def open_pages(reader: Person) -> tuple[Page, Page]:
    """The agenda and the page of a session, which nobody loads again."""
    agenda, session = reader.page, reader.page.context.new_page()
    for page in (agenda, session):
        page.clock.install()
        page.goto(f"{reader.server.url}{NORTH}/agenda")
    session.get_by_role("main").get_by_role("link", name=PANEL).click()
    expect(session.get_by_role("heading", name=PANEL)).to_be_visible()
    return agenda, session


def ask_again(*pages: Page) -> None:
    """Their clocks reach the time at which open pages ask what is new."""
    for page in pages:
        page.bring_to_front()
        page.clock.fast_forward(30_000)
