"""Looking at a deck before others do: what is found, and what people will see and hear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.materials import Deck, Hint, hints, letters_px, text_of, tiny_pages
from agenda.materials import Shelf
from server.http.materials import said
from server.http.materials.places import MaterialPlaces, shelf_of
from server.http.pages import links, materials
from server.http.pages.material import WINDOW, lines_of, windows
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers, see_other
from server.http.pages.texts import Texts
from server.http.pages.words import Link
from server.http.surfaces import Surface, Visit

CHECKED = (
    Hint.NOT_TAGGED,
    Hint.NO_LANGUAGE,
    Hint.NO_TITLE,
    Hint.PAGES_WITHOUT_TEXT,
    Hint.SMALL_LETTERS,
)
"""In this order. Each has words for when all is well, too."""


@dataclass(frozen=True)
class Finding:
    state: str
    """``good``, ``poor`` or ``unknown``."""
    name: str
    text: str
    """What is found, and where it is poor, what to do."""


@dataclass(frozen=True)
class CheckedPage:
    number: int
    title: str
    image: str
    heard: tuple[str, ...]
    """Paragraphs, as a screen reader says them."""
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class CheckView:
    heading: str
    line: materials.Line
    findings: tuple[Finding, ...]
    measure_href: str
    """Where to have the letters measured; empty when they were."""
    measuring: bool
    pages: tuple[CheckedPage, ...]
    windows: tuple[Link, ...]
    width: int
    height: int
    edit_href: str
    trail: tuple[Link, ...]


def check(shelf: Shelf, deck: Deck, texts: Texts, *, first: int, measuring: bool) -> CheckView:
    """``first``: the page from which on pages are shown."""
    material, file = shelf.material, shelf.file
    here = links.material_check(material.guid)
    unmeasured = file is not None and file.unmeasured
    last = min(first + WINDOW - 1, deck.pages)
    edit = links.material_edit(material.guid)
    return CheckView(
        heading=material.title.read(texts.language),
        line=materials.line(shelf, texts),
        findings=tuple(_findings(shelf, texts)),
        measure_href=here if unmeasured and not measuring else "",
        measuring=unmeasured and measuring,
        pages=tuple(_page(shelf, deck, number, texts) for number in range(first, last + 1)),
        windows=windows(here, deck.pages, texts),
        width=1_600,
        height=max(1, round(1_600 / deck.ratio)),
        edit_href=edit,
        trail=(Link(edit, texts("check.back")),),
    )


def _findings(shelf: Shelf, texts: Texts) -> Iterator[Finding]:
    found = frozenset(hints(shelf.material, shelf.file)) if shelf.file is not None else frozenset()
    for hint in CHECKED:
        asked, state = hint, "poor" if hint in found else "good"
        if hint is Hint.SMALL_LETTERS and Hint.NOT_MEASURED in found:
            asked, state = Hint.NOT_MEASURED, "unknown"
        text = texts.of("check.good", hint) if state == "good" else said.hint(asked, shelf, texts)
        yield Finding(state, texts(f"check.{state}"), text)


def _page(shelf: Shelf, deck: Deck, number: int, texts: Texts) -> CheckedPage:
    heard = lines_of(text_of(shelf.material, deck, number))
    height = letters_px(deck, number)
    remarks = []
    if not heard:
        remarks.append(texts("check.silent"))
    if number in tiny_pages(deck):
        remarks.append(texts("check.tiny", height=texts.decimal(height or 0, short=True)))
    return CheckedPage(
        number=number,
        title=texts("material.page", number=number),
        image=links.material_page(shelf.material.guid, number),
        heard=heard,
        remarks=tuple(remarks),
    )


class CheckPages:
    """For whoever may edit the material."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._materials = answers.site.materials
        self._places = MaterialPlaces(self._materials)

    async def look(self, request: Request, visit: Visit) -> Response:
        shelf, texts = shelf_of(request), self._answers.texts(visit.language)
        deck = shelf.file.deck if shelf.file is not None else None
        if deck is None or not shelf.usable:
            return see_other(links.material_edit(shelf.material.guid))
        first = said.page_from(request.query_params.get("from", ""), deck.pages)
        measuring = "measuring" in request.query_params
        view = check(shelf, deck, texts, first=first, measuring=measuring)
        return self._answers.show(
            request, visit, "material_check", view, section="events", cache=NEVER_KEPT
        )

    async def measure(self, request: Request, _: Visit) -> Response:
        """Letters of a deck from before that was done; it goes on being given out meanwhile."""
        shelf = shelf_of(request)
        await self._materials.measure(shelf)
        return see_other(f"{links.material_check(shelf.material.guid)}?measuring")

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need."""
        edit, place = Permission.MATERIAL_EDIT, self._places.material
        path = "/materials/{material}/check"
        return (
            Surface(path, ("GET",), edit, self.look, "material_check", place),
            Surface(path, ("POST",), edit, self.measure, "material_measure", place),
        )
