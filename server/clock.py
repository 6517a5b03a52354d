"""The one clock of this process. Everything else is told the time."""

from __future__ import annotations

import time

from access.audiences import Instant


class SystemClock:
    """Milliseconds since 1970, UTC, from the operating system."""

    def now(self) -> Instant:
        return time.time_ns() // 1_000_000
