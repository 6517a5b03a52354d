"""examples as drafts and versions

What stood in ``practice_example`` becomes the draft and the first version of each example.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_OLD = sa.table(
    "practice_example",
    *map(sa.column, ("guid", "slug", "project", "title_de", "title_en", "topic", "summary")),
    sa.column("sources"),
)


def upgrade() -> None:
    example = op.create_table(
        "example",
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("guid"),
        sa.UniqueConstraint("slug"),
    )
    with op.batch_alter_table("example", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_example_project"), ["project"], unique=False)
    version = op.create_table(
        "example_version",
        sa.Column("example", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["example"], ["example.guid"]),
        sa.PrimaryKeyConstraint("example", "number"),
    )
    old = [row._asdict() for row in op.get_bind().execute(sa.select(_OLD))]
    op.bulk_insert(example, [_draft(row) for row in old])
    op.bulk_insert(version, [_version(row) for row in old])
    op.drop_table("practice_example")


def _draft(row: dict[str, str]) -> dict[str, object]:
    return {
        "guid": row["guid"],
        "slug": row["slug"],
        "project": row["project"],
        "row_version": 1,
        "released": 1,
        "changed_at": 0,
        "body": _body(row),
    }


def _version(row: dict[str, str]) -> dict[str, object]:
    return {"example": row["guid"], "number": 1, "at": 0, "by": "system", "body": _body(row)}


def _body(row: dict[str, str]) -> str:
    told = {
        "guid": row["guid"],
        "slug": row["slug"],
        "project": row["project"],
        "title": {"de": row["title_de"], "en": row["title_en"]},
        "topic": row["topic"],
        "summary": row["summary"],
        "sources": row["sources"].splitlines(),
    }
    return json.dumps(told, ensure_ascii=False)
