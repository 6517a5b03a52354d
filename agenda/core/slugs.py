"""Readable addresses from titles (rules E1, E2)."""

from __future__ import annotations

import re
import unicodedata

ACRONYM = re.compile(r"[a-z0-9_]{4,40}")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{2,}[a-z0-9]")
_LONGEST = 60
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Letters that Unicode does not decompose, and the German ones that must not lose their sound.
_LETTERS = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o",
        "å": "aa", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
    }
)  # fmt: skip


def slug(title: str, fallback: str) -> str:
    """The title in ``[a-z0-9-]``; with nothing or too little left, the fallback (a code)."""
    lower = unicodedata.normalize("NFC", title).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")
    return words if SLUG.fullmatch(words) else fallback.lower()


def code(guid: str) -> str:
    """Six characters of ``[0-9A-Z]`` from an id (E5); the gate notices if two were equal."""
    number = int(guid.replace("-", ""), 16)
    return "".join(_DIGITS[number // 36**place % 36] for place in range(6))
