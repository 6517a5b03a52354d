"""Whoever is refused is told why and what to do: every rule and step has both texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from access.rules import NextStep, Rule

TEXTS = Path(__file__).parents[2] / "static" / "i18n"
CODES = [f"rule.{rule}" for rule in Rule] + [f"step.{step}" for step in NextStep]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_rule_and_step_has_a_text_and_no_text_is_left_over(language: str) -> None:
    texts = json.loads((TEXTS / language / "access.json").read_text(encoding="utf-8"))
    assert sorted(texts) == sorted(CODES)
    assert [code for code, text in texts.items() if len(text) < 15 or not text.endswith(".")] == []


def test_languages_differ_where_they_should() -> None:
    german, english = (
        json.loads((TEXTS / language / "access.json").read_text(encoding="utf-8"))
        for language in ("de", "en")
    )
    assert [code for code in CODES if german[code] == english[code]] == []
