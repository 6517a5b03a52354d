"""Several workers on one port: ``plenum serve --workers N``.

The parent serves nothing.  It starts the workers, starts another one for each that ends, and
passes on the signal to stop.  All of them listen on the same port (``SO_REUSEPORT``), so the
system spreads connections evenly; a shared socket would give most to whoever is idle first.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

PAUSE_SECONDS = 1.0
"""Before another worker takes the place of one that ended."""
PATIENCE_SECONDS = 28
"""For all to stop in order; then they are killed."""

Worker = subprocess.Popen[bytes]

log = logging.getLogger(__name__)


class Workers:
    """``run`` it once, in the main thread."""

    def __init__(self, command: Sequence[str], count: int) -> None:
        """``command`` and a number from 0 start a worker: it prints a line when it serves, and
        stops when its standard input ends, as it does when this process is gone."""
        self._command = command
        self._count = count
        self._running: dict[int, tuple[Worker, int]] = {}
        """By process id: the worker, and its number."""
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> int:
        """Until told to stop. ``ready`` is called when all serve. Returns 1 if one never did."""
        before = {each: signal.signal(each, self._stop) for each in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._kill)
        try:
            started = [self._start(slot) for slot in range(self._count)]
            serving = all(_serves(worker) for worker in started)
            if serving:
                ready()
            else:
                self._stop()
            self._look_after()
            return 0 if serving else 1
        finally:
            signal.alarm(0)
            for each, handler in before.items():
                signal.signal(each, handler)

    def _start(self, slot: int) -> Worker:
        worker = subprocess.Popen(  # noqa: S603 - this very command
            [*self._command, str(slot)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._running[worker.pid] = worker, slot
        if self._stopping:
            self._tell(signal.SIGTERM)
        return worker

    def _look_after(self) -> None:
        while self._running:
            pid, status = os.wait()
            if pid not in self._running:
                continue
            worker, slot = self._running.pop(pid)
            worker.returncode = os.waitstatus_to_exitcode(status)
            _close(worker)
            if not self._stopping:
                log.warning("a worker %s; another one is started", _ended(worker.returncode))
                time.sleep(PAUSE_SECONDS)
                self._start(slot)

    def _stop(self, *_: object) -> None:
        if not self._stopping:
            self._stopping = True
            signal.alarm(PATIENCE_SECONDS)
        self._tell(signal.SIGTERM)

    def _kill(self, *_: object) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        # Not by Popen: it would take the exit code away from ``os.wait``.
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _serves(worker: Worker) -> bool:
    assert worker.stdout is not None
    return bool(worker.stdout.readline())


def _close(worker: Worker) -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            pipe.close()


def _ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
