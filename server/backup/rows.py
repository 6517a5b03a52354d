"""Tables as portable rows: the same lines from SQLite and from PostgreSQL, and back into either.

Tables of an older revision are taken as the database has them, so that a backup can be made before
a migration, and an older one put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

import msgspec
from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.backup.archive import ArchiveError, TableOf
from server.db.migrate import newest, revision_of
from server.db.tables import metadata as present
from server.db.tables.materials import StoredFileRow
from server.storage.files import folder_of

VERSION_TABLE = "alembic_version"
"""Alembic's own; the manifest says the revision."""
BATCH = 1_000

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Any]).decode
Row = dict[str, Any]


def tables(connection: Connection) -> tuple[Table, ...]:
    """What is there, tables that others point at first."""
    found = present
    if revision_of(connection) != newest():
        found = MetaData()
        found.reflect(connection)
    return tuple(table for table in found.sorted_tables if table.name != VERSION_TABLE)


async def dump(connection: AsyncConnection, table: Table, to: BinaryIO) -> TableOf:
    """Write all rows in the order of their keys, one JSON array per line."""
    columns = tuple(str(column.name) for column in table.columns)
    binary = frozenset(str(column.name) for column in table.columns if _binary(column))
    rows = 0
    query = select(table).order_by(*table.primary_key.columns)
    async with connection.stream(query, execution_options={"yield_per": BATCH}) as result:
        async for part in result.partitions():
            to.write(b"".join(_encode(tuple(row)) + b"\n" for row in part))
            rows += len(part)
    return TableOf(columns, binary, rows)


def load(connection: Connection, table: Table, told: TableOf, lines: IO[bytes]) -> None:
    """Put the rows of a dump into an empty table. Raises ``ArchiveError``."""
    if set(told.columns) != {column.name for column in table.columns}:
        raise ArchiveError(f"table {table.name}: has other columns than in the archive")
    own = _pointing_at_itself(table)
    later: list[Row] = []
    stored = 0
    rows = _rows(table, told, lines)
    while batch := list(islice(rows, BATCH)):
        later += [row.copy() for row in batch if any(row[name] is not None for name in own)]
        for row in batch:
            row.update(dict.fromkeys(own))
        try:
            connection.execute(insert(table), batch)
        except (OverflowError, SQLAlchemyError) as error:
            said = str(error).splitlines()[0]
            raise ArchiveError(f"table {table.name}: cannot be stored: {said}") from None
        stored += len(batch)
    for row in later:
        same = [column == row[column.name] for column in table.primary_key.columns]
        connection.execute(update(table).where(*same).values({name: row[name] for name in own}))
    if stored != told.rows:
        raise ArchiveError(f"table {table.name}: {stored} rows instead of {told.rows}")


def _rows(table: Table, told: TableOf, lines: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        try:
            row = dict(zip(told.columns, _decode(line), strict=True))
            for name in told.bytes:
                if row[name] is not None:
                    row[name] = msgspec.convert(row[name], bytes)
            if table.name == StoredFileRow.__tablename__:
                folder_of(Path(), row["id"])  # it becomes the name of a folder
        except (ValueError, KeyError, TypeError, msgspec.MsgspecError):
            raise ArchiveError(f"table {table.name}: row {number} is not as we write it") from None
        yield row


def _pointing_at_itself(table: Table) -> list[str]:
    """Columns to fill in once all rows are there, whatever their order."""
    return [key.parent.name for key in table.foreign_keys if key.column.table.name == table.name]


def _binary(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary) or column.type.python_type is bytes


def counted(told: Mapping[str, TableOf]) -> int:
    """Rows of all tables."""
    return sum(table.rows for table in told.values())
