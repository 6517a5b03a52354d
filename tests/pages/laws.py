"""What holds on every page."""

from __future__ import annotations

import itertools

import httpx

from tests.pages.markup import Page


def check(answer: httpx.Response, language: str) -> Page:
    """The laws of every page."""
    page = Page(answer.text)
    levels = [level for level, _ in page.headings()]
    assert levels.count(1) == 1, page.headings()
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), page.headings()
    assert all(text for _, text in page.headings())
    assert page.language == answer.headers["content-language"] == language
    assert page.title.endswith("– Plenum")
    assert len(page.find("//main")) == 1
    assert not page.values("//@style | //@onclick")
    assert not page.find("//style | //script[not(@src)]")
    ids = page.values("//@id")
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby", "for"):
        referred = " ".join(page.values(f"//@{name}")).split()
        assert set(referred) <= set(ids), referred
    return page
