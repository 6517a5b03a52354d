"""Whether a request that a browser sends with its cookie comes from one of our own pages.

SameSite=Lax keeps most foreign requests from carrying the cookie; this refuses the rest, and
sockets, which SameSite does not cover everywhere.  Both headers are set by the browser and
cannot be set by a page: Fetch Metadata (W3C) and Origin (RFC 6454).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from server.identity.credentials import Headers, bearer

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def own_origins(site: str, *, demo: bool) -> frozenset[str]:
    """The origins of our own pages. A demo is reached by any name of this machine."""
    parts = urlsplit(site)
    own = {f"{parts.scheme}://{parts.netloc}".lower()}
    if demo and parts.port is not None:
        own |= {f"{parts.scheme}://{host}:{parts.port}" for host in _LOOPBACK}
    return frozenset(own)


class OwnPages:
    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins

    def sent(self, headers: Headers) -> bool:
        """Whether one of our pages sent this. Where neither header is set, none did."""
        values = {name: value.decode("latin-1").strip().lower() for name, value in headers}
        origin = values.get(b"origin")
        if origin is not None:
            return origin in self._origins
        return values.get(b"sec-fetch-site") == "same-origin"

    def may_change(self, headers: Headers) -> bool:
        """Whether a request may change something: sent by our pages, or with a bearer token.

        A token is shown on purpose; no browser adds it by itself, and it counts before a cookie.
        """
        return bearer(headers) is not None or self.sent(headers)

    def socket(self, headers: Headers) -> bool:
        """Whether a socket may be opened: by our pages, or by a program that is no browser.

        A program shows a token in its first frame; it has no cookie to lend to others.
        """
        names = {name for name, _ in headers}
        browser = bool(names & {b"origin", b"sec-fetch-site", b"cookie"})
        return self.sent(headers) if browser else True

    def stream(self, headers: Headers) -> bool:
        """Whether a stream may be opened: by anybody but a page that is named and foreign.

        Unlike a handshake, a GET names nothing where a browser is older than Fetch Metadata. No
        foreign page can read the answer, and SameSite keeps the cookie away from its question.
        """
        names = {name for name, _ in headers}
        named = bool(names & {b"origin", b"sec-fetch-site"})
        return self.sent(headers) if named else True
