"""Bring a database to the tables of this release. Safe when several processes start at once."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from server.db.engine import address, connect_sqlite, for_owner_alone
from server.db.tables import metadata

T = TypeVar("T")
MIGRATIONS = Path(__file__).with_name("migrations")
_ADVISORY_LOCK = 0x504C454E  # "PLEN": any number, as long as every release uses the same


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "m%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made


async def migrate(url: str, to: str = "head") -> None:
    """Apply what is missing, all of it or nothing.

    ``url`` is a SQLAlchemy URL with an asynchronous driver (``Settings.database``).
    """

    def work(connection: Connection) -> bool:
        before = revision_of(connection)
        upgrade(connection, to)
        return revision_of(connection) != before

    if await alone(url, work):
        await asyncio.to_thread(_wipe, url)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Apply what is missing, within a transaction that somebody else commits."""
    command.upgrade(config(connection), to)


def known(revision: str) -> bool:
    """Whether this release has the revision; one of a newer release it has not."""
    return any(
        step.revision == revision for step in ScriptDirectory.from_config(config()).walk_revisions()
    )


async def current(url: str) -> str | None:
    """The revision a database stands at; None before the first migration."""
    return await _connected(url, revision_of)


def newest() -> str | None:
    """The revision this release brings."""
    return ScriptDirectory.from_config(config()).get_current_head()


async def differences(url: str) -> list[object]:
    """What the tables in the code have otherwise than a database. Empty when they agree."""
    return await _connected(url, _compare)


async def write_migration(url: str, message: str) -> None:
    """Write a file with the step from a database at the newest revision to the tables."""
    number = 1 + len(list(ScriptDirectory.from_config(config()).walk_revisions()))

    def revision(connection: Connection) -> None:
        command.revision(config(connection), message, autogenerate=True, rev_id=f"{number:04}")

    await alone(url, revision)


def revision_of(connection: Connection) -> str | None:
    """As ``current``, of an open connection."""
    return MigrationContext.configure(connection).get_current_revision()


def _wipe(url: str) -> None:
    """SQLite: what a migration took out of the tables leaves the files too."""
    if not _in_a_file(url):
        return
    connection = connect_sqlite(url)
    try:
        # Nothing hangs on it if somebody reads meanwhile: the tables are as they should be.
        with suppress(sqlite3.OperationalError):
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()


def _compare(connection: Connection) -> list[object]:
    options = {"compare_server_default": True, "render_as_batch": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def _connected(url: str, work: Callable[[Connection], T]) -> T:
    # An engine of its own: foreign keys stay unenforced on SQLite while batch mode rebuilds tables.
    at = address(url).difference_update_query(["synchronous"])
    if at.get_backend_name() == "sqlite":
        for_owner_alone(at)
    engine = create_async_engine(at, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def alone(url: str, work: Callable[[Connection], T]) -> T:
    """Do this in one transaction, while nobody migrates. Foreign keys are not enforced on SQLite.

    Whoever starts meanwhile waits.
    """

    def waiting(connection: Connection) -> T:
        if connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(lock, {"key": _ADVISORY_LOCK})
        return work(connection)

    async with _lock_file(url):
        return await _connected(url, waiting)


@asynccontextmanager
async def _lock_file(url: str) -> AsyncIterator[None]:
    """SQLite: a lock file beside the database, since its DDL commits on the way."""
    if not _in_a_file(url):
        yield
        return
    lock = await asyncio.to_thread(_take, Path(f"{make_url(url).database}.migrating"))
    try:
        yield
    finally:
        lock.close()


def _in_a_file(url: str) -> bool:
    return url.startswith("sqlite") and make_url(url).database not in (None, "", ":memory:")


def _take(path: Path) -> IO[str]:
    lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock
