"""How often something may be asked for: a window of time, a number, a key."""

from __future__ import annotations

from collections import deque
from ipaddress import IPv6Address, IPv6Network, ip_address

from access.audiences import Instant

MOST_KEYS = 50_000
SUBSCRIBER_BITS = 64
"""Of an IPv6 address: what follows, whoever has the line chooses at will."""


class Limit:
    """At most ``number`` times in ``window_ms`` for each key. Kept in memory, per process."""

    def __init__(self, number: int, window_ms: int) -> None:
        self.number = number
        self.window_ms = window_ms
        self._times: dict[str, deque[Instant]] = {}

    def wait(self, key: str, now: Instant) -> int:
        """0: it is allowed now; else milliseconds until it is. Counts nothing."""
        times = self._times.get(key, ())
        recent = [time for time in times if time > now - self.window_ms]
        return 0 if len(recent) < self.number else recent[0] + self.window_ms - now

    def count(self, key: str, now: Instant) -> None:
        """It was done once."""
        self._times.setdefault(key, deque(maxlen=self.number)).append(now)
        if len(self._times) > MOST_KEYS:
            self._forget_old(now)

    def _forget_old(self, now: Instant) -> None:
        old = [key for key, times in self._times.items() if times[-1] <= now - self.window_ms]
        for key in old or list(self._times)[: MOST_KEYS // 2]:
            del self._times[key]


def network_of(host: str) -> str:
    """The network a caller's address belongs to, as limits count it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), SUBSCRIBER_BITS), strict=False))
