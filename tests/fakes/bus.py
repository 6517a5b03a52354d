"""A bus in memory. ``FakeBus`` is the server, each ``FakeCarrier`` a process's connection to it."""

from __future__ import annotations

from collections.abc import Callable

from server.bus.hints import BusError


class FakeBus:
    """Can be ``dead`` (refuses everybody) or frozen (takes everything, brings nothing)."""

    def __init__(self) -> None:
        self.dead = False
        self.frozen = False
        self.said: list[bytes] = []
        self.listening: dict[FakeCarrier, Callable[[bytes], None]] = {}

    def bring(self, message: bytes) -> None:
        """What anybody on the bus may say, also something foolish."""
        for heard in list(self.listening.values()):
            heard(message)


class FakeCarrier:
    """``server.bus.hints.Carrier``."""

    def __init__(self, bus: FakeBus) -> None:
        self.bus = bus

    async def open(self, heard: Callable[[bytes], None]) -> None:
        await self.close()
        if self.bus.dead:
            raise BusError("refused")
        self.bus.listening[self] = heard

    async def send(self, message: bytes) -> None:
        if self.bus.dead or self not in self.bus.listening:
            raise BusError("refused")
        self.bus.said.append(message)
        if not self.bus.frozen:
            self.bus.bring(message)

    async def close(self) -> None:
        self.bus.listening.pop(self, None)
