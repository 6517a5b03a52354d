"""A figure of one scenario beside its goal, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What was measured, what is asked for, and what came of it, in words."""

    what: str
    goal: str
    found: str
    met: bool


def share(ordered: Sequence[float], part: float) -> float:
    """The value below which this part of sorted values lies."""
    return ordered[int(part * (len(ordered) - 1))]


def seconds(
    what: str,
    taken: Sequence[float],
    *,
    p50: float | None = None,
    p95: float | None = None,
    p99: float | None = None,
    longest: float | None = None,
) -> Measured:
    """Times in seconds and the goals for them. Without a single time no goal is met."""
    goals = {"p50": (0.5, p50), "p95": (0.95, p95), "p99": (0.99, p99), "longest": (1.0, longest)}
    asked = {name: (part, most) for name, (part, most) in goals.items() if most is not None}
    ordered = sorted(taken)
    found = {name: share(ordered, part) if ordered else None for name, (part, _) in asked.items()}
    return Measured(
        what,
        ", ".join(f"{name} ≤ {_time(most)}" for name, (_, most) in asked.items()),
        ", ".join(
            f"{name} {'none' if value is None else _time(value)}" for name, value in found.items()
        )
        + f" of {len(ordered)}",
        all(value is not None and value <= asked[name][1] for name, value in found.items()),
    )


def never(what: str, found: int, *, of: int | None = None) -> Measured:
    """How often something happened, of so many, that must not happen."""
    return Measured(what, "0", str(found) if of is None else f"{found} of {of}", found == 0)


def happened(measured: Sequence[Measured]) -> list[Measured]:
    """What must not happen and did, however long anything took."""
    return [each for each in measured if each.goal == "0" and not each.met]


def _time(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
