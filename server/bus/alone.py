"""The bus of a process that has no others: it hears itself."""

from __future__ import annotations

from collections.abc import Callable

from server.bus.hints import BusError


class LoneCarrier:
    """``server.bus.hints.Carrier`` where the database is a file of one process."""

    def __init__(self) -> None:
        self._heard: Callable[[bytes], None] | None = None

    async def open(self, heard: Callable[[bytes], None]) -> None:
        """See ``server.bus.hints.Carrier``."""
        self._heard = heard

    async def send(self, message: bytes) -> None:
        """See ``server.bus.hints.Carrier``."""
        if self._heard is None:
            raise BusError("not connected")
        self._heard(message)

    async def close(self) -> None:
        """See ``server.bus.hints.Carrier``."""
        self._heard = None
