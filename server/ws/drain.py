"""A stopping server says goodbye to its connections one by one, with a hint when to come back.

Its listener is closed by then, so whoever comes back meets the other servers.  They are told, and
asked back, at such a pace as those can take: few at once, thousands over seconds (decision 0110).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

BACK_PER_S = 500
"""How many may come back in a second."""
TOLD_WITHIN_S = 3.0
"""The goodbyes take no longer: until then nobody can start the server again. Of more than fit,
the later ones are asked to wait."""
SOONEST_MS = 200
"""The least wait. A client adds up to a quarter, so that not even two come at the same moment."""
_FINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Goodbye:
    """What one connection is told, and when."""

    after_s: float
    """From the stop on."""
    hint_ms: int
    """From then on: come back after so many milliseconds."""


def goodbye(connections: int, chance: float) -> Goodbye:
    """For one of so many connections. ``chance``: its own, in [0, 1), the place in the row for both
    moment and hint, so that they add up to an even stream."""
    in_all = connections / BACK_PER_S
    told = min(in_all, TOLD_WITHIN_S)
    return Goodbye(chance * told, SOONEST_MS + round(chance * (in_all - told) * 1_000))


def chance() -> float:
    """One connection's own."""
    return secrets.randbelow(_FINE) / _FINE
