"""Connections to the database, and whether it may be trusted with an acknowledgement.

Beside the rooms' hot path everything goes through ``create_engine``.  Reference for the two
lists of settings: SQLite "PRAGMA synchronous", PostgreSQL manual "Reliability and the WAL".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.errors import OperatorError

PATIENCE_MS = 5_000
"""How long a writer waits for the lock of another process."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_SYNCHRONOUS = {"0": "off", "1": "normal", "2": "full", "3": "extra"}
_SAFE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sqlite": {
        "synchronous": ("full", "extra"),
        "journal_mode": ("wal", "delete", "truncate", "persist"),
    },
    "postgresql": {
        "fsync": ("on",),
        "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
        "full_page_writes": ("on",),
    },
}


class Finding(msgspec.Struct, frozen=True):
    """One setting of the database on which durability hangs."""

    setting: str
    value: str
    wanted: tuple[str, ...]

    @property
    def safe(self) -> bool:
        return self.value in self.wanted

    def __str__(self) -> str:
        if self.safe:
            return f"{self.setting} is {self.value}"
        return f"{self.setting} is {self.value}, it must be {' or '.join(self.wanted)}"


class UnsafeDatabaseError(OperatorError):
    """The database is set to lose acknowledged writes. ``str()`` is one plain line."""


def address(url: str) -> URL:
    """The URL with the driver we use; raises ``ValueError`` for any other database."""
    given = make_url(url)
    kind = given.get_backend_name()
    if kind not in _DRIVERS:
        raise ValueError(f"a database of kind {kind!r} is not supported: SQLite or PostgreSQL")
    return given.set(drivername=_DRIVERS[kind])


def there(url: str) -> bool:
    """Whether a database can be asked: asking SQLite would make the file."""
    at = address(url)
    return at.get_backend_name() != "sqlite" or Path(at.database or "").exists()


def create_engine(url: str) -> AsyncEngine:
    """An engine for everything beside the rooms' hot path.

    Takes ``sqlite:///path`` and ``postgresql://user:password@host/name``, with or without a
    driver.
    """
    at = address(url)
    if at.get_backend_name() == "postgresql":
        return create_async_engine(at, pool_pre_ping=True)
    synchronous = _synchronous(at)
    engine = create_async_engine(at.difference_update_query(["synchronous"]))

    def prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in _pragmas(synchronous):
            cursor.execute(pragma)
        cursor.close()

    def private(*_: object) -> None:
        for_owner_alone(at)

    event.listen(engine.sync_engine, "do_connect", private)
    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def for_owner_alone(at: URL) -> None:
    """Make the file of a SQLite database unless it is there: SQLite would let everybody read it,
    and what it lays beside it.  What cannot be made, it says itself.
    """
    if at.database and at.database != ":memory:":
        with suppress(OSError):
            Path(at.database).touch(mode=0o600, exist_ok=False)


def connect_sqlite(
    url: str, *, read_only: bool = False, patience_ms: int = PATIENCE_MS
) -> sqlite3.Connection:
    """A plain connection in autocommit, for one thread at a time, with our pragmas."""
    at = address(url)
    connection = sqlite3.connect(
        at.database or "",
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        timeout=patience_ms / 1000,
    )
    for pragma in _pragmas(_synchronous(at), patience_ms):
        connection.execute(pragma)
    if read_only:
        connection.execute("PRAGMA query_only = on")
    return connection


def _synchronous(at: URL) -> str:
    """FULL, unless somebody asks for less in the URL (and is refused by ``require_durable``)."""
    value = at.query.get("synchronous", "full")
    named = value if isinstance(value, str) else value[-1]
    if named.lower() not in _SYNCHRONOUS.values():
        raise ValueError(f"synchronous={named} in the database URL: it must be full or extra")
    return named.lower()


def _pragmas(synchronous: str, patience_ms: int = PATIENCE_MS) -> tuple[str, ...]:
    return (
        f"PRAGMA busy_timeout = {patience_ms}",
        "PRAGMA journal_mode = WAL",
        f"PRAGMA synchronous = {synchronous}",
        "PRAGMA foreign_keys = on",
        # What is erased is overwritten, not only forgotten (docs/decisions/0040).
        "PRAGMA secure_delete = on",
    )


async def durability(engine: AsyncEngine) -> tuple[Finding, ...]:
    """The settings on which durability hangs, as the database has them now."""
    kind = engine.dialect.name
    async with engine.connect() as connection:
        return tuple(
            [
                Finding(setting, await _read(connection, kind, setting), wanted)
                for setting, wanted in _SAFE[kind].items()
            ]
        )


async def require_durable(engine: AsyncEngine) -> None:
    """Raise ``UnsafeDatabaseError`` if the database may lose what was acknowledged."""
    unsafe = [str(finding) for finding in await durability(engine) if not finding.safe]
    if unsafe:
        raise UnsafeDatabaseError(
            f"The database is set to lose acknowledged writes: {'; '.join(unsafe)}."
        )


async def _read(connection: AsyncConnection, kind: str, setting: str) -> str:
    command = "PRAGMA" if kind == "sqlite" else "SHOW"
    # The setting comes from the table above, never from outside.
    value = str((await connection.execute(text(f"{command} {setting}"))).scalar_one())
    return _SYNCHRONOUS.get(value, value) if setting == "synchronous" else value
