"""Texts are searched as people type: without capitals, with or without umlauts and accents."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.text_search import fold, mentions

TEXT = "Straßenbäume, übertragbar: Chóśebuz (VG)"
Form = Literal["NFC", "NFD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(["NFC", "NFD"])


def test_folding_keeps_letters_digits_and_single_spaces() -> None:
    assert fold("  Weißenthurm / Chóśebuz (VG)_3 ") == "weissenthurm chosebuz vg 3"


@given(text=st.text(), form=FORMS)
def test_folding_does_not_hear_how_a_letter_is_composed(text: str, form: Form) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)


@pytest.mark.parametrize(
    "asked",
    ["STRASSENBÄUME", "strassenbaeume", "strassenbaume", "uber VG", "chosebuz ueber", "„(vg)“", ""],
)
def test_a_text_mentions_all_words_however_they_are_typed(asked: str) -> None:
    assert mentions(TEXT, asked)
    assert mentions(unicodedata.normalize("NFD", TEXT), unicodedata.normalize("NFD", asked))


@pytest.mark.parametrize("asked", ["strasen", "über xy", "baueme"])
def test_a_text_that_lacks_one_word_does_not_mention_them(asked: str) -> None:
    assert not mentions(TEXT, asked)


def test_parts_of_an_address_are_one_word() -> None:
    assert mentions("Amt Hof amt@hof.example", "amt@hof")
    assert not mentions("Amt Hof hof@amt.example", "amt@hof.example")


@given(text=st.text("aäÄßue -,", max_size=20), form=FORMS)
def test_a_text_mentions_each_of_its_words(text: str, form: Form) -> None:
    assert mentions(text, unicodedata.normalize(form, text.upper()))
