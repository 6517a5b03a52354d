"""How often: never more than once per interval, at once when it was quiet, and never forgotten."""

from __future__ import annotations

from collections.abc import Callable

from rooms.timers import Milliseconds, Timer, Timers

SCORES_MS = 500
"""Scores: at most two per second and object."""
PRESENCE_MS = 5_000
SLOWEST_TICK_MS = 100


class Pace:
    """Calls back soon after it was poked, at most once per interval."""

    def __init__(
        self,
        timers: Timers,
        every: Callable[[], Milliseconds],
        call: Callable[[], None],
        *,
        first: Milliseconds = 0,
    ) -> None:
        self._timers = timers
        self._every = every
        self._call = call
        self._first = first
        """How long to gather when it was quiet before."""
        self._last: Milliseconds | None = None
        self._timer: Timer | None = None
        self.due: Milliseconds = 0
        """When the newest call was to come."""

    def poke(self) -> None:
        """There is something to do."""
        if self._timer is not None:
            return
        wait, now = self._first, self._timers.now()
        if self._last is not None:
            wait = max(wait, self._last + self._every() - now)
        self.due = now + max(0, wait)
        self._timer = self._timers.later(wait, self._fire)

    def stop(self) -> None:
        """Do not call any more, until poked again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self._last = self._timers.now()
        self._call()


def tick_ms(members: int) -> Milliseconds:
    """At once for few, 20 ms for 1,000 people, 100 ms for 5,000 and more."""
    return 0 if members <= 50 else min(SLOWEST_TICK_MS, members // 50)


def rounded(people: int) -> int:
    """The number of people as shown: exact up to 50, then in tens."""
    return people if people <= 50 else round(people / 10) * 10
