"""Run the application: one process, uvicorn on uvloop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from server.settings import Settings

Protocols = tuple[type[asyncio.Protocol], type[asyncio.Protocol]]
"""What speaks HTTP and what speaks WebSocket on a connection."""


def listen(settings: Settings, *, shared: bool = False) -> socket.socket:
    """Take the port, without accepting yet: nobody is let in before the database is ready.

    ``shared``: with other workers; the system gives each connection to one of them.
    Raises ``OSError`` with a plain text when the port is taken.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        where = f"{settings.host} port {settings.port}"
        raise OSError(f"cannot listen on {where}: {error.strerror}; set PLENUM_PORT") from None
    return taken


def run(
    settings: Settings,
    app: ASGIApp,
    protocols: Protocols,
    listening: socket.socket,
    welcome: str,
    *,
    attached: bool = False,
) -> int:
    """Serve until told to stop; open connections get ``drain_seconds`` to finish.

    ``attached``: stop also when the standard input ends, as it does with a parent that is gone.
    Returns 0 after an orderly stop and 1 when the application did not start.
    """
    server = _Server(_config(settings, app, protocols), welcome, attached=attached)

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
    def __init__(self, config: uvicorn.Config, welcome: str, *, attached: bool) -> None:
        super().__init__(config)
        self._welcome = welcome
        self._attached = attached

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._attached:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._left_alone)
        if self.started:
            sys.stdout.write(self._welcome + "\n")
            sys.stdout.flush()

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
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=settings.drain_seconds,
        log_config=_logging(settings.log_level),
    )


def _logging(level: str) -> dict[str, Any]:
    """Warnings and worse of uvicorn, whose lines about sockets carry addresses of people."""
    uvicorn_level = "DEBUG" if level == "debug" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {"uvicorn": {"level": uvicorn_level}, "server.ws": {"level": uvicorn_level}},
    }
