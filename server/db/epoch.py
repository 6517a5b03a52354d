"""The database's epoch: the random name of its life, by which clients know a restored one.

While a restore puts things in place the epoch is ``UNFINISHED``, and no server starts on it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from server.db.tables.rooms import EpochTable
from server.errors import OperatorError

UNFINISHED = "unfinished"


class UnfinishedRestoreError(OperatorError):
    """A restore was broken off. ``str()`` is one plain line."""


def stored(connection: Connection) -> str | None:
    """The epoch; None in a database without one, or without tables."""
    if not inspect(connection).has_table(str(EpochTable.__tablename__)):
        return None
    return connection.execute(select(inspect(EpochTable).c.epoch)).scalar()


def mark(connection: Connection) -> None:
    """From here on no server starts, until ``renew``."""
    _put(connection, UNFINISHED)


def renew(connection: Connection) -> str:
    """A fresh epoch: positions of clients from before lead to a reset."""
    fresh = secrets.token_hex(8)
    _put(connection, fresh)
    return fresh


async def require_finished(engine: AsyncEngine) -> None:
    """Raise ``UnfinishedRestoreError`` if a restore was broken off half-way."""
    async with engine.connect() as connection:
        if await connection.run_sync(stored) == UNFINISHED:
            raise UnfinishedRestoreError(
                "A restore was not finished; run it again: plenum restore FILE --replace"
            )


def _put(connection: Connection, epoch: str) -> None:
    connection.execute(delete(EpochTable))
    connection.execute(insert(EpochTable).values(id=1, epoch=epoch))
