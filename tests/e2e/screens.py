"""Write the pictures of ``docs/screens/``: ``make screens``.

Starts a demo in a temporary folder, lets offices of several municipalities talk, and looks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e.people import HOF, MAYEN_KOBLENZ, MODERATION, ORGANISATION, REHEARSAL, ULM
from tests.e2e.seats import Seat, Signed, introduce, seat, sign_in
from tests.fixtures import browser as chromium
from tests.fixtures.mail import MailSink, mail_sink
from tests.fixtures.server import ROOT, RunningServer, running_server
from tests.server.media import samples

FOLDER = ROOT / "docs" / "screens"
ROOM = f"{REHEARSAL}/rooms/plenum"
EVENT = "/organise/regionalkonferenz_2_2022"
DESK: ViewportSize = {"width": 1280, "height": 800}
LONG: ViewportSize = {"width": 1280, "height": 1400}
HALL: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 375, "height": 720}
Scheme = Literal["light", "dark"]

JENA, LEMGO, EISENACH, BAMBERG = (
    "stadtentwicklung@jena.example",
    "buergerservice@lemgo.example",
    "klimaschutz@eisenach.example",
    "it@bamberg.example",
)
NEWCOMERS = {
    JENA: ("Stadtentwicklung", "Jena"),
    LEMGO: ("Bürgerservice", "Lemgo"),
    EISENACH: ("Klimaschutz", "Eisenach"),
    BAMBERG: ("IT-Leitung", "Bamberg"),
}
CHAT = (
    (
        MODERATION,
        "Willkommen! Ihre Fragen stellen Sie bitte links, hier ist Platz für alles andere.",
    ),
    (HOF, "Guten Morgen aus Hof."),
    (JENA, "Guten Morgen. Sind die Folien schon irgendwo abgelegt?"),
    (ULM, "Ja, sie stehen nach dem Vortrag beim Programmpunkt."),
    (
        EISENACH,
        "Wir messen seit einem Jahr die Bodenfeuchte an 40 Bäumen. Gern mehr im Austausch nachher.",
    ),
    (BAMBERG, "Das interessiert uns auch. Welche Funktechnik nutzen Sie?"),
    (EISENACH, "LoRaWAN, mit drei Gateways auf städtischen Dächern."),
    (
        LEMGO,
        "Bei uns hat der Bauhof die Sensoren selbst eingebaut, das ging schneller als gedacht.",
    ),
    (MAYEN_KOBLENZ, "Danke für den Hinweis! Bei uns steht das im Herbst an."),
)
ON_AIR = "Was kostet der Betrieb der Sensoren, wenn die Förderung endet?"
ANSWERED = "Wie haben Sie den Gemeinderat für die Strategie gewonnen?"


def main() -> None:
    """Write all pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        mail_sink() as mails,
        running_server(Path(folder), {"PLENUM_SMTP_URL": mails.url}) as server,
        sync_playwright() as playwright,
    ):
        signed = guests(server, mails)
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.flags()
        )
        prepare(browser, signed, Path(folder))
        with conversation(signed):
            steer(browser, signed)
            take(browser, server, signed)
        browser.close()


def guests(server: RunningServer, mails: MailSink) -> dict[str, Signed]:
    """Everybody, signed in; who is new says who they are."""
    known = (HOF, MAYEN_KOBLENZ, ULM, MODERATION, ORGANISATION)
    signed = {each: sign_in(server, mails, each) for each in (*known, *NEWCOMERS)}
    for address, (name, organisation) in NEWCOMERS.items():
        introduce(signed[address], name, organisation)
    return signed


