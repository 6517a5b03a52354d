"""Which language a header asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.language import LANGUAGES, accepted, known


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("de", "de"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, en;q=0.5, de;q=0.8", "de"),
        ("de-AT;q=0.7, en;q=0.9", "en"),
        ("fr", None),
        ("en;q=0", None),
        ("en;q=often, de;q=0.1", "de"),
        ("*", None),
    ],
)
def test_best_of_our_languages_is_taken(header: str, language: str | None) -> None:
    assert accepted(header) == language


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    assert accepted(header) in (None, *LANGUAGES)
    assert known(header) in (None, *LANGUAGES)
