"""Which data folder belongs to a database: the one whose vault it names.

A process with keys of its own does not find the answers of the others, and would carry out a
repeated command a second time (docs/decisions/0111).  It must not serve.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, delete, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from server.db.tables.rooms import FolderTable
from server.errors import OperatorError
from server.storage.vault import FileVault, name_in

_ADOPT = text(
    "INSERT INTO database_folder (id, vault) VALUES (1, :vault) ON CONFLICT (id) DO NOTHING"
)


class ForeignFolderError(OperatorError):
    """The folder belongs to another database, or to none. ``str()`` is one plain line."""


async def require_own(engine: AsyncEngine, keys: Path) -> None:
    """Raise ``ForeignFolderError`` unless these are the keys of the database.

    One that names none yet takes them: it is new, or of a release that did not ask.
    """
    async with engine.connect() as connection:
        new = await connection.run_sync(_known) is None
    if new:
        name = await asyncio.to_thread(_with_vault, keys, FileVault.name)
        async with engine.begin() as connection:
            await connection.execute(_ADOPT, {"vault": name})
    # Of several at once it took the first.
    async with engine.connect() as connection:
        if not await connection.run_sync(own, keys):
            raise ForeignFolderError(foreign(keys.parent))


async def adopt(engine: AsyncEngine, keys: Path) -> None:
    """From here on these are the keys of the database, and no copy of them is."""
    name = await asyncio.to_thread(_with_vault, keys, FileVault.rename)
    async with engine.begin() as connection:
        await connection.execute(delete(FolderTable))
        await connection.execute(_ADOPT, {"vault": name})


def own(connection: Connection, keys: Path) -> bool:
    """Whether these are the keys of the database, or it names none yet. Changes nothing."""
    known = _known(connection)
    return known is None or known == name_in(keys)


def _known(connection: Connection) -> str | None:
    """The name of the vault; None: nobody has started on the database since it can keep it."""
    if not inspect(connection).has_table(str(FolderTable.__tablename__)):
        return None
    return connection.execute(select(inspect(FolderTable).c.vault)).scalar()


def foreign(folder: Path) -> str:
    """What is wrong with this data folder, and what to do."""
    return (
        f"{folder} is not the data folder of this database: its authors.keys is another one."
        " Set PLENUM_DATA_DIR to the folder that all processes share."
        " If that one is lost, restore a backup, or go on without its keys:"
        " plenum migrate --adopt-folder"
    )


def _with_vault(keys: Path, name: Callable[[FileVault], str]) -> str:
    vault = FileVault(keys)
    try:
        return name(vault)
    finally:
        vault.close()
