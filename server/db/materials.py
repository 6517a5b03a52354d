"""Materials in the database. A ``MaterialStore``."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from access.audiences import TimeLine
from agenda.core.materials import FileId, Material, MaterialKind, OwnerKind
from agenda.core.model import Guid, Text
from server.db.tables import materials as _tables

_MATERIAL = SQLModel.metadata.tables[str(_tables.MaterialRow.__tablename__)]


class MaterialRows:
    """The table of materials, on SQLite and PostgreSQL by the same statements."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def material(self, guid: Guid) -> Material | None:
        found = await self._found(_MATERIAL.c.guid == guid)
        return found[0] if found else None

    async def of_file(self, ids: Collection[FileId]) -> tuple[Material, ...]:
        return await self._found(_MATERIAL.c.file.in_(ids))

    async def of_owners(self, kind: OwnerKind, owners: Collection[Guid]) -> tuple[Material, ...]:
        return await self._found(
            _MATERIAL.c.owner_kind == kind.value, _MATERIAL.c.owner.in_(list(owners))
        )

    async def add(self, material: Material) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(insert(_MATERIAL).values(_values(material)))

    async def put(self, material: Material) -> bool:
        change = (
            update(_MATERIAL)
            .where(_MATERIAL.c.guid == material.guid, _MATERIAL.c.version == material.version - 1)
            .values(_values(material))
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(change)).rowcount == 1

    async def remove(self, guid: Guid) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(_MATERIAL).where(_MATERIAL.c.guid == guid))

    async def _found(self, *conditions: Any) -> tuple[Material, ...]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(_MATERIAL).where(*conditions))
            return tuple(_material(row) for row in rows.mappings())


def _values(material: Material) -> dict[str, object]:
    line = material.audience
    return {
        "guid": material.guid,
        "owner_kind": material.owner_kind.value,
        "owner": material.owner,
        "kind": material.kind.value,
        "title_de": material.title.de,
        "title_en": material.title.en,
        "file": material.file,
        "url": material.url,
        "audience": None if line is None else msgspec.json.encode(line).decode(),
        "released": material.released,
        "position": material.position,
        "licence": material.licence,
        "alternatives": msgspec.json.encode(material.alternatives).decode(),
        "cues": msgspec.json.encode(material.cues).decode(),
        "version": material.version,
    }


def _material(row: RowMapping) -> Material:
    line = row["audience"]
    return Material(
        guid=row["guid"],
        owner_kind=OwnerKind(row["owner_kind"]),
        owner=row["owner"],
        kind=MaterialKind(row["kind"]),
        title=Text(row["title_de"], row["title_en"]),
        file=row["file"],
        url=row["url"],
        audience=None if line is None else msgspec.json.decode(line, type=TimeLine),
        released=row["released"],
        position=row["position"],
        licence=row["licence"],
        alternatives=msgspec.json.decode(row["alternatives"], type=tuple[str, ...]),
        cues=msgspec.json.decode(row["cues"], type=tuple[str, ...]),
        version=row["version"],
    )
