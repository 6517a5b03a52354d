"""Headers of every answer: what a browser may load, embed, send and keep."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

YEAR = 31_536_000
"""Seconds."""


def content_policy(frames: Iterable[str] = ()) -> str:
    """The policy of the client's page of the design, with the video hosts that may be framed."""
    framed = " ".join(frames) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "worker-src 'self'",
            f"frame-src {framed}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def security_headers(*, tls: bool, frames: Iterable[str] = ()) -> dict[str, str]:
    """What goes out with every answer. ``tls``: the public address is https."""
    headers = {
        "content-security-policy": content_policy(frames),
        "x-content-type-options": "nosniff",
        # Not "no-referrer": with that, browsers send "Origin: null" with our own forms.
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if tls:
        headers["strict-transport-security"] = f"max-age={YEAR}; includeSubDomains"
    return headers


class SecurityHeaders:
    """ASGI middleware. An answer that names one of the headers itself keeps its own."""

    def __init__(self, app: ASGIApp, *, tls: bool, frames: Iterable[str] = ()) -> None:
        self.app = app
        self.headers = security_headers(tls=tls, frames=frames)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    present.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
