"""``/metrics`` on a port of its own, which is not for the public.

In a thread: it answers also while the event loop is held up, which is when somebody looks.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from prometheus_client import CollectorRegistry, MetricsHandler

STOP_S = 0.2
"""How soon it notices that it is to stop."""


class _Handler(MetricsHandler):
    timeout = 5.0
    """Seconds, for whoever connects and says nothing."""
    server_version, sys_version = "Plenum", ""

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        if self.path.partition("?")[0] == "/metrics":
            super().do_GET()
        else:
            self.send_error(404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listening: socket.socket, registry: CollectorRegistry) -> None:
        handler = type("Handler", (_Handler,), {"registry": registry})
        super().__init__(listening.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_activate()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked is gone; nothing of them is worth a line."""


@contextmanager
def exposed(registry: CollectorRegistry, listening: socket.socket | None) -> Iterator[None]:
    """Answer on this socket as long as the block lasts; None: nobody wants to know."""
    if listening is None:
        yield
        return
    server = _Server(listening, registry)
    thread = threading.Thread(
        target=server.serve_forever, args=(STOP_S,), name="metrics", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
