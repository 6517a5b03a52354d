"""Time that passes when the test says so."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable

from tests.fakes.rooms import FakeClock


class FakeTimer:
    def __init__(self, due: int, number: int, call: Callable[[], None]) -> None:
        self.due = due
        self.number = number
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def __lt__(self, other: FakeTimer) -> bool:
        return (self.due, self.number) < (other.due, other.number)


class FakeTimers:
    """A steady clock and its callbacks. ``clock`` (time of day) goes along with it."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self._now = 1_000
        self._count = 0
        self._timers: list[FakeTimer] = []

    def now(self) -> int:
        return self._now

    def later(self, delay: int, call: Callable[[], None]) -> FakeTimer:
        self._count += 1
        timer = FakeTimer(self._now + max(0, delay), self._count, call)
        heapq.heappush(self._timers, timer)
        return timer

    async def advance(self, milliseconds: int) -> None:
        """Let this much time pass, with everything that comes due on the way."""
        until = self._now + milliseconds
        await settle()
        while self._timers and self._timers[0].due <= until:
            timer = heapq.heappop(self._timers)
            self._pass(max(0, timer.due - self._now))
            if not timer.cancelled:
                timer.call()
            await settle()
        self._pass(until - self._now)

    def _pass(self, milliseconds: int) -> None:
        self._now += milliseconds
        self.clock.advance(milliseconds)


async def settle() -> None:
    """Let every task run until all of them wait for something from outside."""
    for _ in range(30):
        await asyncio.sleep(0)
