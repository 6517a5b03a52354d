"""Run the application: one process, uvicorn on uvloop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from server.observe.process import Process
from server.settings import Settings

Protocols = tuple[type[asyncio.Protocol], type[asyncio.Protocol]]
"""What speaks HTTP and what speaks WebSocket on a connection."""


def listen(settings: Settings, *, shared: bool = False) -> socket.socket:
    """Take the port, without accepting yet: nobody is let in before the database is ready.

    ``shared``: with other workers; the system gives each connection to one of them.
    Raises ``OSError`` with a plain text when the port is taken.
    """
    return _take(settings.host, settings.port, "PLENUM_PORT", shared=shared)


def listen_for_metrics(settings: Settings, slot: int) -> socket.socket | None:
    """Take the port of this worker's ``/metrics``; None: nobody wants it. Raises ``OSError``."""
    if not settings.metrics_port:
        return None
    port = settings.metrics_port + slot
    return _take(settings.metrics_host, port, "PLENUM_METRICS_PORT", shared=False)


def _take(host: str, port: int, setting: str, *, shared: bool) -> socket.socket:
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        why = f"cannot listen on {host} port {port}: {error.strerror}; set {setting}"
        raise OSError(why) from None
    return taken


def run(
    settings: Settings,
    app: ASGIApp,
    protocols: Protocols,
    listening: socket.socket,
    welcome: str,
    *,
    process: Process,
    attached: bool = False,
) -> int:
    """Serve until told to stop; open connections get ``drain_seconds`` to finish.

    ``attached``: stop also when the standard input ends, as it does with a parent that is gone.
    Returns 0 after an orderly stop and 1 when the application did not start.
    """
    server = _Server(_config(settings, app, protocols), welcome, process, attached=attached)

    def stop(*_: object) -> None:
        server.should_exit = True

    # Holds before uvicorn listens to signals itself, and when it raises SIGTERM again after its
    # orderly stop, which would make that look like a crash.
    before = signal.signal(signal.SIGTERM, stop)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, welcome: str, process: Process, *, attached: bool
    ) -> None:
        super().__init__(config)
        self._welcome = welcome
        self._process = process
        self._attached = attached

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._attached:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._left_alone)
        if self.started:
            sys.stdout.write(self._welcome + "\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._process.draining = True
        await super().shutdown(sockets)

    def _left_alone(self) -> None:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        self.should_exit = True


def _config(settings: Settings, app: ASGIApp, protocols: Protocols) -> uvicorn.Config:
    http, websockets = protocols
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=http,
        ws=websockets,
        lifespan="on",
        access_log=False,  # lines with addresses of people; what we count stands in the metrics
        log_config=None,  # ``server.observe.log``, for all loggers
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=settings.drain_seconds,
    )
