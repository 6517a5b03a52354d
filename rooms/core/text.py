"""What people type, made safe to store and show (rooms page, X14).

Kept: everything a person can mean, in NFC.  Dropped without a word, because nobody can see it:
control characters, byte order marks and the twelve controls of text direction (Unicode property
*Bidi_Control*).  Right-to-left writing needs none of them: the page isolates each text
(``dir="auto"``).  Refused, never cut: too long, too short, blank, piled-up combining marks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import regex

from rooms.core.names import Code, Refusal

_PLAIN: Final = re.compile(
    "[ -~\n\u00a1-\u00ac\u00ae-\u024f\u2013\u2014\u2018-\u201a\u201c-\u201e\u2026\u20ac]*"
)
"""What most people type: Latin letters, digits, punctuation. In NFC, one point a character,
nothing invisible but blanks; so it needs no closer look. (A law holds that it is no exception.)"""
_LINE_ENDS: Final = regex.compile("[\u2028\u2029]")
_INVISIBLE: Final = regex.compile(r"[\p{Cc}\p{Bidi_Control}\ufeff\ufff9-\ufffb--\n]", regex.V1)
_PILED_UP: Final = regex.compile(r"(?:\p{M}\p{Cf}*){9}")
_SHOWN: Final = regex.compile(
    "[[\\p{L}\\p{N}\\p{P}\\p{S}]--[\u115f\u1160\u2800\u3164\uffa0]]", regex.V1
)
_CLUSTER: Final = regex.compile(r"\X")
_SURROGATE: Final = regex.compile("[\ud800-\udfff]")
_POINTS_PER_CLUSTER: Final = 16
"""A bound on what one visible character may be made of, on average (a family of four is 11)."""


def clean(text: str) -> str:
    """The text as it is stored: NFC, no invisible controls, no blank margin."""
    if _PLAIN.fullmatch(text):
        return text.strip()
    return _scrubbed(text)


def _scrubbed(text: str) -> str:
    spaced = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", spaced)).strip()


def length(text: str) -> int:
    """How many characters a reader counts: extended grapheme clusters."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in _CLUSTER.finditer(text))


def first(text: str, clusters: int) -> str:
    """The beginning of a text, at most so many grapheme clusters, never half a one."""
    if len(text) <= clusters:
        return text
    if text.isascii():
        return text[:clusters]
    for count, found in enumerate(_CLUSTER.finditer(text), 1):
        if count == clusters:
            return text[: found.end()]
    return text


def check(text: str, shortest: int, longest: int) -> str | Refusal:
    """The clean text, or why not: malformed, blocked_content, empty, too_short, too_long.

    The limits are in grapheme clusters and are told with the refusal.
    """
    if _PLAIN.fullmatch(text):
        plain = text.strip()
        if shortest <= len(plain) <= longest and plain:
            return plain
    return _examined(text, shortest, longest)


def _examined(text: str, shortest: int, longest: int) -> str | Refusal:
    if _SURROGATE.search(text):
        return Refusal(Code.MALFORMED)
    cleaned = _scrubbed(text)
    if _PILED_UP.search(unicodedata.normalize("NFD", cleaned)):
        return Refusal(Code.BLOCKED_CONTENT)
    if not _SHOWN.search(cleaned):
        return Refusal(Code.EMPTY)
    if len(cleaned) > longest and _too_long(cleaned, longest):
        return Refusal(Code.TOO_LONG, limit=longest)
    if shortest > 1 and length(cleaned) < shortest:
        return Refusal(Code.TOO_SHORT, limit=shortest)
    return cleaned


def check_remark(text: str, longest: int) -> str | Refusal:
    """Like ``check``, for a text that may be left out: blank becomes the empty text."""
    checked = check(text, 1, longest)
    if isinstance(checked, Refusal) and checked.code is Code.EMPTY:
        return ""
    return checked


def same(one: str, other: str) -> bool:
    """Whether two texts say the same to a reader: case, width and spacing do not count."""
    return _folded(one) == _folded(other)


def _too_long(text: str, longest: int) -> bool:
    return len(text) > longest * _POINTS_PER_CLUSTER or length(text) > longest


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
