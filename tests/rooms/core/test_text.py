"""What people type: kept whole, made harmless, or refused with the limit (X14)."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from rooms.core import text
from rooms.core.names import Code, Refusal

FAMILY = "👩‍👩‍👧‍👦"


def refusal(typed: str, shortest: int = 1, longest: int = 1_000) -> Refusal:
    checked = text.check(typed, shortest, longest)
    assert isinstance(checked, Refusal), checked
    return checked


def test_limit_counts_what_a_reader_counts() -> None:
    """T-Q9: 500 emoji with joiners are 500 characters."""
    assert text.check(FAMILY * 500, 3, 500) == FAMILY * 500
    assert refusal("x" * 501, 3, 500) == Refusal(Code.TOO_LONG, limit=500)
    assert refusal(FAMILY * 501, 3, 500) == Refusal(Code.TOO_LONG, limit=500)


def test_too_short_is_told_with_the_limit() -> None:
    assert refusal("?!", 3) == Refusal(Code.TOO_SHORT, limit=3)
    assert refusal(FAMILY * 2, 3) == Refusal(Code.TOO_SHORT, limit=3)
    assert text.check("Äh?", 3, 500) == "Äh?"


def test_endless_joined_emoji_are_too_long_however_they_are_counted() -> None:
    assert text.length("👩‍" * 1_000 + "👩") == 1
    assert refusal("👩‍" * 10_000 + "👩", 1, 500).code is Code.TOO_LONG


@pytest.mark.parametrize(
    "blank", ["", "  ", "\n\n", "\u200b", "\ufeff", "\u3164", "\u2800", "\x00"]
)
def test_text_of_nothing_visible_is_empty(blank: str) -> None:
    assert refusal(blank) == Refusal(Code.EMPTY)


def test_eight_marks_on_a_letter_are_accepted_and_nine_refused() -> None:
    mark = "\u0301"
    assert text.check("a" + 8 * mark, 1, 10) == unicodedata.normalize("NFC", "a" + 8 * mark)
    assert refusal("a" + 9 * mark) == Refusal(Code.BLOCKED_CONTENT)
    assert refusal("a" + 5 * mark + "\u200d" + 5 * mark) == Refusal(Code.BLOCKED_CONTENT)
    assert refusal("a" + 5 * mark + "\x00" + 5 * mark) == Refusal(Code.BLOCKED_CONTENT)
    assert refusal("a" + 10_000 * mark) == Refusal(Code.BLOCKED_CONTENT)


def test_half_a_surrogate_pair_is_malformed() -> None:
    assert refusal("a\ud83d") == Refusal(Code.MALFORMED)


def test_controls_of_text_direction_are_dropped() -> None:
    """T-C6: an override cannot turn the text around."""
    assert text.clean("Rechnung\u202egpj.exe") == "Rechnunggpj.exe"
    assert text.clean("\u2067\u0634\u0643\u0631\u0627\u2069") == "\u0634\u0643\u0631\u0627"


def test_control_characters_are_dropped_except_line_feed() -> None:
    assert text.clean("eins\r\nzwei\u2028drei\x07") == "eins\nzwei\ndrei"
    assert text.clean("A\tB") == "A B"


def test_markup_stays_text() -> None:
    """T-C6: it is shown as typed; nothing is escaped here, nothing is interpreted later."""
    assert text.check("<script>alert(1)</script>", 1, 100) == "<script>alert(1)</script>"


def test_same_spelling_in_two_encodings_is_stored_alike() -> None:
    assert text.clean("Mu\u0308nchen") == "München"


def test_case_width_and_spacing_do_not_make_another_text() -> None:
    assert text.same("Wer zahlt das?", "  wer  ZAHLT das？")
    assert not text.same("Wer zahlt das?", "Wer zahlt dies?")


def test_first_never_cuts_a_character() -> None:
    assert text.first(FAMILY * 3, 2) == FAMILY * 2
    assert text.first("abc", 2) == "ab"
    assert text.first(FAMILY, 1) == FAMILY


@given(st.text(st.sampled_from("🇩🇪👩a가क\u094d\u0301\u0903\u200d\ufe0f\u0600\n")))
def test_flags_in_a_row_are_counted_as_unicode_says(typed: str) -> None:
    """They have a way of their own: the general one takes the square of their number."""
    assert text.length(typed) == len(regex.findall(r"\X", typed))


def test_thousands_of_flags_are_counted_and_cut_in_pairs() -> None:
    flags = "🇩🇪" * 8_000
    assert text.length(flags + "🇩") == 8_001
    assert text.first(flags, 3) == "🇩🇪" * 3
    assert refusal(flags, 1, 1_000) == Refusal(Code.TOO_LONG, limit=1_000)
    assert text.check(flags[:2_000], 1, 1_000) == flags[:2_000]


def test_remark_may_be_left_out() -> None:
    assert text.check_remark("  ", 10) == ""
    assert text.check_remark("Ton", 10) == "Ton"
    assert text.check_remark("x" * 11, 10) == Refusal(Code.TOO_LONG, limit=10)


@given(st.text(st.characters(codec="utf-8")))
def test_cleaning_again_changes_nothing(typed: str) -> None:
    cleaned = text.clean(typed)
    assert text.clean(cleaned) == cleaned


@given(st.text(st.characters(codec="utf-8")))
def test_clean_text_is_composed_and_without_controls(typed: str) -> None:
    cleaned = text.clean(typed)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) == "Cc" and c != "\n"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 20))
def test_accepted_text_is_within_its_limit(typed: str, longest: int) -> None:
    checked = text.check(typed, 1, longest)
    if isinstance(checked, str):
        assert 1 <= text.length(checked) <= longest


@given(st.text(st.characters(max_codepoint=0x2FF)), st.integers(1, 5), st.integers(5, 20))
def test_plain_text_is_treated_like_any_other(typed: str, shortest: int, longest: int) -> None:
    """The short way for Latin letters is no exception: a mark more sends it the long way."""
    short, long = (
        text.check(typed, shortest, longest),
        text.check(typed + "\u200e", shortest, longest),
    )
    assert short == long
    assert text.clean(typed) == text.clean(typed + "\u200e")
