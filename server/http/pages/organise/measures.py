"""The figures of the page *Betrieb*: how those of several processes join, and what is usual."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.http.pages.texts import Texts
from server.observe.reports import Report, Sample

LOOKED_AT = 12
"""Samples that say how it is now: a minute, so that a single bad moment can be read."""

Series = Sequence[float]
"""The oldest first; never empty."""


@dataclass(frozen=True)
class Measure:
    """One figure."""

    name: str
    of: Callable[[Sample], float]
    said: Callable[[float, Texts], str]
    join: Callable[[Sequence[float]], float]
    """Of several processes at one time."""
    least: float
    """A chart shows this much at least."""
    limit: float | None = None
    """Beyond it something is odd; None: no value is."""
    newest: bool = False
    """What counts is how it is this moment, not the worst of the last minute."""
    total: bool = False
    """Events, which are added up over time."""

    def now(self, series: Series) -> float:
        """What the page shows large."""
        if self.total:
            return sum(series)
        return series[-1] if self.newest else max(series[-LOOKED_AT:])

    def over(self, series: Series) -> float:
        """Of a stretch of time."""
        return sum(series) if self.total else max(series)


def joined(measure: Measure, reports: Sequence[Report]) -> Series:
    """Over all processes, beginning with the newest samples: no clocks are compared."""
    longest = max((len(one.samples) for one in reports), default=0)
    found = []
    for ago in range(longest, 0, -1):
        values = [measure.of(one.samples[-ago]) for one in reports if len(one.samples) >= ago]
        found.append(measure.join(values))
    return found or [0.0]


def number(value: float, texts: Texts) -> str:
    """A whole number, with its thousands marked."""
    said = f"{value:,.0f}"
    return said.replace(",", ".") if texts.language == "de" else said


def share(value: float, texts: Texts) -> str:
    return texts("operations.percent", number=round(value * 100))


def seconds(value: float, texts: Texts) -> str:
    """Small ones in thousandths."""
    if (thousandths := round(value * 1000)) < 1000:
        return texts("operations.ms", number=thousandths)
    return texts("operations.s", number=texts.decimal(value, short=True))


def ago(value: float, texts: Texts) -> str:
    """Seconds since something; without end: it never was."""
    if math.isinf(value):
        return texts("operations.never")
    return texts("operations.s", number=texts.decimal(value, short=True))


def _silence(sample: Sample) -> float:
    return math.inf if sample.silent is None else sample.silent


MEASURES = (
    Measure("people", lambda one: one.people, number, max, 10, newest=True),
    Measure("frames", lambda one: one.frames, number, sum, 10, newest=True),
    Measure("lagging", lambda one: one.lagging, number, sum, 10, 10, newest=True),
    Measure("late", lambda one: one.late, seconds, max, 0.1, 0.5),
    Measure("stored", lambda one: one.stored, seconds, max, 0.1, 0.5),
    Measure("cpu", lambda one: one.cpu, share, max, 1, 0.8),
    Measure("silent", _silence, ago, max, 5, 3),
    Measure("mails", lambda one: one.mails, number, sum, 10, 20, newest=True),
    Measure("troubles", lambda one: one.troubles, number, sum, 3, 0, total=True),
)
