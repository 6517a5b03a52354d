"""Finding the pages of a deck by what stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec

LONGEST_SEARCH = 100
"""Characters of what is searched for."""
MOST_FOUND = 50
"""Pages; who gets so many searches for another word."""
AROUND = 40
"""Characters shown before and after the first word found."""


class FoundPage(msgspec.Struct, frozen=True):
    """A page that has all the words, and the place of the first."""

    page: int
    """1 is the first."""
    excerpt: str


def search(texts: Sequence[str], words: str) -> tuple[FoundPage, ...]:
    """The pages, in order, on which every word stands; capitals do not matter.

    ``texts``: what each page says, the first page first.  No words find no page.
    """
    wanted = tuple(dict.fromkeys(words.casefold().split()))
    if not wanted:
        return ()
    found = (
        FoundPage(number, _excerpt(" ".join(text.split()), wanted[0]))
        for number, text in enumerate(texts, 1)
        if _has(text.casefold(), wanted)
    )
    return tuple(islice(found, MOST_FOUND))


def _has(folded: str, words: Sequence[str]) -> bool:
    return all(word in folded for word in words)


def _excerpt(text: str, word: str) -> str:
    """Whole words around the first place of the word."""
    # Folding may make a text longer (ß): the place is near enough to show what stands around it.
    at = min(text.casefold().find(word), len(text))
    start = text.rfind(" ", 0, max(0, at - AROUND)) + 1
    end = text.find(" ", at + len(word) + AROUND)
    end = len(text) if end < 0 else end
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
