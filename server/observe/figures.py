"""Figures of this process, for Prometheus. No label holds a room, an account or an address.

Counting is cheap, but not free (a lock each): whoever counts often adds up by itself and tells
the sum, as ``rooms.feed`` does.
"""

from __future__ import annotations

import math
import time
from collections import Counter as Counting
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from rooms.meter import Meter, Occupancy, Occurrence
from rooms.timers import Milliseconds

LATE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
STORED = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 512)
_EVENTS: dict[Occurrence, tuple[str, str]] = {
    Occurrence.RESET: ("plenum_resets", "Snapshots given in place of what was missed"),
    Occurrence.DRAINED: ("plenum_drains", "Slow readers that caught up"),
    Occurrence.EVICTED: ("plenum_evictions", "Connections closed that did not read"),
}
disable_created_metrics()  # type: ignore[no-untyped-call] # one more series for each counter, of no use here
_AWAY = {Occurrence.UNSTORED: "commit", Occurrence.UNREAD: "read"}


class Worst:
    """The greatest value since it was last asked for."""

    def __init__(self) -> None:
        self._value = 0.0

    def see(self, value: float) -> None:
        self._value = max(self._value, value)

    def take(self) -> float:
        value, self._value = self._value, 0.0
        return value


class Figures:
    """``rooms.meter.Meter``, and what else a process counts. One per process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.late, self.stored = Worst(), Worst()
        """Seconds: ticks and commits."""
        self.frames = 0
        self.troubles = 0
        """Faults, and times the database was away."""
        self.connected = 0
        self._frames = Counter("plenum_frames", "Frames handed to connections", registry=registry)
        self._bytes = Counter("plenum_frame_bytes", "Bytes of these", registry=registry)
        self._ticks = Histogram(
            "plenum_tick_lateness_seconds",
            "From when a tick was due until its last connection was handed it",
            buckets=LATE,
            registry=registry,
        )
        self._commits = Histogram(
            "plenum_commit_seconds",
            "Locking, deciding and storing a batch of commands",
            buckets=STORED,
            registry=registry,
        )
        self._batches = Histogram(
            "plenum_batch_commands", "Commands of a batch", buckets=BATCHES, registry=registry
        )
        self._loop = Histogram(
            "plenum_loop_lag_seconds",
            "By how much the event loop was late",
            buckets=LATE,
            registry=registry,
        )
        self._commands = Counter(
            "plenum_commands", "Commands by what became of them", ["result"], registry=registry
        )
        self._away = Counter(
            "plenum_database_errors",
            "Times the database did not do what was asked",
            ["where"],
            registry=registry,
        )
        self._faults = Counter("plenum_faults", "Requests that broke down", registry=registry)
        self._events = {
            each: Counter(name, text, registry=registry) for each, (name, text) in _EVENTS.items()
        }
        self._connections = Gauge(
            "plenum_connections", "Open connections", ["transport"], registry=registry
        )
        self._rooms = Gauge("plenum_rooms", "Rooms somebody is in", registry=registry)
        self._people = Gauge("plenum_people", "People in rooms, per room", registry=registry)
        self._members = Gauge("plenum_members", "Connections in rooms", registry=registry)
        self._lagging = Gauge(
            "plenum_lagging_readers", "Connections that read too slowly now", registry=registry
        )
        self._silence = Gauge(
            "plenum_bus_silence_seconds",
            "Since this process last heard its own sign of life; +Inf: not at all",
            registry=registry,
        )
        self._mails = Gauge("plenum_mails_waiting", "Mails not yet sent", registry=registry)
        self._draining = Gauge("plenum_draining", "1: told to stop", registry=registry)

    # rooms.meter.Meter

    def delivered(self, frames: int, size: int) -> None:
        self.frames += frames
        self._frames.inc(frames)
        self._bytes.inc(size)

    def ticked(self, late: Milliseconds) -> None:
        self.late.see(late / 1000)
        self._ticks.observe(late / 1000)

    @contextmanager
    def committing(self, commands: int) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - begun
            self.stored.see(took)
            self._commits.observe(took)
            self._batches.observe(commands)

    def answered(self, codes: Iterable[str]) -> None:
        for code, number in Counting(codes).items():
            self._commands.labels(code).inc(number)

    def count(self, occurrence: Occurrence) -> None:
        if occurrence in _AWAY:
            self._database_away(_AWAY[occurrence])
        else:
            self._events[occurrence].inc()

    # Requests and connections

    def unavailable(self) -> None:
        """A request was answered with *try again*: the database was away."""
        self._database_away("request")

    def fault(self) -> None:
        """A request broke down; its number stands in the log."""
        self.troubles += 1
        self._faults.inc()

    def _database_away(self, where: str) -> None:
        self.troubles += 1
        self._away.labels(where).inc()

    def counted(self, transport: str, app: ASGIApp) -> ASGIApp:
        """The application, with its connections counted while they last."""
        return _Counted(app, self, self._connections.labels(transport))

    # What is looked at from time to time

    def looped(self, late: float) -> None:
        """The event loop came round so many seconds late."""
        self._loop.observe(late)

    def show(self, there: Occupancy, silent: float | None, mails: int, *, draining: bool) -> None:
        """How it is now. ``silent``: seconds; None: the bus is not heard."""
        self._rooms.set(len(there.rooms))
        self._people.set(there.people)
        self._members.set(there.members)
        self._lagging.set(there.lagging)
        self._silence.set(math.inf if silent is None else silent)
        self._mails.set(mails)
        self._draining.set(draining)


class _Counted:
    def __init__(self, app: ASGIApp, figures: Figures, open_ones: Gauge) -> None:
        self._app = app
        self._figures = figures
        self._open = open_ones

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._figures.connected += 1
        self._open.inc()
        try:
            await self._app(scope, receive, send)
        finally:
            self._figures.connected -= 1
            self._open.dec()


def _as_meter(figures: Figures) -> Meter:
    """Figures are what rooms tell; the type checker holds it."""
    return figures
