"""What nobody can see is dropped where it means nothing, and stays where it shapes what is seen."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import msgspec
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from rooms.core import text
from rooms.core.names import Code, Refusal

INVISIBLE = regex.compile(r"[\p{DI}\p{Cc}\p{Bidi_Control}\ufff9-\ufffb]")
GAP = regex.compile(r"[\s\u115f\u1160\u3164\uffa0]")
SHAPERS = "\u200c\u200d\u180b\u180e\ufe0e\ufe0f\U000e0100\U000e0067\U000e0062\U000e007f"
IGNORED = "\u00ad\u034f\u200b\u2060\u2064\ufeff\u202e\u2067\ufff9\U000e0001\U0001d173\u3164\x07\n "
SHAPED = "aé1#=葛👩👧🏻❤🏴🇩🇪کب\u064eकष\u094d\u093c\u0958\u09c7\u09be\u1820\u1828\ufb1d가\u11a8"
MARKS = "\u0301\u0338\u20e3"
typed = st.text(st.sampled_from(SHAPERS + IGNORED + SHAPED + MARKS), max_size=12) | st.text(
    st.characters(codec="utf-8")
)
unseen = st.text(st.sampled_from(SHAPERS + IGNORED)) | st.text(
    st.characters(codec="utf-8").filter(INVISIBLE.match)
)


class Example(msgspec.Struct, frozen=True):
    name: str
    typed: str
    kept: str
    length: int


EXAMPLES = msgspec.json.decode(
    (Path(__file__).parents[2] / "conformance" / "texts.json").read_bytes(), type=list[Example]
)


def seen(words: str) -> str:
    """What a reader sees of it, gaps aside."""
    return GAP.sub("", INVISIBLE.sub("", unicodedata.normalize("NFD", words)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_what_shapes_stays_and_what_hides_goes(example: Example) -> None:
    assert text.clean(example.typed) == example.kept
    assert text.length(example.kept) == example.length


@given(typed)
def test_nothing_that_can_be_seen_is_lost(words: str) -> None:
    expected = unicodedata.normalize("NFD", seen(words))
    assert unicodedata.normalize("NFD", seen(text.clean(words))) == expected


@given(typed)
def test_cleaning_is_done_once(words: str) -> None:
    cleaned = text.clean(words)
    assert text.clean(cleaned) == cleaned


@given(typed)
def test_an_accepted_text_is_a_clean_one(words: str) -> None:
    checked = text.check(words, 1, 1_000)
    if isinstance(checked, str):
        assert checked == text.clean(words)


@given(unseen)
def test_a_text_of_nothing_visible_is_empty(words: str) -> None:
    assert text.check(words, 1, 1_000) == Refusal(Code.EMPTY)


@given(typed)
def test_hidden_characters_never_come_in_a_row(words: str) -> None:
    """Two at most: a selector and the joiner behind it. Only a flag's letters are more."""
    flagless = regex.sub(r"\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f", "", text.clean(words))
    assert not regex.search(r"\p{DI}{3}", flagless)


def test_marks_parted_by_invisible_characters_are_piled_up_all_the_same() -> None:
    for between in ("\ufe0f", "\u200d", "\u00ad", "\u034f", "\U000e0061"):
        piled = "a" + f"\u0301{between}" * 9
        assert text.check(piled, 1, 1_000) == Refusal(Code.BLOCKED_CONTENT)


def test_marks_are_counted_before_they_are_sorted() -> None:
    """Sorting takes the square of their number, so thousands must not get that far."""
    for between in ("", "\u200d", "\ufe0f"):
        marks = f"\u0345{between}\u0316{between}\u0301{between}" * 2_000
        assert text.check("a" + marks[:15_000], 1, 1_000) == Refusal(Code.BLOCKED_CONTENT)


def test_a_text_far_too_long_is_refused_before_anything_in_it_counts() -> None:
    for unit in ("x", "\u200b", "\u0301\u0316", "\ud800"):
        assert text.check("x" + unit * 16_000, 1, 1_000) == Refusal(Code.TOO_LONG, limit=1_000)


def test_a_blank_margin_does_not_make_a_text_too_long() -> None:
    assert text.check("\n" * 40_000 + "Ja" + " " * 40_000, 1, 10) == "Ja"
    assert text.check(" " * 40_000, 1, 10) == Refusal(Code.EMPTY)
