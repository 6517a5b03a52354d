"""Text without what no format can carry (rule E17). Applied on input and again on output."""

from __future__ import annotations

import re

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidi_Control: they turn text around (decision 0042)."""
_FORBIDDEN = re.compile(f"[{_DIRECTION}\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SPACE = re.compile(r"\s+")


def block(text: str) -> str:
    """Text of several lines: no controls, of direction neither; line breaks are ``\\n``."""
    return _FORBIDDEN.sub("", _BREAKS.sub("\n", text)).strip()


def line(text: str) -> str:
    """Text of one line: every run of white space is one space."""
    return _SPACE.sub(" ", block(text))
