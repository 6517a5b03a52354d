"""A stopping server says goodbye to its connections one by one, with a hint when to come back.

Its listener is closed by then, so whoever comes back meets the other servers.  They are told, and
asked back, at such a pace as those can take: few at once, a thousand over seconds, in which who was
not told yet goes on as if nothing were (decision 0110).
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass

BACK_PER_S = 250
"""How many come back in a second: to enter costs the others CPU."""
BACK_WITHIN_S = 15.0
"""All of them, however many."""
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


def goodbye(connections: int, chance: float, drain_s: float | None) -> Goodbye:
    """For one of so many connections. ``chance``: its own, in [0, 1), the place in the row for both
    moment and hint, so that they add up to an even stream.

    ``drain_s``: how long connections may take to finish; None: for ever. Half of it is for the
    goodbyes. Of more than fit in, the later ones are asked to wait longer.
    """
    back = min(connections / BACK_PER_S, BACK_WITHIN_S)
    told = min(back, math.inf if drain_s is None else drain_s / 2)
    return Goodbye(chance * told, SOONEST_MS + round(chance * (back - told) * 1_000))


def chance() -> float:
    """One connection's own."""
    return secrets.randbelow(_FINE) / _FINE
