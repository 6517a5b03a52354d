"""Texts by code, in two languages: ``static/i18n/{de,en}/*.json``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import msgspec

from server.http.language import LANGUAGES, Language

FILES = (
    "pages",
    "organise",
    "operations",
    "materials",
    "examples",
    "participants",
    "access",
    "refusals",
    "offices",
)
"""Files the pages read; a code stands in exactly one of them."""


class Texts(msgspec.Struct, frozen=True):
    """The texts of one language. A code without a text is an error, never an empty place."""

    language: Language
    table: Mapping[str, str]

    def __call__(self, code: str, /, **values: object) -> str:
        """The text of a code with its values filled in. Raises KeyError."""
        return self.table[code].format(**values) if values else self.table[code]

    def count(self, code: str, number: int) -> str:
        """``code.one`` or ``code.many`` with the number filled in."""
        return self(f"{code}.{'one' if number == 1 else 'many'}", number=number)

    def of(self, group: str, member: Enum) -> str:
        """The name of a member of an enum: ``group.value``."""
        return self(f"{group}.{member.value}")

    def decimal(self, number: float, *, short: bool = False) -> str:
        """With one place behind the comma; ``short``: unless it is 0."""
        said = f"{number:.1f}"
        said = said.removesuffix(".0") if short else said
        return said.replace(".", ",") if self.language == "de" else said

    def has(self, code: str) -> bool:
        """Whether there is such a text."""
        return code in self.table


def load(folder: Path) -> dict[Language, Texts]:
    """The texts of all languages from their files; a missing file counts as empty."""
    return {language: Texts(language, _table(folder / language)) for language in LANGUAGES}


def _table(folder: Path) -> dict[str, str]:
    table: dict[str, str] = {}
    for name in FILES:
        path = folder / f"{name}.json"
        if path.exists():
            table |= msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    return table
