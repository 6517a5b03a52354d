"""The rules of the calendars: each that the docs name has a test that names it, and no other."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT, read


def test_every_rule_of_the_calendars_has_a_test_that_names_it() -> None:
    promised = set(re.findall(r"^\| I(\d+) \|", read(ROOT / "docs" / "agenda.md"), re.MULTILINE))
    tests = (ROOT / "tests" / "agenda" / "core").glob("test_*calendar.py")
    sources = [read(path) for path in (ROOT / "tests/agenda/core/test_ical.py", *tests)]
    names = re.findall(r"^def test_(i\d+\w*)", "\n".join(sources), re.MULTILINE)
    tested = {number for name in names for number in re.findall(r"(?:^|_)i(\d+)", name)}
    assert promised == tested
    assert {*map(str, range(1, 13)), *map(str, range(15, 19))} <= promised
