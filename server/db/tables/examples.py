"""Rows of practice examples: a draft each, and the versions that were released."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class ExampleRow(SQLModel, table=True):
    """The draft as it stands, and which version readers get."""

    __tablename__ = "example"

    guid: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    project: str = Field(index=True)
    row_version: int
    """Rises with every change; who saves names the one they began with."""
    released: int | None
    """Number of the version that is read; null: none, not yet or not any more."""
    changed_at: int = Field(sa_type=BigInteger)
    body: str = Field(sa_type=Text)
    """Canonical JSON of the draft."""


class ExampleVersionRow(SQLModel, table=True):
    """A version as it was released. Never updated."""

    __tablename__ = "example_version"

    example: str = Field(primary_key=True, foreign_key="example.guid")
    number: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    by: str
    body: str = Field(sa_type=Text)
