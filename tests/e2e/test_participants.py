"""Somebody stars sessions, is told when the next begins, and says how the last one was."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Come, Complaints
from tests.e2e.people import HOF, ORGANISATION, Person
from tests.e2e.soon import EVENT, release_beside
from tests.fixtures.server import RunningServer
from tests.pages.markup import Page as Markup

AGENDA, ROOM = f"{EVENT}/agenda", f"{EVENT}/rooms/plenum"
LATE = "/organise/heute_probe/late"
RUCKBLICK = f"{EVENT}/sessions/rueckblick"
pytestmark = [pytest.mark.timeout(600)]


@pytest.fixture
def hof(server: RunningServer, come: Come) -> Person:
    """Somebody at a conference whose next session begins in four minutes."""
    release_beside(server)
    person = come(HOF)
    person.sign_in(AGENDA)
    return person


def item(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=title, exact=True)


def star(page: Page, title: str) -> Locator:
    return item(page, title).get_by_role("button")


def notice(page: Page) -> Locator:
    return page.get_by_role("region", name="Ihr nächster Programmpunkt")


def test_stars_make_my_agenda_which_says_what_overlaps(hof: Person) -> None:
    page = hof.page
    page.evaluate("document.body.dataset.same = 'yes'")
    for title in ("Offene Netze", "Quartiere planen", "Rückblick"):
        star(page, title).focus()
        page.keyboard.press("Enter")
        expect(star(page, title)).to_have_attribute("aria-pressed", "true")
        expect(star(page, title)).to_be_focused()
        expect(star(page, title)).to_have_text(f"Gemerkt: {title}")
    star(page, "Rückblick").click()
    expect(star(page, "Rückblick")).to_have_text("Merken: Rückblick")
    assert page.evaluate("document.body.dataset.same") == "yes"

    hof.follow("Mein Programm", page.get_by_role("banner"))
    expect(page.get_by_role("heading", level=4)).to_have_text(["Offene Netze", "Quartiere planen"])
    expect(item(page, "Offene Netze")).to_contain_text("Überschneidet sich mit „Quartiere planen“")
    expect(item(page, "Quartiere planen")).to_contain_text("Überschneidet sich mit „Offene Netze“")
    page.evaluate("document.body.dataset.same = 'yes'")
    star(page, "Quartiere planen").click()
    expect(page.get_by_role("heading", level=4)).to_have_text(["Offene Netze"])
    expect(page.get_by_text("Überschneidet sich")).to_have_count(0)
    star(page, "Offene Netze").click()
    expect(hof.heading("Noch nichts gemerkt")).to_be_visible()
    assert page.evaluate("document.body.dataset.same") == "yes"


def test_the_next_session_is_told_once_in_every_open_page_and_put_away(hof: Person) -> None:
    page = hof.page
    star(page, "Offene Netze").click()
    expect(star(page, "Offene Netze")).to_have_attribute("aria-pressed", "true")
    for path in ("/my", RUCKBLICK, ROOM, AGENDA):
        hof.open(path)
        expect(notice(page)).to_contain_text("Offene Netze")
        expect(notice(page)).to_contain_text("Ihr nächster Programmpunkt beginnt")
        inside = path == ROOM
        expect(notice(page).get_by_role("link", name="Zum Raum")).to_have_count(0 if inside else 1)
    said = page.locator("[data-told]")
    expect(said).to_be_empty()  # said on the first of these pages, and in this tab not again
    notice(page).get_by_role("button", name="Ausblenden").click()
    expect(notice(page)).to_have_count(0)
    page.reload()
    with page.expect_response(lambda answer: "now.json" in answer.url):
        page.reload()
    expect(notice(page)).to_have_count(0)

    tab = page.context.new_page()
    tab.goto(f"{hof.server.url}{AGENDA}")
    expect(notice(tab)).to_contain_text("Offene Netze")
    expect(tab.locator("[data-told]")).to_contain_text("Offene Netze")
    notice(tab).get_by_role("link", name="Zum Raum").click()
    expect(tab).to_have_url(f"{hof.server.url}{ROOM}")


def test_in_the_room_its_announcer_says_what_begins(hof: Person) -> None:
    page = hof.page
    page.add_init_script("""document.addEventListener('DOMContentLoaded', () => {
      new MutationObserver((seen) => {
        for (const { addedNodes } of seen) for (const node of addedNodes)
          if (node.parentElement?.dataset.announcer === 'polite')
            document.documentElement.dataset.heard =
              `${document.documentElement.dataset.heard ?? ''}|${node.textContent}`;
      }).observe(document.body, { childList: true, subtree: true });
    })""")
    hof.enter(EVENT)
    hof.page.evaluate(
        "async (path) => fetch(path, {method: 'POST', body: new URLSearchParams({star: '1'})})",
        f"{EVENT}/sessions/netze/star",
    )
    page.clock.install()
    hof.enter(EVENT)
    page.clock.fast_forward(30_000)
    said = re.compile(r"^\|Ihr nächster Programmpunkt beginnt [^|]+: Offene Netze[^|]+$")
    expect(page.locator("html")).to_have_attribute("data-heard", said)


def test_feedback_is_given_on_the_page_of_the_session(hof: Person, complaints: Complaints) -> None:
    page = hof.page
    hof.open(RUCKBLICK)
    form = page.get_by_role("region", name="Rückmeldung")
    form.get_by_role("textbox").fill("Gutes Tempo.")
    expect(form.get_by_text("Noch 988 Zeichen.")).to_be_visible()
    form.get_by_role("button", name="Rückmeldung senden").click()
    expect(form.get_by_role("alert")).to_have_text("Bitte wählen Sie eine Antwort.")
    assert complaints == [f"422 {hof.server.url}{RUCKBLICK}/feedback"]
    complaints.clear()
    expect(form.get_by_role("radio").first).to_be_focused()
    expect(form.get_by_role("textbox")).to_have_value("Gutes Tempo.")
    page.keyboard.press("Space")
    form.get_by_role("button", name="Rückmeldung senden").click()
    thanks = form.get_by_role("status").filter(has_text="Danke.")
    expect(thanks).to_be_focused()
    expect(form.get_by_text("Ihre Rückmeldung: gar nicht hilfreich.")).to_be_visible()
    form.get_by_text("Ändern oder zurückziehen", exact=True).click()
    form.get_by_role("button", name="Zurückziehen").click()
    expect(form.get_by_text("Ihre Rückmeldung ist zurückgezogen.")).to_be_visible()
    expect(form.get_by_role("radio", checked=True)).to_have_count(0)


def test_the_room_asks_when_its_session_ends(hof: Person, complaints: Complaints) -> None:
    page = hof.page
    page.clock.install()
    hof.enter(EVENT)
    line = page.locator("details").filter(has_text="Rückmeldung zu „Offene Netze“")
    expect(line).to_be_hidden()
    start, end = (
        int(page.locator(f"li[data-{at}]").last.get_attribute(f"data-{at}") or 0)
        for at in ("start", "end")
    )
    now = int(page.locator("[data-now]").get_attribute("data-now") or 0)
    assert now < start < end
    page.clock.fast_forward(end - now + 20_000)
    expect(line).to_be_visible()
    line.locator("summary").click()
    line.get_by_label("sehr hilfreich").check()
    line.get_by_role("button", name="Rückmeldung senden").click()
    # It is the browser's clock that was moved: the server knows better, and keeps what was typed.
    expect(line.get_by_role("alert")).to_contain_text("noch nicht zu Ende")
    assert complaints == [f"409 {hof.server.url}{EVENT}/sessions/netze/feedback"]
    complaints.clear()
    expect(line.get_by_label("sehr hilfreich")).to_be_checked()
    over = page.locator("details").filter(has_text="Rückmeldung zu „Rückblick“")
    expect(over).to_be_hidden()


def run_late(server: RunningServer) -> None:
    """The organiser moves everything that is still to come by five minutes."""
    headers = {
        "origin": server.url,
        "authorization": f"Bearer {server.command('token', ORGANISATION).strip()}",
    }
    with httpx.Client(base_url=server.url, headers=headers) as kts:
        form = Markup(kts.get(LATE).text)
        since = form.values("//select[@name='since']/option[contains(., 'Offene Netze')]/@value")
        asked = {"minutes": "5", "since": since[0], "late_room": "", "pauses": "move"}
        looked = Markup(kts.get(LATE, params=asked).text)
        asked["release"] = looked.values("//input[@name='release']/@value")[0]
        assert kts.post(LATE, data=asked).status_code == 303


def test_a_delay_reaches_my_agenda_and_takes_no_typed_word(hof: Person) -> None:
    mine = hof.page
    star(mine, "Offene Netze").click()
    expect(star(mine, "Offene Netze")).to_have_attribute("aria-pressed", "true")
    writing = mine.context.new_page()
    for page, path in ((mine, "/my"), (writing, RUCKBLICK)):
        page.clock.install()
        page.goto(f"{hof.server.url}{path}")
    writing.get_by_role("textbox").fill("Gutes Tempo.")
    writing.get_by_label("teils, teils").check()
    before = item(mine, "Offene Netze").get_attribute("data-start")

    run_late(hof.server)
    for page in (mine, writing):
        page.clock.fast_forward(30_000)
        news = page.get_by_role("status").filter(has_text="Das Programm wurde geändert")
        expect(news).to_contain_text("5 Minuten später")
    later = str(int(before or 0) + 5 * 60_000)
    expect(item(mine, "Offene Netze")).to_have_attribute("data-start", later)
    expect(writing.get_by_role("textbox")).to_have_value("Gutes Tempo.")
    expect(writing.get_by_label("teils, teils")).to_be_checked()


def test_organisers_read_of_it_only_from_five_people_on(hof: Person, come: Come) -> None:
    kts = come(ORGANISATION)
    kts.sign_in("/organise/heute_probe")
    kts.follow("Rückmeldungen")
    expect(kts.page.get_by_text("Zu keinem Programmpunkt gibt es schon fünf")).to_be_visible()
