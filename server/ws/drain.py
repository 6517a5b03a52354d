"""A stopping server says goodbye to its connections one by one, with a hint when to come back."""

from __future__ import annotations

import secrets

DRAIN_S = 3.0
"""Over how long the goodbyes are spread."""
SOONEST_MS = 500
LATEST_MS = 4_000
"""When clients are told to come back: spread over this."""


def moment(connections: int) -> float:
    """Seconds until one of so many connections is said goodbye to."""
    return min(DRAIN_S, connections / 500) * secrets.randbelow(1_000) / 1_000


def hint() -> int:
    """Milliseconds after which one client is asked to come back."""
    return SOONEST_MS + secrets.randbelow(LATEST_MS - SOONEST_MS)
