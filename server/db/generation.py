"""Which release the rooms of a database ask of whoever reads them.

A release writes only what the one before can fold, so both may serve while one takes the other's
place.  Whoever skips releases meets rooms it cannot read: it must not guess.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.core.codec import READER
from server.db.tables.rooms import HeadTable
from server.errors import OperatorError

EVERY_SECONDS = 5.0

log = logging.getLogger(__name__)


class OutdatedError(OperatorError):
    """A newer release wrote what this one cannot read."""


async def require_readable(engine: AsyncEngine) -> None:
    """Raise ``OutdatedError`` if a room asks for a newer reader than this release is."""
    async with engine.connect() as connection:
        asked = await connection.run_sync(asked_for)
    if asked > READER:
        raise OutdatedError(
            f"A newer Plenum wrote in this database (it asks for reader {asked}, this release"
            f" is reader {READER}): update, or restore a backup made before."
        )


def asked_for(connection: Connection) -> int:
    """The reader that the rooms of a database ask for."""
    found: int | None = connection.execute(select(func.max(HeadTable.min_reader))).scalar_one()
    return found or 1


class Retirement:
    """Looks every few seconds; a process that has become too old ends in order, by itself."""

    def __init__(
        self, engine: AsyncEngine, retire: Callable[[], None], every: float = EVERY_SECONDS
    ) -> None:
        self._engine = engine
        self._retire = retire
        self._every = every
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises ``OutdatedError`` when it is too old already."""
        await require_readable(self._engine)
        self._running = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            if await self._due():
                self._retire()
                return

    async def _due(self) -> bool:
        """Whether it is time; a database that does not answer says nothing about that."""
        try:
            await require_readable(self._engine)
        except OutdatedError as error:
            log.error("this process ends: %s", error)
            return True
        except (SQLAlchemyError, OSError):
            return False
        return False
