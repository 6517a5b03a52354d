"""What may be sent: frames and bytes, refilled with time. For a connection or for several."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """Defaults are a connection's. They leave room for the 50 commands a client may send at once
    after a reconnect, each as long as a message may be."""

    frames: int = 300
    """At once."""
    frames_per_second: int = 100
    bytes: int = 262_144
    """At once: four of the largest frames."""
    bytes_per_second: int = 65_536


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

    @property
    def full(self) -> bool:
        """Whether nothing is owed."""
        return self._frames >= self._allowance.frames and self._bytes >= self._allowance.bytes

    def spend(self, frames: int, size: int) -> bool:
        """Take what was sent; False when it was more than there is."""
        self._frames -= frames
        self._bytes -= size
        return self._frames >= 0 and self._bytes >= 0

    def take(self, frames: int, size: int) -> bool:
        """Take it if there is so much; False: nothing was taken, and nobody gets into debt."""
        enough = self._frames >= frames and self._bytes >= size
        return enough and self.spend(frames, size)
