"""People at their browsers: what they do, in the words they would use.

Everything is found as a person finds it: by its role and its name on the German page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage

from playwright.sync_api import Locator, Page, expect

from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

PATIENT_MS = 20_000
"""A busy machine is slow; nothing here is judged by speed unless it says so."""

HOF = "staff@hof.example"
MAYEN_KOBLENZ = "staff@mayen-koblenz.example"
ULM = "presenter@ulm.example"
MODERATION = "moderation@kts.example"
ORGANISATION = "organisation@kts.example"
NAMES = {
    HOF: "Digitalisierung Hof",
    MAYEN_KOBLENZ: "Projektteam Mayen-Koblenz",
    ULM: "Vortrag Ulm",
    MODERATION: "Moderation",
    ORGANISATION: "Organisation",
}
REHEARSAL = "/events/generalprobe"
CONGRESS = "/events/kongress_probe"

expect.set_options(timeout=PATIENT_MS)


@dataclass
class Person:
    """Somebody with a mail address and a browser of their own."""

    address: str
    page: Page
    server: RunningServer
    mails: MailSink

    @property
    def name(self) -> str:
        return NAMES[self.address]

    # Getting in

    def sign_in(self, to: str = "/") -> None:
        """Ask for a link, open it from the mail, press the one button."""
        self.open("/")
        self.page.get_by_role("link", name="Anmelden").click()
        self.page.get_by_label("E-Mail-Adresse").fill(self.address)
        self.page.get_by_role("button", name="Link anfordern").click()
        expect(self.heading("Bitte prüfen Sie Ihre E-Mails")).to_be_visible()
        self.page.goto(link_in(self.mails.wait_for(self.address)))
        self.page.get_by_role("button", name="Jetzt anmelden").click()
        expect(self.page.get_by_role("link", name=self.name)).to_be_visible()
        if to != "/":
            self.open(to)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.server.url}{path}")

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Click a link."""
        (within or self.page).get_by_role("link", name=name).first.click()

    def enter(self, event: str = REHEARSAL, room: str = "plenum") -> None:
        self.open(f"{event}/rooms/{room}")
        expect(self.message_field).to_be_visible()

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    # Chat

    @property
    def message_field(self) -> Locator:
        return self.page.get_by_role("textbox", name="Nachricht")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("list", name="Chat").get_by_role("listitem")

    def say(self, text: str) -> None:
        self.message_field.fill(text)
        self.message_field.press("Enter")

    def reads(self, text: str) -> None:
        """The message is there, once."""
        expect(self.messages.filter(has_text=text)).to_have_count(1)

    # Questions

    def ask(self, text: str, *, unnamed: bool = False) -> None:
        self.page.get_by_role("textbox", name="Ihre Frage").fill(text)
        if unnamed:
            self.page.get_by_label("Ohne Namen fragen").check()
        self.page.get_by_role("button", name="Frage stellen").click()
        expect(self.page.get_by_role("textbox", name="Ihre Frage")).to_have_value("")

    def question(self, text: str) -> Locator:
        """A question in the list everybody sees."""
        listed = self.page.get_by_role("list", name="Fragen", exact=True)
        return listed.get_by_role("article").filter(has_text=text)

    def vote_for(self, text: str) -> None:
        button = self.question(text).get_by_role("button", name="Für diese Frage stimmen")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    @property
    def on_air(self) -> Locator:
        """What everybody sees as the question of the moment; absent while there is none."""
        return self.page.get_by_role("region", name="Jetzt dran")

    # The desk

    def take_the_desk(self, event: str = REHEARSAL, room: str = "plenum") -> None:
        self.open(f"{event}/rooms/{room}/desk")
        expect(self.page.get_by_role("region", name="Bühne")).to_be_visible()

    def on_desk(self, listed: str, text: str) -> Locator:
        """A question in one of the desk's lists: "Zu prüfen", "Nächste Frage", "Jetzt dran"."""
        items = self.page.get_by_role("list", name=listed, exact=True).get_by_role("listitem")
        return items.filter(has_text=text)

    def do(self, act: str, listed: str, text: str) -> None:
        """Press one of the buttons of a question on the desk."""
        button = self.on_desk(listed, text).get_by_role("button", name=act, exact=True)
        button.click()

    def begin_measure(self, act: str, person: Person) -> Locator:
        """From a message of theirs to the dialog: "Person stummschalten", "Person entfernen"."""
        message = self.messages.filter(has_text=person.name).last
        message.get_by_role("button", name=f"Aktionen zur Nachricht von {person.name}").click()
        message.get_by_role("button", name=act, exact=True).click()
        return self.page.get_by_role("dialog")

    def measure(self, act: str, person: Person, reason: str) -> None:
        dialog = self.begin_measure(act, person)
        dialog.get_by_label(reason).check()
        dialog.get_by_role("button", name=act.removeprefix("Person ").capitalize()).click()


@dataclass
class BigScreen:
    """The big screen of the rehearsal's plenum."""

    page: Page
    server: RunningServer

    def switch_on(self) -> None:
        """Open the address the server printed."""
        found = re.search(r"http\S+/screen#\S+", self.server.output)
        assert found, self.server.output
        self.page.goto(found[0])

    @property
    def on_air(self) -> Locator:
        return self.page.get_by_role("region", name="Jetzt dran")


def link_in(mail: EmailMessage) -> str:
    """The address a person would click."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"^http\S+", body.get_content(), re.MULTILINE)
    assert found, body.get_content()
    return found[0]