@contextmanager
def window(
    browser: Browser,
    who: Signed | None,
    url: str,
    size: ViewportSize = DESK,
    scheme: Scheme = "light",
) -> Iterator[Page]:
    """A page of somebody, for as long as the block lasts."""
    context = browser.new_context(
        base_url=url,
        locale="de-DE",
        timezone_id="Europe/Berlin",
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    if who is not None:
        who.lend_to(context)
    yield context.new_page()
    context.close()


def prepare(browser: Browser, signed: dict[str, Signed], folder: Path) -> None:
    """A deck for the stage, and a draft with differences, findings and two who edit it."""
    deck = folder / "Strategie Ulm.pdf"
    deck.write_bytes(samples.pdf(12))
    speaker, kts = signed[ULM], signed[ORGANISATION]
    with window(browser, speaker, speaker.server.url) as page:
        page.goto(f"{REHEARSAL}/sessions/strategie-der-gastgeberin")
        page.get_by_label("Datei").set_input_files(deck)
        page.get_by_role("button", name="Hochladen").click()
        expect(page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
    with window(browser, kts, kts.server.url) as page:
        page.goto(f"{EVENT}/edit")
        page.get_by_label("Minuten dazwischen").fill("5")
        save(page)
        page.get_by_role("link", name="Was übertragbar ist", exact=True).click()
        page.get_by_label("Titel", exact=True).fill("Podium: was übertragbar ist")
        page.get_by_label("Beginn").first.fill("11:30")
        page.get_by_label("Ende").first.fill("12:00")
        save(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Gespeichert.")


def steer(browser: Browser, signed: dict[str, Signed]) -> None:
    """An announcement in every room."""
    kts = signed[ORGANISATION]
    with window(browser, kts, kts.server.url) as page:
        page.goto("/organise/generalprobe/live")
        page.get_by_label("Durchsage", exact=True).fill("Die Pause dauert heute bis 11:30 Uhr.")
        page.get_by_role("button", name="Allen zeigen").click()
        expect(page.get_by_role("status").first).to_be_visible()


def show_slides(page: Page) -> None:
    page.get_by_role("button", name="Auf die Bühne").click()
    page.get_by_role("button", name="Nächste Folie").click()
    expect(page.locator(".room-slide img").first).to_have_js_property("complete", value=True)


def late(page: Page) -> None:
    """Look at a delay, from the panel on."""
    since = page.get_by_label("Ab wann").locator("option").filter(has_text="Gemeinsam handeln")
    page.get_by_label("Ab wann").select_option(since.get_attribute("value"))
    page.get_by_role("button", name="Ansehen").click()
    expect(page.get_by_role("region", name="Das verschiebt sich")).to_be_visible()


def conflict(page: Page) -> None:
    """Somebody else was faster: the other tab saves first."""
    page.get_by_role("link", name="Ausblick", exact=True).click()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Titel", exact=True).fill("Ausblick und Verabschiedung")
    save(other)
    other.close()
    page.get_by_label("Titel", exact=True).fill("Ausblick auf den Herbst")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


@contextmanager
def conversation(signed: dict[str, Signed]) -> Iterator[None]:
    """A room in the middle of a talk. Everybody stays until the end of the block."""
    with ExitStack() as stack:
        seats = {address: stack.enter_context(seat(who)) for address, who in signed.items()}
        for address, text in CHAT:
            seats[address].say(text)
        questions(seats)
        yield


def questions(seats: dict[str, Seat]) -> None:
    moderator = seats[MODERATION]
    answered = seats[ORGANISATION].ask(ANSWERED)
    on_air = seats[HOF].ask(ON_AIR)
    licence = seats[JENA].ask("Unter welcher Lizenz können andere die Software nutzen?")
    posts = seats[BAMBERG].ask("Wie viele Stellen braucht eine Stadt unserer Größe?", unnamed=True)
    people = seats[ULM].ask("Wie erreichen Sie Menschen, die nicht online sind?")
    seats[LEMGO].ask("Gibt es ein Muster für die Ausschreibung?")
    seats[EISENACH].ask("Wer haftet, wenn ein Messwert falsch ist?", unnamed=True)
    for each in (answered, on_air, licence, posts, people):
        moderator.do("question.approve", question=each, revision=1)
    voters = (MAYEN_KOBLENZ, EISENACH, LEMGO, BAMBERG, ULM, JENA)
    for question, number in ((on_air, 6), (posts, 4), (people, 3), (licence, 2)):
        for address in voters[:number]:
            with_own = (question, address) in ((posts, BAMBERG), (people, ULM), (licence, JENA))
            if not with_own:
                seats[address].do("question.vote", question=question, value=True)
    moderator.do("question.on_air", question=answered, revision=2)
    moderator.do("question.next", question=on_air, revision=2, leaving=answered)


def take(browser: Browser, server: RunningServer, signed: dict[str, Signed]) -> None:
    """Every picture, one window each."""
    looks: tuple[tuple[str, str, str | None, ViewportSize, Scheme], ...] = (
        ("agenda", f"{REHEARSAL}/agenda", HOF, LONG, "light"),
        ("room", ROOM, MAYEN_KOBLENZ, DESK, "light"),
        ("room-dark", ROOM, MAYEN_KOBLENZ, DESK, "dark"),
        ("room-phone", ROOM, MAYEN_KOBLENZ, PHONE, "light"),
        ("desk", f"{ROOM}/desk", MODERATION, DESK, "light"),
        ("organise", EVENT, ORGANISATION, LONG, "light"),
        ("organise-live", "/organise/generalprobe/live", ORGANISATION, DESK, "light"),
        ("organise-late", f"{EVENT}/late", ORGANISATION, LONG, "light"),
        ("organise-conflict", EVENT, ORGANISATION, DESK, "light"),
        ("present", f"{ROOM}/present", ULM, DESK, "light"),
        ("screen", big_screen(server), None, HALL, "dark"),
    )
    for name, path, address, size, scheme in looks:
        who = signed[address] if address is not None else None
        with window(browser, who, server.url, size, scheme) as page:
            page.goto(path)
            settle(page)
            BEFORE.get(name, settle)(page)
            settle(page)
            page.screenshot(path=FOLDER / f"{name}.png")


BEFORE = {"organise-late": late, "organise-conflict": conflict, "present": show_slides}
"""What is done before a picture is taken."""


def settle(page: Page) -> None:
    """Until fonts are there and a room has joined."""
    expect(page.get_by_text("wird geladen")).to_have_count(0)
    expect(page.get_by_text("Verbindung wird hergestellt")).to_have_count(0)
    page.evaluate("() => document.fonts.ready.then(() => true)")


def big_screen(server: RunningServer) -> str:
    return next(line for line in server.output.split() if "/screen#" in line)


if __name__ == "__main__":
    main()
