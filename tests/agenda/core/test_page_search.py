"""Finding pages of a deck by what stands on them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agenda.core.page_search import AROUND, MOST_FOUND, FoundPage, search

TEXTS = st.lists(st.text("aäß BZ\n1", max_size=40), max_size=8)


@given(texts=TEXTS, words=st.text("aäß B", max_size=6))
def test_pages_found_are_those_with_every_word(texts: list[str], words: str) -> None:
    wanted = words.casefold().split()
    expected = [
        number
        for number, text in enumerate(texts, 1)
        if wanted and all(word in text.casefold() for word in wanted)
    ]
    assert [found.page for found in search(texts, words)] == expected


class Counted(str):
    """A page that counts how often it is folded."""

    folded = 0

    def casefold(self) -> str:
        self.folded += 1
        return super().casefold()


def test_a_page_is_folded_once_however_many_words_are_wanted() -> None:
    pages = [Counted("abcdefghijklmnopqrstuvwxyz") for _ in range(3)]
    assert len(search(pages, " ".join("abcdefghijklmnopqrstuvwxyz" * 2))) == 3
    assert [page.folded for page in pages] == [1, 1, 1]


@given(texts=TEXTS, words=st.text("aäß B", max_size=6))
def test_excerpt_stands_on_the_page(texts: list[str], words: str) -> None:
    for found in search(texts, words):
        page = " ".join(texts[found.page - 1].split())
        assert found.excerpt.removeprefix("… ").removesuffix(" …") in page


def test_excerpt_shows_the_word_between_whole_words() -> None:
    text = f"{'Vorher ' * 20}Straßenbeleuchtung {'nachher ' * 20}"
    (found,) = search(["Nichts", text], "STRASSENBELEUCHTUNG")
    assert found.page == 2
    assert "Straßenbeleuchtung" in found.excerpt
    assert found.excerpt.startswith("… Vorher")
    assert found.excerpt.endswith("nachher …")
    assert len(found.excerpt) < 2 * AROUND + 50


def test_many_pages_are_cut() -> None:
    assert len(search(["Klima"] * 400, "klima")) == MOST_FOUND


def test_a_short_page_is_shown_whole() -> None:
    assert search(["Der Wald\nist groß"], "wald") == (FoundPage(1, "Der Wald ist groß"),)
