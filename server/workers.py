"""Several workers on one port: ``plenum serve --workers N``.

The parent serves nothing.  It starts the workers, starts another one for each that ends, and
passes on the signal to stop.  All of them listen on the same port (``SO_REUSEPORT``), so the
system spreads connections evenly; a shared socket would give most to whoever is idle first.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

PAUSE_SECONDS = 1.0
"""Before another worker takes the place of one that ended."""
PATIENCE_SECONDS = 28
"""For all to stop in order; then they are killed."""

Worker = subprocess.Popen[bytes]


class Workers:
    """``run`` it once, in the main thread."""

    def __init__(self, command: Sequence[str], count: int) -> None:
        """``command`` starts a worker: it prints a line when it serves, and stops when its
        standard input ends, as it does when this process is gone."""
        self._command = command
        self._count = count
        self._running: dict[int, Worker] = {}
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> int:
        """Until told to stop. ``ready`` is called when all serve. Returns 1 if one never did."""
        before = {each: signal.signal(each, self._stop) for each in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._kill)
        try:
            started = [self._start() for _ in range(self._count)]
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

    def _start(self) -> Worker:
        worker = subprocess.Popen(  # noqa: S603 - this very command
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._running[worker.pid] = worker
        if self._stopping:
            self._tell(signal.SIGTERM)
        return worker

    def _look_after(self) -> None:
        while self._running:
            pid, status = os.wait()
            worker = self._running.pop(pid, None)
            if worker is None:
                continue
            worker.returncode = os.waitstatus_to_exitcode(status)
            _close(worker)
            if not self._stopping:
                sys.stderr.write(f"plenum: {_ended(worker.returncode)}; another one is started\n")
                time.sleep(PAUSE_SECONDS)
                self._start()

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
    how = (
        f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    )
    return f"a worker {how}"
