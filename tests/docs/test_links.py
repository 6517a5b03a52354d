"""Links and commands in the docs lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server import VERSION
from server.cli import COMMANDS
from tests.architecture.source import ROOT, own_files, read

PAGES = [path for path in own_files() if path.suffix == ".md"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", read(document))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_each_picture_is_on_a_page_or_linked_from_one() -> None:
    shown = {
        name for page in PAGES for name in re.findall(r"\(\S*screens/(\S+\.png)\)", read(page))
    }
    assert {path.name for path in (ROOT / "docs" / "screens").iterdir()} == shown


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_verbs_and_commands_in_the_docs_exist(document: Path) -> None:
    verbs = set(re.findall(r"\bmake ([a-z]+)`", read(document)))
    assert verbs <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"`plenum ([a-z-]+)", read(document))) <= COMMANDS


def test_every_verb_of_the_makefile_is_listed_by_help() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    hidden = {"environment", "tools", "parts", "lint-python"}
    listed = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
    assert set(phony.split()) == listed | hidden


def test_the_version_is_the_same_everywhere() -> None:
    assert f'\nversion = "{VERSION}"\n' in read(ROOT / "pyproject.toml")
    assert f'softwareVersion: "{VERSION}"' in read(ROOT / "publiccode.yml")
    assert f"## {VERSION} " in read(ROOT / "CHANGELOG.md")
