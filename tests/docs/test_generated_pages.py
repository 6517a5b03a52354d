"""Pages made from code say what the code says."""

from __future__ import annotations

import pytest

from docs.generate import DOCS, PAGES, settings_page
from server.settings import PREFIX, Settings


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_not_stale(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


def test_every_setting_has_a_meaning() -> None:
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"`{PREFIX}{name.upper()}`" in page
