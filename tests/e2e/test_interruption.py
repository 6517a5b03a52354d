"""The server goes away and comes back while people are in the room."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Come, Complaints
from tests.e2e.people import HOF
from tests.fixtures.server import RunningServer

pytestmark = [pytest.mark.timeout(300)]

_LISTEN = """() => {
  window.samePage = true;
  window.heard = [];
  for (const region of document.querySelectorAll('[aria-live]'))
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) window.heard.push(node.textContent);
    }).observe(region, { childList: true });
}"""
_SAID = "(text) => window.heard.some((said) => said.includes(text))"


def test_what_was_written_meanwhile_is_sent_once_without_a_reload(
    come: Come, server: RunningServer, complaints: Complaints
) -> None:
    hof = come(HOF)
    hof.sign_in()
    hof.enter()
    hof.say("Vor der Unterbrechung")
    hof.reads("Vor der Unterbrechung")
    page = hof.page
    page.evaluate(_LISTEN)

    server.stop()
    lost = page.get_by_text("Verbindung unterbrochen – wird wiederhergestellt.")
    expect(lost).to_be_visible()
    hof.say("Während der Unterbrechung")
    expect(page.get_by_text("1 Eingabe wird danach gesendet.")).to_be_visible()
    hof.reads("Während der Unterbrechung")  # already in its place, marked as not sent yet
    expect(page.get_by_text("wird gesendet …")).to_be_visible()
    page.wait_for_function(_SAID, arg="Die Verbindung ist unterbrochen", timeout=30_000)

    server.start()
    page.get_by_role("button", name="Jetzt versuchen").click()
    expect(lost).to_have_count(0)
    expect(page.get_by_text("wird gesendet …")).to_have_count(0)
    page.wait_for_function(_SAID, arg="Die Verbindung steht wieder", timeout=30_000)
    hof.say("Nach der Unterbrechung")
    for text in ("Vor der", "Während der", "Nach der"):
        hof.reads(f"{text} Unterbrechung")
    assert page.evaluate("() => window.samePage")
    # Chromium itself reports each attempt while nobody answered; nothing else may be said.
    complaints[:] = [each for each in complaints if "ERR_CONNECTION_REFUSED" not in each]

    hof.enter()  # what the server kept, seen with fresh eyes
    expect(hof.messages).to_have_count(3)
