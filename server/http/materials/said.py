"""What is said about files, in words: sizes, problems, hints."""

from __future__ import annotations

from agenda.core.materials import FileProblem, Hint, silent_pages, tiny_pages
from agenda.materials import Shelf
from server.http.pages.forms import whole
from server.http.pages.texts import Texts

_MEGABYTE, _KILOBYTE = 1_000_000, 1_000
_MOST_NAMED = 10
"""Page numbers that are spelled out."""


def size(count: int, texts: Texts) -> str:
    """``3,2 MB``; small ones in kB, never 0."""
    if count < _MEGABYTE:
        return texts("material.unit.kb", number=max(1, round(count / _KILOBYTE)))
    return texts("material.unit.mb", number=texts.decimal(count / _MEGABYTE, short=True))


def page_from(given: str, count: int) -> int:
    """The first page to show, from the query of an address; 1 if it makes no sense."""
    number = whole(given, 3)
    return number if number is not None and 1 <= number <= count else 1


def problem(why: FileProblem, texts: Texts, limit: int | None = None) -> str:
    """Why a file is not taken, and what to do."""
    counted = why is FileProblem.TOO_MANY_FILES
    said = "" if limit is None else str(limit) if counted else size(limit, texts)
    return texts(f"file.{why}", limit=said)


def hint(what: Hint, shelf: Shelf, texts: Texts) -> str:
    """What would make a document easier to use."""
    deck = shelf.file.deck if shelf.file is not None else None
    numbers: tuple[int, ...] = ()
    if deck is not None and what is Hint.PAGES_WITHOUT_TEXT:
        numbers = silent_pages(shelf.material, deck)
    elif deck is not None and what is Hint.SMALL_LETTERS:
        numbers = tiny_pages(deck)
    named = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return texts(f"hint.{what}", pages=named + (" …" if len(numbers) > _MOST_NAMED else ""))
