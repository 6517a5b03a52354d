"""Once an hour: uploads that nobody finished, and folders that a crash left behind, are gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from access.audiences import Instant
from agenda.materials import ABANDONED_AFTER, Materials
from server.storage.files import DiskFiles

EVERY_SECONDS = 3_600.0

log = logging.getLogger(__name__)


class Housekeeping:
    """Made once per process; several do no harm."""

    def __init__(self, materials: Materials, files: DiskFiles, now: Callable[[], Instant]) -> None:
        self._materials = materials
        self._files = files
        self._now = now
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._running = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def once(self, at: Instant) -> None:
        """What is due at this instant."""
        await self._materials.clean(at)
        await self._files.tidy(at - ABANDONED_AFTER)

    async def _work(self) -> None:
        while True:
            try:
                await self.once(self._now())
            except Exception:
                log.exception("old uploads could not be thrown away")
            await asyncio.sleep(EVERY_SECONDS)
