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
    """Those of the event loop that is running when they are asked."""

    def now(self) -> Milliseconds:
        return int(asyncio.get_running_loop().time() * 1000)

    def later(self, delay: Milliseconds, call: Callable[[], None]) -> Timer:
        loop = asyncio.get_running_loop()
        return loop.call_soon(call) if delay <= 0 else loop.call_later(delay / 1000, call)
