"""The container's own question whether it serves."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from server.healthcheck import ready
from server.settings import Settings, load
from tests.fixtures.ports import free_port


def answer(status: int) -> tuple[bool, str]:
    """What the check makes of a server that answers so, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} at {self.headers['Host']}")
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to say."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        result = ready(production(server.server_port))
        thread.join()
    return result, asked[0]


def production(port: int) -> Settings:
    return load(
        {
            "PLENUM_MODE": "production",
            "PLENUM_HOST": "0.0.0.0",
            "PLENUM_PORT": str(port),
            "PLENUM_SECRET": "x" * 32,
            "PLENUM_BASE_URL": "https://konferenz.example",
            "PLENUM_SMTP_URL": "smtps://mail.example",
            "PLENUM_MAIL_FROM": "plenum@konferenz.example",
        }
    )


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_readyz_decides_and_is_asked_under_the_public_name(status: int, healthy: bool) -> None:
    assert answer(status) == (healthy, "/readyz at konferenz.example")


def test_a_server_that_does_not_listen_is_not_ready() -> None:
    with pytest.raises(OSError, match="refused"):
        ready(production(free_port()))
