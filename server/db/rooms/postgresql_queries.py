"""The room log's SQL as PostgreSQL wants it, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import make_url

from rooms.ports import StoreUnavailableError
from server.db.rooms import statements as sql
from server.db.rooms.rows import Rows
from server.db.tables import metadata

T = TypeVar("T")
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

EMPTY = "''::bytea"
AMONG = "= ANY(?1)"
_DIALECT = make_url("postgresql+asyncpg://").get_dialect()()
_HEX = "encode(a.sealed, 'hex')"
_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
_HEAD = ", ".join(sql.HEADS.columns)

NOW = f"SELECT {_CLOCK}"
LOCK = (
    f"SELECT h.*, {_CLOCK} FROM"  # noqa: S608 - our own names
    f" (SELECT {_HEAD} FROM room_head WHERE room = ANY($1) ORDER BY room FOR UPDATE) h"
)
"""All processes lock in the same order, so none waits for one that waits for it. The clock is
read outside: after the lock."""
MAKE_HEADS = (
    f"INSERT INTO room_head ({_HEAD})"  # noqa: S608 - our own names
    " SELECT room, 0, 0, 0, 0, 0, 0, NULL, 1, 0 FROM unnest($1::text[]) AS made(room)"
    " ORDER BY room ON CONFLICT DO NOTHING"
)
RESULTS = (
    "SELECT c.cmd_id, c.owner, c.payload_hash, c.result, c.object FROM room_command c"
    " JOIN unnest($1::text[], $2::bytea[]) AS wanted(cmd_id, owner)"
    " ON c.cmd_id = wanted.cmd_id AND c.owner = wanted.owner"
)
PURGE = (
    "DELETE FROM room_command WHERE ctid = ANY"
    "(ARRAY(SELECT ctid FROM room_command WHERE at < $1 LIMIT $2))"
)


@contextmanager
def unavailable() -> Iterator[None]:
    """Lost connection, full disk, held lock, restart: one name. A wrong statement stays that."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        # The same command came by two processes for two rooms: a retry finds the first's result.
        raise StoreUnavailableError(f"PostgreSQL: {error}") from error
    except (
        asyncpg.SyntaxOrAccessError,
        asyncpg.DataError,
        asyncpg.IntegrityConstraintViolationError,
    ):
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        said = str(error) or type(error).__name__
        raise StoreUnavailableError(f"PostgreSQL: {said}") from error


@cache
def numbered(statement: str) -> str:
    """A shared statement with PostgreSQL's parameters and words."""
    return statement.format(hex=_HEX, among=AMONG, empty=EMPTY).replace("?", "$")


async def select(connection: Connection, query: sql.Query[T], *parameters: object) -> list[T]:
    """The rows of a shared query, as its type."""
    statement = numbered(f"SELECT {', '.join(query.columns)} {query.rest}")
    return [query.kind(*row) for row in await connection.fetch(statement, *parameters)]


def insertion(rows: Rows) -> tuple[str, list[Sequence[Any]]]:
    """One statement that stores all new rows, and its parameters: a list for each column."""
    filled = [(table, new) for table, new in sql.new_rows(rows) if new]
    columns: list[Sequence[Any]] = []
    for _, new in filled:
        columns += zip(*new, strict=True)
    return _insertion(tuple(table for table, _ in filled)), columns


@cache
def _insertion(tables: tuple[sql.Table, ...]) -> str:
    statements, first = [], 1
    for table in tables:
        kinds = enumerate(_types(table), first)
        lists = ", ".join(f"${number}::{kind}[]" for number, kind in kinds)
        statements.append(sql.insert(table, f"SELECT * FROM unnest({lists})"))  # noqa: S608 - our own names
        first += len(table.columns)
    if not statements:
        return ""
    *others, last = statements
    named = ", ".join(f"new_{n} AS ({statement})" for n, statement in enumerate(others))
    return f"WITH {named} {last}" if others else last


def _types(table: sql.Table) -> list[str]:
    columns = metadata.tables[table.name].columns
    return [columns[name].type.compile(_DIALECT) for name in table.columns]
