"""Once an hour: what may be kept no longer is gone, also where nobody does anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from access.audiences import Instant

EVERY_SECONDS = 3_600.0
Chore = Callable[[Instant], Awaitable[object]]
"""Throws away what is too old at this instant."""

log = logging.getLogger(__name__)


class Housekeeping:
    """Made once per process; several do no harm."""

    def __init__(self, now: Callable[[], Instant], *chores: Chore) -> None:
        self._now = now
        self._chores = chores
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._running = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def once(self) -> None:
        """Every chore; one that fails leaves the others their turn, and has its own again later."""
        for chore in self._chores:
            try:
                await chore(self._now())
            except Exception:
                log.exception("what is too old could not be thrown away")

    async def _work(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(EVERY_SECONDS)
