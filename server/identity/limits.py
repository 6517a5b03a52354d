"""How often something may be asked for: a window of time, a number, a key."""

from __future__ import annotations

from collections import deque

from access.audiences import Instant

MOST_KEYS = 50_000


class Limit:
    """At most ``number`` times in ``window_ms`` for each key. Kept in memory, per process."""

    def __init__(self, number: int, window_ms: int) -> None:
        self.number = number
        self.window_ms = window_ms
        self._times: dict[str, deque[Instant]] = {}

    def wait(self, key: str, now: Instant) -> int:
        """Count one use. 0: allowed; else milliseconds until it is, and it does not count."""
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self.window_ms:
            times.popleft()
        if len(times) >= self.number:
            return times[0] + self.window_ms - now
        times.append(now)
        if len(self._times) > MOST_KEYS:
            self._forget_old(now)
        return 0

    def _forget_old(self, now: Instant) -> None:
        old = [key for key, times in self._times.items() if times[-1] <= now - self.window_ms]
        for key in old or list(self._times)[: MOST_KEYS // 2]:
            del self._times[key]
