"""The client is built again when, and only when, its sources changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.setup.client import fingerprint


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "room.ts").write_text("export {};")
    return tmp_path


def test_what_is_built_and_installed_does_not_count(sources: Path) -> None:
    before = fingerprint(sources)
    for made in ("dist", "node_modules"):
        (sources / made).mkdir()
        (sources / made / "room.js").write_text("made")
    assert fingerprint(sources) == before


def test_a_changed_source_counts(sources: Path) -> None:
    before = fingerprint(sources)
    (sources / "src" / "room.ts").write_text("export { };")
    assert fingerprint(sources) != before


def test_a_renamed_source_counts(sources: Path) -> None:
    before = fingerprint(sources)
    (sources / "src" / "room.ts").rename(sources / "src" / "desk.ts")
    assert fingerprint(sources) != before
