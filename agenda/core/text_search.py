"""How texts and names are searched: every word counts, its spelling hardly."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """A text as it is searched: lower case, umlauts written out, other accents dropped."""
    lower = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", lower)
    return " ".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def mentions(text: str, asked: str) -> bool:
    """Whether each word that is asked for stands in a text; ü may be written ü, ue or u."""
    words = [fold(word) for word in asked.split()]
    if not any(words):
        return True
    kept = (fold(text), fold(unicodedata.normalize("NFC", text).translate(_BARE)))
    return all(any(word in each for each in kept) for word in words)
