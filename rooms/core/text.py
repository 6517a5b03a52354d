"""What people type, made safe to store and show (rooms page, X14).

Kept: everything a person can mean, in NFC.  Dropped without a word, because nobody can see it:
control characters, the twelve controls of text direction (Unicode property *Bidi_Control*) and
whatever else is invisible and shapes nothing (``unseen``).  Right-to-left writing needs none of
the controls: the page isolates each text (``dir="auto"``).  Refused, never cut: too long, too
short, blank, piled-up combining marks.

No text costs more than its limit allows: it is measured before it is worked on, and marks are
counted before normalisation sorts them, which takes the square of their number.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import regex

from rooms.core.names import Code, Refusal
from rooms.core.unseen import without_meaningless, without_misplaced

_PLAIN: Final = re.compile(
    "[ -~\n\u00a1-\u00ac\u00ae-\u024f\u2013\u2014\u2018-\u201a\u201c-\u201e\u2026\u20ac]*"
)
"""What most people type: Latin letters, digits, punctuation. In NFC, one point a character,
nothing invisible but blanks; so it needs no closer look. (A law holds that it is no exception.)"""
_MARK: Final = regex.compile(r"[\p{M}--\p{DI}]", regex.V1)
_NINE_MARKS: Final = regex.compile(r"[\p{M}--\p{DI}]{9}", regex.V1)
_BETWEEN_MARKS: Final = regex.compile(r"[\p{Cf}\p{DI}]+", regex.V1)
_SHOWN: Final = regex.compile("[[\\p{L}\\p{N}\\p{P}\\p{S}]--\u2800]", regex.V1)
_CLUSTER: Final = regex.compile(r"\p{RI}{2}(?![\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}])|\X")
"""Flags apart: ``\\X`` looks back over all of them in a row to know which two belong together."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_POINTS_PER_CLUSTER: Final = 16
"""A bound on what one visible character may be made of, on average (a family of four is 11)."""


def clean(text: str) -> str:
    """The text as it is stored: NFC, nothing invisible, no blank margin. Of any length: for
    texts of our own; what a stranger typed goes through ``check``, which bounds the work."""
    if _PLAIN.fullmatch(text):
        return text.strip()
    return _composed(without_meaningless(text))


def _composed(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    shaped = without_misplaced(composed)
    if len(shaped) < len(composed):
        shaped = unicodedata.normalize("NFC", shaped)  # what was parted has come together
    return shaped.strip()


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

    The limits are in grapheme clusters and are told with the refusal.  More than 16 code points
    for each cluster of the limit are ``too_long`` before anything is looked at, so invisible
    characters that would be dropped count there; a blank margin does not.
    """
    typed = text.strip()
    if len(typed) > longest * _POINTS_PER_CLUSTER:
        return Refusal(Code.TOO_LONG, limit=longest)
    if typed and shortest <= len(typed) <= longest and _PLAIN.fullmatch(typed):
        return typed
    return _examined(typed, shortest, longest)


def _examined(text: str, shortest: int, longest: int) -> str | Refusal:
    if _SURROGATE.search(text):
        return Refusal(Code.MALFORMED)
    bare = without_meaningless(text).strip()
    if not _SHOWN.search(bare):
        return Refusal(Code.EMPTY)
    if _piled_up(bare):
        return Refusal(Code.BLOCKED_CONTENT)
    if _exceeds(bare, longest):
        return Refusal(Code.TOO_LONG, limit=longest)
    return _measured(_composed(bare), shortest, longest)


def _measured(cleaned: str, shortest: int, longest: int) -> str | Refusal:
    """Once more on what will be stored: composing parts and joins, but bounded by now."""
    if _piled_up(unicodedata.normalize("NFD", cleaned)):
        return Refusal(Code.BLOCKED_CONTENT)
    if _exceeds(cleaned, longest):
        return Refusal(Code.TOO_LONG, limit=longest)
    if shortest > 1 and not _exceeds(cleaned, shortest - 1):
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


def _piled_up(text: str) -> bool:
    """More than eight marks on a base. What is invisible between them does not part them."""
    if _MARK.search(text) is None:
        return False
    return _NINE_MARKS.search(_BETWEEN_MARKS.sub("", text)) is not None


def _exceeds(text: str, clusters: int) -> bool:
    """Whether it has more grapheme clusters; does not count on once that is known."""
    if len(text) <= clusters:
        return False
    if text.isascii():
        return True
    return any(count > clusters for count, _ in enumerate(_CLUSTER.finditer(text), 1))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
