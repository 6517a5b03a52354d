"""Time as the hub needs it: a steady clock and callbacks. Passed in, so that tests tell it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

Milliseconds = int


class Timer(Protocol):
    """A callback that will come."""

    def cancel(self) -> None:
        """It will not come."""


class Timers(Protocol):
    """A steady clock (not the time of day) and callbacks on it."""

    def now(self) -> Milliseconds:
        """Milliseconds since some start; never goes back."""

    def later(self, delay: Milliseconds, call: Callable[[], None]) -> Timer:
        """Call once, not before the delay; 0: after what is running now."""


class LoopTimers:
    """The running event loop's. May be made before the loop runs."""

    def now(self) -> Milliseconds:
        return int(asyncio.get_running_loop().time() * 1000)

    def later(self, delay: Milliseconds, call: Callable[[], None]) -> Timer:
        loop = asyncio.get_running_loop()
        if delay <= 0:
            return loop.call_soon(call)
        return loop.call_later(delay / 1000, call)
