"""The hot path's rows have the columns of the tables."""

from __future__ import annotations

import pytest

from server.db.rooms import statements as sql
from server.db.rooms.found import FoundHead
from server.db.rooms.rows import HeadRow
from server.db.tables import metadata

TABLES = [sql.HEADS, sql.EVENTS, sql.TEXTS, sql.AUTHORS, sql.VOTES, sql.COMMANDS, sql.SNAPSHOTS]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_have_the_columns_of_their_table(table: sql.Table) -> None:
    columns = metadata.tables[table.name].columns
    assert set(table.columns) == set(columns.keys())
    assert set(table.key) <= {column.name for column in metadata.tables[table.name].primary_key}


def test_a_head_is_read_as_it_is_written() -> None:
    assert HeadRow._fields == FoundHead._fields


@pytest.mark.parametrize(
    "query",
    [sql.HEADS_OF, sql.EVENTS_AFTER, sql.RECENT, sql.VOTES_AFTER, sql.MESSAGE, sql.TEXTS_OF],
    ids=lambda query: query.kind.__name__,
)
def test_queries_have_the_columns_of_their_type(query: sql.Query[tuple[object, ...]]) -> None:
    names = [column if "(" in column else column.rsplit(".", 1)[-1] for column in query.columns]
    fields: tuple[str, ...] = query.kind._fields  # type: ignore[attr-defined]
    assert len(names) == len(fields)
    made = [name in ("NULL", "{hex}") or "(" in name for name in names]
    said = [(n, f) for n, f, new in zip(names, fields, made, strict=True) if not new]
    assert [name for name, _ in said] == [field for _, field in said]
