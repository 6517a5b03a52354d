"""What one connection may send: frames and bytes, refilled with time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """Defaults leave room for the 50 commands a client may send at once after a reconnect."""

    frames: int = 300
    """At once."""
    frames_per_second: int = 100
    bytes: int = 1_048_576
    """At once."""
    bytes_per_second: int = 131_072


class Budget:
    """A token bucket for frames and one for bytes. Time is an argument, in seconds."""

    __slots__ = ("_allowance", "_at", "_bytes", "_frames")

    def __init__(self, allowance: Allowance, now: float) -> None:
        self._allowance = allowance
        self._at = now
        self._frames = float(allowance.frames)
        self._bytes = float(allowance.bytes)

    def refill(self, now: float) -> None:
        """Add what the time since the last call is worth."""
        passed, self._at = max(0.0, now - self._at), now
        most = self._allowance
        self._frames = min(most.frames, self._frames + passed * most.frames_per_second)
        self._bytes = min(most.bytes, self._bytes + passed * most.bytes_per_second)

    @property
    def frames(self) -> int:
        """Frames that may come now."""
        return int(self._frames)

    def spend(self, frames: int, size: int) -> bool:
        """Take what was sent; False when it was more than there is."""
        self._frames -= frames
        self._bytes -= size
        return self._frames >= 0 and self._bytes >= 0
