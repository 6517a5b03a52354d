"""Looks at this process every few seconds, and tells the others."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from access.audiences import Instant
from rooms.attendance import Attendances, people, together
from rooms.meter import Occupancy
from rooms.timers import Milliseconds
from server.observe.process import Process
from server.observe.reports import Report, Reports, Sample, memory

EVERY_S = 5.0
"""Between two samples."""
KEPT = 120
"""Samples: ten minutes."""
LOOP_S = 0.5
"""How often it is seen whether the event loop comes round in time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sources:
    """What is looked at. Each answers at once."""

    occupancy: Callable[[], Occupancy]
    silent_for: Callable[[], Milliseconds | None]
    mails: Callable[[], int]
    now: Callable[[], Instant]
    present: Callable[[], Attendances]
    """Who is in the rooms by this process's connections."""
    elsewhere: Callable[[Iterable[Attendances]], None]
    """To be told who is there by those of the others."""


class Watch:
    """One per process. ``start`` it once; ``stop`` it at the end."""

    def __init__(self, process: Process, sources: Sources, reports: Reports, *, port: int) -> None:
        self._figures = process.figures
        self._sources = sources
        self._reports = reports
        self._process = process
        self._port = port
        self._elsewhere: tuple[Attendances, ...] = ()
        """What the others told last."""
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        self._host = socket.gethostname()
        self._since = sources.now()
        self._before = self._counts()
        self._written = True
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._before = self._counts()  # what starting costs is not how it does
        self.sample()
        await self._tell()
        self._running = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            await self._disk(self._withdraw)

    async def everybody(self) -> tuple[Report, ...]:
        """This process and all others of the installation, by place."""
        own = self.report()
        others = await asyncio.to_thread(self._reports.others, own)
        return tuple(sorted((own, *others), key=lambda one: one.place))

    def report(self) -> Report:
        """This process now."""
        return Report(
            host=self._host,
            port=self._port,
            slot=self._process.slot,
            since=self._since,
            memory=memory(),
            present=self._sources.present(),
            samples=tuple(self._samples),
            draining=self._process.draining,
        )

    def sample(self) -> None:
        """Look, and keep what was seen."""
        figures, sources = self._figures, self._sources
        before, self._before = self._before, self._counts()
        clock, cpu, frames, troubles = (
            now - then for now, then in zip(self._before, before, strict=True)
        )
        passed = max(clock, 1.0)
        there, silent = sources.occupancy(), sources.silent_for()
        seen = Sample(
            people=people(together([sources.present(), *self._elsewhere])),
            connections=figures.connected,
            lagging=there.lagging,
            frames=frames / passed,
            late=figures.late.take(),
            stored=figures.stored.take(),
            cpu=cpu / passed,
            silent=None if silent is None else silent / 1000,
            mails=sources.mails(),
            troubles=int(troubles),
        )
        self._samples.append(seen)
        figures.show(there, seen.silent, seen.mails, draining=self._process.draining)

    def _counts(self) -> tuple[float, float, float, float]:
        """What only grows: seconds, seconds of CPU, frames, troubles."""
        figures = self._figures
        return (time.monotonic(), time.process_time(), figures.frames, figures.troubles)

    async def _work(self) -> None:
        loop, turns = asyncio.get_running_loop(), 0
        while True:
            due = loop.time() + LOOP_S
            await asyncio.sleep(LOOP_S)
            self._figures.looped(max(0.0, loop.time() - due))
            turns += 1
            if turns * LOOP_S >= EVERY_S:
                turns = 0
                self.sample()
                await self._tell()

    async def _tell(self) -> None:
        """Each other: how this process does, and who is there by the others."""
        own = self.report()

        def publish() -> None:
            self._reports.publish(own)
            self._reports.tidy()

        await self._disk(publish)
        others = await asyncio.to_thread(self._reports.others, own)
        self._elsewhere = tuple(one.present for one in others)
        self._sources.elsewhere(self._elsewhere)

    def _withdraw(self) -> None:
        self._reports.withdraw(self.report())

    async def _disk(self, work: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(work)
        except OSError:
            # The others see this process as gone; it serves all the same.
            if self._written:
                log.warning("the report of this process could not be written", exc_info=True)
            self._written = False
        else:
            self._written = True
