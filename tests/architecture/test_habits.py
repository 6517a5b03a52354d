"""Habits that are easier to hold by a program than by reviews."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.source import ROOT, own_files, read

OWN = Path(__file__)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
BARE_NOQA = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, ?[A-Z]+\d+)* (?:- \S|\())")
BARE_IGNORE = re.compile(r"#\s*type: ignore(?!\[[\w, -]+\])")
PATCHED = re.compile(r"\bmonkeypatch\b|unittest\.mock|mocker\b")
SKIPPED = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail)|importorskip|\b(?:it|test)\.skip\(")


def _found(pattern: re.Pattern[str], *folders: str, suffixes: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in own_files()
        if path != OWN and path.suffix in suffixes and path.relative_to(ROOT).parts[0] in folders
        for number, line in enumerate(read(path).splitlines(), 1)
        if pattern.search(line)
    ]


CODE = ("access", "agenda", "bench", "docs", "rooms", "server", "tests")


def test_nothing_is_left_unfinished() -> None:
    assert _found(UNFINISHED, *CODE, "static", suffixes=(".py", ".ts", ".tsx", ".scss", ".c")) == []


def test_an_exception_to_a_lint_rule_names_the_rule_and_a_reason() -> None:
    assert _found(BARE_NOQA, *CODE, suffixes=(".py",)) == []


def test_an_exception_to_the_types_names_what_it_silences() -> None:
    assert _found(BARE_IGNORE, *CODE, suffixes=(".py",)) == []


def test_tests_pass_fakes_in_and_patch_nothing() -> None:
    assert _found(PATCHED, "tests", suffixes=(".py",)) == []


def test_no_test_is_skipped() -> None:
    assert _found(SKIPPED, "tests", "static", suffixes=(".py", ".ts")) == []
