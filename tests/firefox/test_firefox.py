"""What a participant does, in Firefox: a second engine, the same pages."""

from __future__ import annotations

import pytest

from tests.e2e.people import HOF, MODERATION, NAMES, link_in
from tests.e2e.seats import seat_of_a_script
from tests.firefox.firefox import Firefox
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

pytestmark = [pytest.mark.timeout(300)]

COST = "Was kostet der Betrieb nach der Förderung?"
FIRST = "Was war bei Ihnen der erste Schritt?"
VOTE = "Für diese Frage stimmen"
UNANSWERED = "can’t establish a connection to the server"
"""Firefox itself reports each attempt while nobody answers."""
PRESSED = "document.querySelectorAll('.room-questions [aria-pressed=true]').length"


def test_a_participant_takes_part_and_stays_when_the_server_comes_again(
    firefox: Firefox, server: RunningServer, mails: MailSink
) -> None:
    token = server.command("token", MODERATION).strip()
    sign_in(firefox, server, mails)
    firefox.click("Zum Raum", "link")
    with seat_of_a_script(server, token) as moderation:
        firefox.sees("Noch keine Nachrichten.")
        say(firefox, "Guten Morgen aus Hof")
        moderation.say("Willkommen zur Generalprobe")
        firefox.sees("Guten Morgen aus Hof")
        firefox.sees("Willkommen zur Generalprobe")

        firefox.fill("Ihre Frage", COST)
        firefox.click("Frage stellen")
        firefox.sees(COST)
        firefox.sees("wird geprüft")

        asked = moderation.ask(FIRST)
        moderation.do("question.approve", question=asked, revision=1)
        firefox.sees(FIRST, within="article")
        firefox.click(VOTE)
        firefox.sees("1 Stimme", within="article h4, article h3")
        assert firefox.evaluate(PRESSED) == 1
    assert firefox.complaints == []
    come_again(firefox, server, token)
    assert [each for each in firefox.complaints if UNANSWERED not in each] == []
    assert firefox.hosts == {f"127.0.0.1:{server.port}"}
    a_breach_of_the_policy_would_be_heard(firefox)


def sign_in(firefox: Firefox, server: RunningServer, mails: MailSink) -> None:
    """By the mailed link and its one button."""
    firefox.open(f"{server.url}/?lang=de")
    firefox.click("Anmelden", "link")
    firefox.fill("E-Mail-Adresse", HOF)
    firefox.click("Link anfordern")
    firefox.open(link_in(mails.wait_for(HOF)))
    firefox.click("Jetzt anmelden")
    firefox.sees(NAMES[HOF], within="a")


def say(firefox: Firefox, text: str) -> None:
    firefox.fill("Nachricht", text)
    firefox.press("Enter")


def come_again(firefox: Firefox, server: RunningServer, token: str) -> None:
    """What was written meanwhile is sent once, and the page is the same one."""
    firefox.evaluate("void (window.samePage = true)")
    server.stop()
    firefox.sees("Verbindung unterbrochen", within="p")
    say(firefox, "Während der Unterbrechung")
    firefox.sees("1 Eingabe wird danach gesendet.", within="p")
    server.start()
    firefox.evaluate("void dispatchEvent(new Event('online'))")  # it would come by itself, later
    firefox.sees("Verbindung unterbrochen", times=0, within="p")
    with seat_of_a_script(server, token) as moderation:
        moderation.say("Wir sind wieder da")
        firefox.sees("Wir sind wieder da")
    firefox.sees("Während der Unterbrechung")
    firefox.sees("wird gesendet", times=0)
    assert firefox.evaluate("window.samePage")


def a_breach_of_the_policy_would_be_heard(firefox: Firefox) -> None:
    """Silence proves nothing of a deaf listener."""
    firefox.evaluate("document.body.setAttribute('style', 'color: red')")
    firefox.until(lambda: "style-src-attr" in firefox.complaints[-1], "the breach of its policy")
