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
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from rooms.meter import Meter, Occupancy, Occurrence
from rooms.timers import Milliseconds

LATE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
STORED = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
TRANSPORTS = ("websocket", "sse")
BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 512)
_LATENESS = "From when a tick was due until its last connection was handed it"
_STORING = "Locking, deciding and storing a batch of commands"
_SILENCE = "Since this process last heard its own sign of life; +Inf: not at all"
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
        counter = partial(Counter, registry=registry)
        histogram = partial(Histogram, registry=registry)
        self._frames = counter("plenum_frames", "Frames handed to connections")
        self._bytes = counter("plenum_frame_bytes", "Bytes of these")
        self._ticks = histogram("plenum_tick_lateness_seconds", _LATENESS, buckets=LATE)
        self._commits = histogram("plenum_commit_seconds", _STORING, buckets=STORED)
        self._batches = histogram("plenum_batch_commands", "Commands of a batch", buckets=BATCHES)
        self._loop = histogram("plenum_loop_lag_seconds", "Delay of the event loop", buckets=LATE)
        self._commands = counter("plenum_commands", "Commands by their end", ["result"])
        self._away = counter("plenum_database_errors", "Times it was away", ["where"])
        self._faults = counter("plenum_faults", "Requests that broke down")
        self._events = {each: counter(name, text) for each, (name, text) in _EVENTS.items()}
        self._now = _Now(registry)

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

    @contextmanager
    def connection(self, transport: str) -> Iterator[None]:
        """A connection is open as long as the block lasts."""
        open_ones = self._now.connections.labels(transport)
        self.connected += 1
        open_ones.inc()
        try:
            yield
        finally:
            self.connected -= 1
            open_ones.dec()

    # What is looked at from time to time

    def looped(self, late: float) -> None:
        """The event loop came round so many seconds late."""
        self._loop.observe(late)

    def show(self, there: Occupancy, silent: float | None, mails: int, *, draining: bool) -> None:
        """How it is now. ``silent``: seconds; None: the bus is not heard."""
        now = self._now
        now.rooms.set(there.rooms)
        now.people.set(there.people)
        now.members.set(there.members)
        now.lagging.set(there.lagging)
        now.silence.set(math.inf if silent is None else silent)
        now.mails.set(mails)
        now.draining.set(draining)


class _Now:
    """What goes up and down."""

    def __init__(self, registry: CollectorRegistry) -> None:
        gauge = partial(Gauge, registry=registry)
        self.connections = gauge("plenum_connections", "Open connections", ["transport"])
        for transport in TRANSPORTS:
            self.connections.labels(transport)  # 0 until the first comes
        self.rooms = gauge("plenum_rooms", "Rooms somebody is in")
        self.people = gauge("plenum_people", "People in rooms, in each once")
        self.members = gauge("plenum_members", "Connections in rooms")
        self.lagging = gauge("plenum_lagging_readers", "Connections that read too slowly now")
        self.silence = gauge("plenum_bus_silence_seconds", _SILENCE)
        self.mails = gauge("plenum_mails_waiting", "Mails not sent yet")
        self.draining = gauge("plenum_draining", "1: told to stop")


def _as_meter(figures: Figures) -> Meter:
    """Figures are what rooms tell; the type checker holds it."""
    return figures
