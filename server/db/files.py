"""Rows of stored files: which states they have been through, and whose share they use."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from access.audiences import Instant
from agenda.core.materials import Deck, FileId, FileProblem, FileState, MediaType, StoredFile
from server.db.tables import materials as _tables

_FILE = SQLModel.metadata.tables[str(_tables.StoredFileRow.__tablename__)]
_HOLDS = (FileState.UPLOADING, FileState.CHECKING, FileState.READY)
"""States in which a file takes room."""


class FileRows:
    """The table of stored files, on SQLite and PostgreSQL by the same statements."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, file: StoredFile, owner: str, at: Instant) -> None:
        values = {
            "id": file.id,
            "owner": owner,
            "name": file.name,
            "media_type": file.media_type.value,
            "size": file.size,
            "sha256": None,
            "state": file.state.value,
            "problem": None,
            "cleaned": False,
            "deck": None,
            "created_at": at,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(_FILE).values(values))

    async def files(self, ids: Collection[FileId]) -> Mapping[FileId, StoredFile]:
        if not ids:
            return {}
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(_FILE).where(_FILE.c.id.in_(ids)))
            return {row["id"]: _file(row) for row in rows.mappings()}

    async def file(self, file_id: FileId) -> StoredFile | None:
        return (await self.files([file_id])).get(file_id)

    async def share(self, owner: str) -> tuple[int, int]:
        """Bytes and number of the files that count against an owner."""
        states = [state.value for state in _HOLDS]
        query = select(func.coalesce(func.sum(_FILE.c.size), 0), func.count()).where(
            _FILE.c.owner == owner, _FILE.c.state.in_(states)
        )
        async with self._engine.connect() as connection:
            used, number = (await connection.execute(query)).one()
        return int(used), int(number)

    async def in_state(
        self, state: FileState, before: Instant | None = None
    ) -> tuple[StoredFile, ...]:
        """Files in a state, oldest first; only those that began before an instant."""
        query = select(_FILE).where(_FILE.c.state == state.value)
        if before is not None:
            query = query.where(_FILE.c.created_at < before)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(_FILE.c.created_at, _FILE.c.id))
            return tuple(_file(row) for row in rows.mappings())

    async def known(self, ids: Collection[FileId]) -> frozenset[FileId]:
        """Which of these have a row."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(_FILE.c.id).where(_FILE.c.id.in_(ids)))
            return frozenset(rows.scalars())

    async def complete(self, file_id: FileId) -> bool:
        """All bytes are there; False if it was not waiting for any."""
        return await self._move(file_id, FileState.UPLOADING, state=FileState.CHECKING.value)

    async def refuse(self, file_id: FileId, problem: FileProblem) -> bool:
        """It did not pass; False if nobody was checking it any more."""
        return await self._move(
            file_id, FileState.CHECKING, state=FileState.REFUSED.value, problem=problem.value
        )

    async def pass_on(self, file: StoredFile) -> bool:
        """It passed; False if nobody was checking it any more."""
        deck = msgspec.json.encode(file.deck).decode() if file.deck else None
        return await self._move(
            file.id,
            FileState.CHECKING,
            state=FileState.READY.value,
            size=file.size,
            sha256=file.sha256,
            cleaned=file.cleaned,
            deck=deck,
        )

    async def describe(self, file_id: FileId, deck: Deck) -> None:
        """More is known of a deck; nothing happens if it is not given out any more."""
        known = msgspec.json.encode(deck).decode()
        await self._move(file_id, FileState.READY, deck=known)

    async def remove(self, ids: Collection[FileId]) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(_FILE).where(_FILE.c.id.in_(ids)))

    async def _move(self, file_id: FileId, held: FileState, **values: object) -> bool:
        change = (
            update(_FILE).where(_FILE.c.id == file_id, _FILE.c.state == held.value).values(values)
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(change)).rowcount == 1


def _file(row: RowMapping) -> StoredFile:
    return StoredFile(
        id=row["id"],
        name=row["name"],
        media_type=MediaType(row["media_type"]),
        size=row["size"],
        sha256=row["sha256"],
        state=FileState(row["state"]),
        problem=FileProblem(row["problem"]) if row["problem"] else None,
        deck=msgspec.json.decode(row["deck"], type=Deck) if row["deck"] else None,
        cleaned=row["cleaned"],
    )
