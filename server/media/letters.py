"""How large the letters on a page are: whoever looks at it on a phone has to read them."""

from __future__ import annotations

import ctypes
import math

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

MOST_LETTERS = 4_000
"""Looked at per page; a page with more has small ones among them anyway."""
LEAST_SHARE = 0.1
"""Small letters count from this share of a page's letters on: page numbers and sources do not."""


def small(text: pypdfium2.PdfTextPage, count: int, width: float) -> float | None:
    """Height of the small letters, as a share of the page's width; None without letters.

    ``count``: characters of the page; ``width`` in points.
    """
    sizes = sorted(_sizes(text, min(count, MOST_LETTERS)))
    if not sizes:
        return None
    return sizes[int(len(sizes) * LEAST_SHARE)] / width


def _sizes(text: pypdfium2.PdfTextPage, count: int) -> list[float]:
    """In points as drawn: the size in the font's own units means nothing without its matrix."""
    found, matrix = [], raw.FS_MATRIX()
    for index in range(count):
        if chr(raw.FPDFText_GetUnicode(text, index)).isspace():
            continue
        if not raw.FPDFText_GetMatrix(text, index, ctypes.byref(matrix)):
            continue
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        if 0 < size < math.inf:
            found.append(size)
    return found
