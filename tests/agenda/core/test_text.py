"""Slugs (E1, E2) and control characters (E17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.core.clean import block, line
from agenda.core.slugs import SLUG, slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Straße der Möglichkeiten", "strasse-der-moeglichkeiten"),
        ("STRAẞE", "strasse"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Über Öl – Ärger?", "ueber-oel-aerger"),
        ("u\u0308ber", "ueber"),
        ("👋🎉", "abc123"),
        ("Ja", "abc123"),
    ],
)
def test_titles_become_readable_addresses(title: str, expected: str) -> None:
    assert slug(title, "ABC123") == expected


@given(st.text())
def test_every_title_gives_a_valid_slug(title: str) -> None:
    assert SLUG.fullmatch(slug(title, "ABC123"))


def test_lines_hold_no_breaks_and_no_control_characters() -> None:
    assert line("a\x07b\r\nEND:VEVENT\u2028c\ufffe\ud800") == "ab END:VEVENT c"


def test_blocks_keep_their_lines() -> None:
    assert block("a\r\nb\rc\x00d\n") == "a\nb\ncd"


@pytest.mark.parametrize(
    "control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
def test_controls_of_direction_are_dropped_as_in_rooms(control: str) -> None:
    assert (line(f"Folien{control}fdp.exe"), block(f"a{control}\nb")) == ("Folienfdp.exe", "a\nb")


def test_text_that_runs_from_right_to_left_stays_as_it_is() -> None:
    assert line("مرحبا, שלום") == "مرحبا, שלום"


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing_and_the_rest_can_be_encoded(text: str) -> None:
    assert block(block(text)) == block(text)
    assert line(line(text)) == line(text)
    assert block(text).encode().decode() == block(text)
