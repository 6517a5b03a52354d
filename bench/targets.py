"""What is measured, and how each target is started."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE / "build"
SERVERS = HERE / "servers"
SENDERS = 64
"""Connections that post; the others only read."""
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class LeftOutError(Exception):
    """A target that cannot run here, and why."""


@dataclass
class Running:
    """A started target: where it listens and whose processor time counts."""

    port: int
    process: subprocess.Popen[bytes]
    extra: list[str] = field(default_factory=list)
    """Further arguments of the load generator."""

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


@dataclass(frozen=True)
class Target:
    """A server under test."""

    name: str
    what: str
    lacks: str
    """What it does not do of: persist, authorise, resume."""
    start: Callable[[int], contextlib.AbstractContextManager[Running]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return when somebody listens; raise when the process ended or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LeftOutError(f"ended at once with code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise LeftOutError("did not listen in time")


@contextlib.contextmanager
def started(command: list[str], port: int, cwd: Path | None = None) -> Iterator[Running]:
    """Run a command on the last processor and stop it afterwards."""
    process = subprocess.Popen([*pinned(server=True), *command], cwd=cwd)
    try:
        wait_for(port, process)
        yield Running(port, process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def pinned(*, server: bool) -> list[str]:
    """Server on the last processor, generator on the first, so that they do not share one."""
    last = (os.cpu_count() or 1) - 1
    return ["taskset", "-c", str(last if server else 0)] if shutil.which("taskset") else []


def compiled(source: Path) -> Path:
    """Compile a C file if it or a header beside it is newer than its program."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise LeftOutError("no C compiler")
    BUILD.mkdir(exist_ok=True)
    program = BUILD / source.stem
    newest = max(file.stat().st_mtime for file in (source, *source.parent.glob("*.h")))
    if not program.exists() or program.stat().st_mtime < newest:
        subprocess.run([compiler, "-O2", "-Wall", "-o", program, source], check=True)
    return program


def floor(bundle_ms: int) -> Callable[[int], contextlib.AbstractContextManager[Running]]:
    def start(connections: int) -> contextlib.AbstractContextManager[Running]:
        port = free_port()
        program = compiled(SERVERS / "floor.c")
        return started([str(program), str(port), str(bundle_ms)], port)

    return start


def trial(connections: int) -> contextlib.AbstractContextManager[Running]:
    port = free_port()
    return started([sys.executable, "-m", "bench.servers.trial", str(port)], port, HERE.parent)


def node_ws(connections: int) -> contextlib.AbstractContextManager[Running]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise LeftOutError("no Node.js on this machine")
    if not (SERVERS / "node_modules" / "ws").exists():
        done = subprocess.run([npm, "ci", "--silent", "--ignore-scripts"], cwd=SERVERS, check=False)
        if done.returncode:
            raise LeftOutError("npm could not install the package ws")
    port = free_port()
    return started([node, str(SERVERS / "ws.mjs"), str(port)], port)
