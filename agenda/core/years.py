"""The years a programme can lie in. What is typed beyond them is a slip of the finger, and so far
out that clocks and calendars can no longer be reckoned with."""

from __future__ import annotations

import datetime as dt

from access.audiences import Instant, TimeLine

FIRST, LAST = 2000, 2100
MOST_DAYS = 31
"""Of one event. Every page of it shows all its days, also the empty ones."""
_ZONES = dt.timedelta(days=1)
"""By which an instant may lie outside, since years begin earlier in the east."""


def possible(day: dt.date) -> bool:
    """Whether something can be planned for that day."""
    return FIRST <= day.year <= LAST


def too_many_days(first: dt.date, last: dt.date) -> bool:
    """Whether nobody holds an event from one day to the other."""
    return (last - first).days >= MOST_DAYS


def reachable(line: TimeLine | None) -> bool:
    """Whether each step of a time line lies within the years."""
    return line is None or all(_FIRST <= step.since <= _LAST for step in line.steps)


def _instant(day: dt.datetime) -> Instant:
    return round(day.timestamp()) * 1000


_FIRST: Instant = _instant(dt.datetime(FIRST, 1, 1, tzinfo=dt.UTC) - _ZONES)
_LAST: Instant = _instant(dt.datetime(LAST + 1, 1, 1, tzinfo=dt.UTC) + _ZONES)
