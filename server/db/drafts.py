"""Drafts in the database: SQLite and PostgreSQL by the same statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from agenda.core.draft import Body, Conflict, Kind, Row, decode, edit, encode
from agenda.core.model import Guid
from server.db.tables.agenda import DraftNumberRow, DraftRow

_DRAFT = SQLModel.metadata.tables[str(DraftRow.__tablename__)]
_NUMBER = SQLModel.metadata.tables[str(DraftNumberRow.__tablename__)]


class DraftRows:
    """``agenda.ports.Drafts``. Nothing is kept in memory: organisers are few."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def heads(self) -> tuple[Row, ...]:
        query = select(_DRAFT).where(_DRAFT.c.kind == Kind.EVENT.value).order_by(_DRAFT.c.guid)
        async with self._engine.connect() as connection:
            return tuple(map(_row, (await connection.execute(query)).all()))

    async def rows(self, event: Guid) -> tuple[Row, ...]:
        query = select(_DRAFT).where(_DRAFT.c.event == event)
        async with self._engine.connect() as connection:
            return tuple(map(_row, (await connection.execute(query)).all()))

    async def find(self, kind: Kind, guid: Guid) -> tuple[Guid, Row] | None:
        query = select(_DRAFT).where(_DRAFT.c.kind == kind.value, _DRAFT.c.guid == guid)
        async with self._engine.connect() as connection:
            found = (await connection.execute(query.order_by(_DRAFT.c.event))).first()
        return (found.event, _row(found)) if found else None

    async def begin(self, event: Guid, rows: tuple[Row, ...], last_number: int) -> None:
        try:
            async with self._engine.begin() as connection:
                # First of all: its key is the lock between two who begin at once.
                row = DraftNumberRow(event=event, last=last_number)
                await connection.execute(insert(_NUMBER).values(row.model_dump()))
                await connection.execute(insert(_DRAFT), [_values(event, each) for each in rows])
        except IntegrityError:
            if not await self.rows(event):
                raise

    async def add(self, event: Guid, row: Row) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(insert(_DRAFT).values(_values(event, row)))

    async def change(
        self, event: Guid, kind: Kind, guid: Guid, expected: int, body: Body
    ) -> Row | Conflict | None:
        statement = (
            update(_DRAFT)
            .where(_same(event, kind, guid), _DRAFT.c.version == expected)
            .values(version=expected + 1, body=encode(body))
        )
        async with self._engine.begin() as connection:
            if (await connection.execute(statement)).rowcount:
                return Row(kind, guid, expected + 1, body)
            query = select(_DRAFT).where(_same(event, kind, guid))
            found = (await connection.execute(query)).first()
        return edit(_row(found), expected, body) if found else None

    async def remove(self, event: Guid, kind: Kind, guid: Guid, expected: int) -> bool:
        statement = delete(_DRAFT).where(_same(event, kind, guid), _DRAFT.c.version == expected)
        async with self._engine.begin() as connection:
            return (await connection.execute(statement)).rowcount > 0

    async def discard(self, event: Guid) -> None:
        async with self._engine.begin() as connection:
            for table in (_DRAFT, _NUMBER):
                await connection.execute(delete(table).where(table.c.event == event))

    async def number(self, event: Guid) -> int:
        statement = (
            update(_NUMBER)
            .where(_NUMBER.c.event == event)
            .values(last=_NUMBER.c.last + 1)
            .returning(_NUMBER.c.last)
        )
        async with self._engine.begin() as connection:
            given: int = (await connection.execute(statement)).scalar_one()
        return given


def _same(event: Guid, kind: Kind, guid: Guid) -> Any:
    return and_(_DRAFT.c.event == event, _DRAFT.c.kind == kind.value, _DRAFT.c.guid == guid)


def _row(found: Found[Any]) -> Row:
    kind = Kind(found.kind)
    return Row(kind, found.guid, found.version, decode(kind, found.body))


def _values(event: Guid, row: Row) -> dict[str, Any]:
    return DraftRow(
        event=event,
        kind=row.kind.value,
        guid=row.guid,
        version=row.version,
        body=encode(row.body),
    ).model_dump()
