"""Small lines without axes: how a figure went, beside its value in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH = 120, 32
"""Of the drawing; how large it is shown is for the style sheet to say."""


@dataclass(frozen=True)
class Chart:
    """Points of an SVG drawing of ``WIDE`` × ``HIGH``."""

    line: str
    area: str
    """What lies under the line."""


def chart(values: Sequence[float], least: float) -> Chart:
    """The newest value at the right edge. ``least``: what is shown at full height at least, so
    that what hardly moves looks like it."""
    shown = values[-WIDE:] if len(values) > 1 else [*values, *values] or [0.0, 0.0]
    top, first = max(least, *filter(math.isfinite, shown)), WIDE - len(shown)
    points = [
        (first + place, HIGH - 1 - (HIGH - 2) * min(value / top, 1))
        for place, value in enumerate(shown)
    ]
    line = " ".join(f"{x},{y:.1f}" for x, y in points)
    return Chart(line, f"{first},{HIGH} {line} {WIDE - 1},{HIGH}")
