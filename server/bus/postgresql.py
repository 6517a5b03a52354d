"""Hints by NOTIFY, on a connection of their own.

Inside the transaction that writes, a notification would put all commits of the database into one
line (PostgreSQL manual, NOTIFY: "a notification queue lock").
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from server.bus.hints import BusError
from server.db.engine import address

CHANNEL = "plenum_hints"
PATIENCE_SECONDS = 2.0


class NotifyCarrier:
    """``server.bus.hints.Carrier`` on the database itself: nothing more to run."""

    def __init__(self, url: str) -> None:
        self._dsn = address(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: asyncpg.Connection | None = None

    async def open(self, heard: Callable[[bytes], None]) -> None:
        """See ``server.bus.hints.Carrier``."""

        def notified(_: object, __: int, ___: str, message: object) -> None:
            heard(str(message).encode())

        await self.close()
        async with _reachable():
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=PATIENCE_SECONDS,
                command_timeout=PATIENCE_SECONDS,
                server_settings={"application_name": "plenum hints"},
            )
            await self._connection.add_listener(CHANNEL, notified)

    async def send(self, message: bytes) -> None:
        """See ``server.bus.hints.Carrier``."""
        if self._connection is None:
            raise BusError("not connected")
        async with _reachable():
            await self._connection.execute("SELECT pg_notify($1, $2)", CHANNEL, message.decode())

    async def close(self) -> None:
        """See ``server.bus.hints.Carrier``."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    try:
        yield
    except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise BusError(f"PostgreSQL: {str(error) or type(error).__name__}") from error
