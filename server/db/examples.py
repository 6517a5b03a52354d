"""Practice examples in the database: SQLite and PostgreSQL by the same statements."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, Select, and_, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agenda.core.examples import PracticeExample, Version
from agenda.core.model import Guid
from agenda.examples import Draft
from server.db.tables.examples import ExampleRow, ExampleVersionRow

_EXAMPLE = inspect(ExampleRow).c
_VERSION = inspect(ExampleVersionRow).c


class ExampleRows:
    """``agenda.examples.ExampleStore``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def released(self) -> tuple[PracticeExample, ...]:
        """See ``agenda.examples.ExampleStore``."""
        read = and_(_VERSION.example == _EXAMPLE.guid, _VERSION.number == _EXAMPLE.released)
        query = select(_VERSION.body).join(ExampleRow, read)
        rows = await self._rows(query.order_by(_EXAMPLE.project, _EXAMPLE.slug))
        return tuple(_example(row.body) for row in rows)

    async def drafts(self) -> tuple[Draft, ...]:
        """See ``agenda.examples.ExampleStore``."""
        query = select(ExampleRow).order_by(_EXAMPLE.project, _EXAMPLE.slug)
        return tuple(_draft(row) for row in await self._rows(query))

    async def draft(self, slug: str) -> Draft | None:
        """See ``agenda.examples.ExampleStore``."""
        rows = await self._rows(select(ExampleRow).where(_EXAMPLE.slug == slug))
        return _draft(rows[0]) if rows else None

    async def by_guid(self, guid: Guid) -> Draft | None:
        """See ``agenda.examples.ExampleStore``."""
        rows = await self._rows(select(ExampleRow).where(_EXAMPLE.guid == guid))
        return _draft(rows[0]) if rows else None

    async def versions(self, guid: Guid) -> tuple[Version, ...]:
        """See ``agenda.examples.ExampleStore``."""
        query = select(ExampleVersionRow).where(_VERSION.example == guid)
        rows = await self._rows(query.order_by(_VERSION.number.desc()))
        return tuple(Version(row.number, row.at, row.by, _example(row.body)) for row in rows)

    async def add(self, draft: Draft) -> bool:
        """See ``agenda.examples.ExampleStore``."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(ExampleRow).values(_values(draft)))
        except IntegrityError:
            return False
        return True

    async def save(self, draft: Draft, expected: int, version: Version | None = None) -> bool:
        """See ``agenda.examples.ExampleStore``."""
        guid = draft.example.guid
        async with self._engine.begin() as connection:
            changed = await connection.execute(
                update(ExampleRow)
                .where(_EXAMPLE.guid == guid, _EXAMPLE.row_version == expected)
                .values(_values(draft))
            )
            if changed.rowcount == 0:
                return False
            if version is not None:
                await _add_version(connection, guid, version)
        return True

    async def _rows(self, query: Select[Any]) -> list[Row[Any]]:
        async with self._engine.connect() as connection:
            return list(await connection.execute(query))


async def _add_version(connection: AsyncConnection, guid: Guid, version: Version) -> None:
    row = ExampleVersionRow(
        example=guid,
        number=version.number,
        at=version.at,
        by=version.by,
        body=_body(version.example),
    )
    await connection.execute(insert(ExampleVersionRow).values(row.model_dump()))


def _values(draft: Draft) -> dict[str, Any]:
    example = draft.example
    row = ExampleRow(
        guid=example.guid,
        slug=example.slug,
        project=example.project,
        row_version=draft.row_version,
        released=draft.released,
        changed_at=draft.changed_at,
        body=_body(example),
    )
    return row.model_dump()


def _draft(row: Row[Any]) -> Draft:
    return Draft(_example(row.body), row.row_version, row.released, row.changed_at)


def _body(example: PracticeExample) -> str:
    return msgspec.json.encode(example, order="sorted").decode()


def _example(body: str) -> PracticeExample:
    return msgspec.json.decode(body, type=PracticeExample)
