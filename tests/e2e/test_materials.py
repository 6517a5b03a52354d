"""Slides come into the programme: uploaded over a bad line, described, released, read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Come, Complaints
from tests.e2e.people import HOF, ORGANISATION, Person
from tests.e2e.soon import EVENT, release_beside
from tests.e2e.test_participants import run_late
from tests.fixtures.server import RunningServer
from tests.pages.test_in_browser import violations
from tests.server.media import samples

SESSION = "/events/generalprobe/sessions/keynote"


OVER = """() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const all = document.documentElement;
  told(all.scrollWidth - all.clientWidth);
})))"""
"""How many pixels hang over, once a window of another size is laid out."""


class BadLine:
    """Breaks under the second piece, once."""

    def __init__(self, page: Page) -> None:
        self.ranges: list[str] = []
        page.route("**/uploads/*", self._handle)

    def _handle(self, route: Route) -> None:
        if route.request.method == "PUT":
            self.ranges.append(route.request.headers["content-range"])
            if len(self.ranges) == 2:
                route.abort("internetdisconnected")
                return
        route.continue_()


@pytest.fixture
def slides(tmp_path: Path) -> Path:
    path = tmp_path / "Strategie Ulm.pdf"
    path.write_bytes(samples.heavy_pdf(2_200_000))
    return path


def fits(person: Person) -> None:
    """Nothing hangs over at 320 px, and axe finds nothing."""
    person.page.set_viewport_size({"width": 320, "height": 800})
    assert person.page.evaluate(OVER) == 0
    assert violations(person.page) == []
    person.page.set_viewport_size({"width": 1280, "height": 800})


def upload(person: Person, path: Path, session: str = SESSION) -> None:
    person.open(session)
    person.page.get_by_label("Datei").set_input_files(path)
    person.page.get_by_role("button", name="Hochladen").click()


def test_slides_are_uploaded_over_a_bad_line_described_released_and_read(
    come: Come, slides: Path, complaints: Complaints
) -> None:
    desk, reader = come(ORGANISATION), come(HOF)
    desk.sign_in()
    line = BadLine(desk.page)
    upload(desk, slides)
    expect(desk.page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
    size = slides.stat().st_size
    starts = [int(each.removeprefix("bytes ").split("-")[0]) for each in line.ranges]
    assert starts == [0, 1_000_000, 1_000_000, 2_000_000]
    assert line.ranges[-1] == f"bytes 2000000-{size - 1}/{size}"

    reader.sign_in(SESSION)
    expect(reader.heading("Unterlagen")).to_have_count(0)

    desk.follow("Weiter: beschreiben und veröffentlichen")
    fits(desk)
    desk.page.get_by_label("Titel", exact=True).fill("Unsere Strategie")
    desk.page.get_by_label("In Worten: Seite 2").fill("Eine Karte der Stadt mit drei Wegen.")
    desk.page.get_by_role("button", name="Speichern", exact=True).click()
    expect(desk.page.get_by_role("status")).to_have_text("Gespeichert.")
    desk.page.get_by_role("button", name="Veröffentlichen").click()
    expect(desk.page.get_by_role("button", name="Zurückziehen")).to_be_visible()
    desk.open(SESSION)
    fits(desk)

    reader.open(SESSION)
    fits(reader)
    reader.follow("Ansehen")
    expect(reader.page.get_by_text("Schwere Seite 1")).to_be_visible()
    expect(reader.page.get_by_text("Eine Karte der Stadt")).to_be_visible()
    image = reader.page.locator("img").first
    expect(image).to_have_js_property("naturalWidth", 1600)
    fits(reader)
    with reader.page.expect_download() as download:
        reader.follow("Herunterladen")
    assert download.value.suggested_filename == "Strategie Ulm.pdf"
    # The broken line is the browser's complaint, and meant.
    complaints[:] = [each for each in complaints if "/uploads/" not in each]


def test_upload_goes_on_after_a_reload_with_the_same_file(
    come: Come, slides: Path, complaints: Complaints
) -> None:
    desk = come(ORGANISATION)
    desk.sign_in()
    desk.page.route("**/uploads/*", stop_after_first := StopAfterFirst())
    upload(desk, slides)
    expect(desk.page.get_by_text("Verbindung unterbrochen")).to_be_visible()
    desk.open(SESSION)  # before the line is back: an open page would go on by itself
    desk.page.unroute("**/uploads/*", stop_after_first)
    expect(desk.page.get_by_text("Wählen Sie dieselbe Datei")).to_be_visible()
    expect(desk.page.get_by_text("Unvollständig", exact=True)).to_be_visible()
    line = BadLine(desk.page)
    upload(desk, slides)
    expect(desk.page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
    assert line.ranges[0].startswith("bytes 1000000-")
    desk.open(SESSION)
    expect(desk.page.get_by_text("Strategie Ulm", exact=True)).to_have_count(1)
    complaints.clear()


class StopAfterFirst:
    """Lets one piece through, then nothing any more."""

    def __init__(self) -> None:
        self.pieces = 0

    def __call__(self, route: Route) -> None:
        self.pieces += route.request.method == "PUT"
        if self.pieces > 1:
            route.abort("internetdisconnected")
        else:
            route.continue_()


def test_what_is_not_taken_is_said_at_once_and_nothing_remains(
    come: Come, tmp_path: Path, complaints: Complaints
) -> None:
    desk = come(ORGANISATION)
    desk.sign_in()
    drawing = tmp_path / "Plan.svg"
    drawing.write_text("<svg/>")
    upload(desk, drawing)
    expect(desk.page.get_by_role("alert")).to_contain_text("PDF, PNG, JPEG, WebP, ODP und PPTX")
    locked = tmp_path / "Gesperrt.pdf"
    locked.write_bytes(samples.encrypted_pdf())
    upload(desk, locked)
    expect(desk.page.get_by_role("alert")).to_contain_text("Kennwort")
    desk.open(SESSION)
    fits(desk)
    expect(desk.page.get_by_text("Nicht angenommen")).to_have_count(1)
    complaints[:] = [each for each in complaints if not each.startswith("415")]


class Held:
    """Keeps the first piece back until it is let go."""

    def __init__(self) -> None:
        self.waiting: list[Route] = []

    def __call__(self, route: Route) -> None:
        if route.request.method == "PUT" and not self.waiting:
            self.waiting.append(route)
        else:
            route.continue_()


@pytest.mark.parametrize("begun", [False, True], ids=["chosen", "running"])
def test_a_release_of_the_programme_leaves_an_upload_to_its_end(
    server: RunningServer, come: Come, slides: Path, *, begun: bool
) -> None:
    release_beside(server)
    desk = come(ORGANISATION)
    desk.sign_in()
    desk.page.clock.install()
    desk.open(f"{EVENT}/sessions/netze")
    held = Held()
    desk.page.route("**/uploads/*", held)
    desk.page.get_by_label("Datei").set_input_files(slides)
    submit = desk.page.get_by_role("button", name="Hochladen")
    cancel = desk.page.get_by_role("button", name="Abbrechen")

    def begin() -> None:
        with desk.page.expect_request(lambda asked: asked.method == "PUT"):
            submit.click()
        expect(cancel).to_be_focused()

    if begun:
        begin()
    run_late(server)
    desk.page.clock.fast_forward(30_000)
    news = desk.page.get_by_role("status").filter(has_text="Das Programm wurde geändert")
    expect(news).to_contain_text("5 Minuten später")
    if begun:
        expect(desk.page.get_by_role("progressbar", name="Fortschritt")).to_be_visible()
        expect(cancel).to_be_focused()
    else:
        begin()
    held.waiting[0].continue_()
    expect(desk.page.get_by_text("Fertig. Die Datei ist geprüft.")).to_be_visible()
