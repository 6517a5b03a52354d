"""A participant and a moderator who have no mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Come
from tests.e2e.people import HOF, MODERATION, REHEARSAL, Person
from tests.e2e.seats import PLENARY, seat, sign_in
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

MOST_STOPS = 60
pytestmark = [pytest.mark.timeout(300)]


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus, as somebody does who looks for it."""
    for _ in range(MOST_STOPS):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached by {key}")


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def test_a_participant_joins_reads_back_asks_and_votes(
    come: Come, server: RunningServer, mails: MailSink
) -> None:
    hof = come(HOF)
    hof.sign_in()
    page = hof.page
    with seat(sign_in(server, mails, MODERATION), PLENARY) as moderator:
        moderator.say("Willkommen zur Generalprobe")
        moderator.say("Fragen bitte in die Fragerunde")
        question = moderator.ask("Was war bei Ihnen der erste Schritt?")
        moderator.do("question.approve", question=question, revision=1)
        join_by_keyboard(hof)
        read_back(hof)

        field = page.get_by_role("textbox", name="Ihre Frage")
        tab_to(page, field, "Shift+Tab")
        page.keyboard.type("Wie viele Stellen braucht das?")
        tab_to(page, page.get_by_role("button", name="Frage stellen"))
        page.keyboard.press("Enter")
        expect(field).to_have_value("")
        expect(page.get_by_text("wird geprüft").first).to_be_visible()

        vote = hof.question("Was war bei Ihnen").get_by_role("button", name="Für diese Frage")
        tab_to(page, vote)
        page.keyboard.press("Space")
        expect(vote).to_have_attribute("aria-pressed", "true")
        expect(hof.question("Was war bei Ihnen").get_by_role("heading")).to_contain_text("1 Stimme")
        expect(vote).to_be_focused()


def join_by_keyboard(person: Person) -> None:
    page = person.page
    person.open("/")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Zum Inhalt")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Zum Raum").first)
    page.keyboard.press("Enter")
    expect(person.message_field).to_be_visible()


def read_back(person: Person) -> None:
    """One Tab stop for the whole list; arrows go back and forth, Escape leads to the field."""
    page = person.page
    person.reads("Fragen bitte in die Fragerunde")
    tab_to(page, person.messages.filter(has_text="Fragen bitte in die Fragerunde"))
    page.keyboard.press("ArrowUp")
    expect(focused(page)).to_contain_text("Willkommen zur Generalprobe")
    page.keyboard.press("ArrowDown")
    expect(focused(page)).to_contain_text("Fragen bitte in die Fragerunde")
    page.keyboard.press("Enter")
    expect(page.get_by_role("toolbar", name="Aktionen")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(person.message_field).to_be_focused()


def test_a_moderator_approves_puts_on_air_and_goes_on(
    come: Come, server: RunningServer, mails: MailSink
) -> None:
    moderation = come(MODERATION)
    moderation.sign_in()
    page = moderation.page
    with (
        seat(sign_in(server, mails, HOF), PLENARY) as hof,
        seat(sign_in(server, mails, "presenter@ulm.example"), PLENARY) as ulm,
    ):
        hof.ask("Was kostet der Betrieb?")
        ulm.ask("Welche Lizenz hat die Software?")
        moderation.open(f"{REHEARSAL}/rooms/plenum/desk")
        expect(moderation.on_desk("Zu prüfen", "Welche Lizenz")).to_be_visible()
        page.keyboard.press("F6")
        tab_to(page, moderation.on_desk("Zu prüfen", "Was kostet"))
        page.keyboard.press("a")
        expect(moderation.on_desk("Nächste Frage", "Was kostet")).to_be_visible()
        expect(moderation.on_desk("Zu prüfen", "Welche Lizenz")).to_be_focused()
        page.keyboard.press("a")
        expect(moderation.on_desk("Nächste Frage", "Welche Lizenz")).to_be_visible()

        go_to(moderation, "Nächste Frage", "Was kostet")
        page.keyboard.press("o")
        expect(moderation.on_desk("Jetzt dran", "Was kostet")).to_be_visible()
        go_to(moderation, "Nächste Frage", "Welche Lizenz")
        page.keyboard.press("n")
        expect(moderation.on_desk("Jetzt dran", "Welche Lizenz")).to_be_visible()
        expect(page.get_by_text("Beantwortet (1)")).to_be_visible()


def go_to(person: Person, listed: str, text: str) -> None:
    """F6 to the stage, Tab to the one stop of the list, arrows to the question."""
    page = person.page
    page.keyboard.press("F6")
    tab_to(page, page.get_by_role("list", name=listed, exact=True).locator("li[tabindex='0']"))
    page.keyboard.press("Home")
    tab_to(page, person.on_desk(listed, text), "ArrowDown")
