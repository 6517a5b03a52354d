"""Characters nobody can see: dropped, except where they shape what is seen (X14).

Hidden text can carry what no reader and no moderator notices, and makes two texts look the same.
Unicode names these characters (*Default_Ignorable_Code_Point*). Most mean nothing in a message.
Four kinds do, behind a character they belong to, and stay there:

* variation selectors, one behind a symbol, a digit, an ideograph or a letter without case;
* joiners in a family or another emoji made of at most five;
* the letters of a flag such as Wales, closed by their end mark;
* joiner and non-joiner behind a letter of a script that joins or stacks its letters (Persian,
  Devanagari …), one at a time; the vowel separator inside a Mongolian word.

``static/src/core/text.ts`` counts what stays; both hold ``tests/conformance/texts.json``.
"""

from __future__ import annotations

from typing import Final

import regex

_VARIATION = r"\ufe00-\ufe0f\u180b-\u180d\u180f"
_IDEOGRAPHIC = r"\U000e0100-\U000e01ef"
_JOINERS = r"\u200c\u200d"
_VOWEL_SEPARATOR = r"\u180e"
_TAGS = r"\U000e0020-\U000e007f"
_SHAPING = _VARIATION + _IDEOGRAPHIC + _JOINERS + _VOWEL_SEPARATOR + _TAGS

_GAPS: Final = (
    *((blank, " ") for blank in "\t\u115f\u1160\u3164\uffa0"),
    *((end, "\n") for end in "\u2028\u2029"),
)
"""Seen as a gap: the tab and the fillers of Hangul are spaces, two line ends are line feeds."""
_MEANINGLESS: Final = regex.compile(
    rf"[[\p{{DI}}\p{{Cc}}\p{{Bidi_Control}}\ufff9-\ufffb]--[\n{_SHAPING}]]+", regex.V1
)

_MARK = rf"[\p{{M}}--[{_SHAPING}]]"
_PICTURE = r"[\p{ExtPict}--\p{Emoji_Modifier}]\ufe0f?\p{Emoji_Modifier}?"
_FLAG = (
    r"\U0001f3f4[\U000e0061-\U000e007a]{2}"
    r"[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}\U000e007f"
)
_VARIABLE = r"[[\p{S}\p{P}\p{Lo}\p{Emoji}]--\p{Emoji_Modifier}]"
_JOINING = (
    r"[\p{L}&&["
    r"\p{Joining_Type=Dual_Joining}\p{Joining_Type=Right_Joining}\p{Joining_Type=Left_Joining}"
    r"[^\p{Indic_Syllabic_Category=Other}]]]"
)
_MONGOLIAN = r"[\p{Script=Mongolian}&&\p{L}]"
_MEANT: Final = regex.compile(
    "("
    rf"{_FLAG}"
    rf"|{_PICTURE}(?:\u200d{_PICTURE}){{1,4}}"
    rf"|{_MONGOLIAN}[{_VARIATION}]?{_VOWEL_SEPARATOR}(?={_MONGOLIAN})"
    rf"|{_VARIABLE}[{_VARIATION}]"
    rf"|\p{{Script=Han}}[{_IDEOGRAPHIC}]"
    rf"|{_JOINING}{_MARK}{{0,8}}+(?:\u200d|[{_JOINERS}](?=\p{{L}}|{_MARK}))"
    rf")|[{_SHAPING}]+",
    regex.V1,
)
_SHAPED: Final = regex.compile(f"[{_SHAPING}]")


def without_meaningless(text: str) -> str:
    """Without what never means anything; gaps are blanks or line feeds."""
    for gap, plain in _GAPS:
        text = text.replace(gap, plain)
    return _MEANINGLESS.sub("", text)


def without_misplaced(text: str) -> str:
    """Without selectors, joiners and tags that shape nothing. The text is in NFC."""
    return _MEANT.sub(r"\1", text) if _SHAPED.search(text) else text
