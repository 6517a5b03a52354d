"""Rows of uploaded files, and of the materials that are such a file or a link."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class StoredFileRow(SQLModel, table=True):
    """What is known of a file. Its bytes lie below the data folder (``server.storage.files``)."""

    __tablename__ = "stored_file"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    """Whose share of the disk it counts against."""
    name: str
    media_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str | None
    state: str = Field(index=True)
    problem: str | None
    cleaned: bool
    deck: str | None = Field(sa_type=Text)
    """JSON of ``agenda.core.materials.Deck``."""
    created_at: int = Field(sa_type=BigInteger)


class MaterialRow(SQLModel, table=True):
    __tablename__ = "material"
    __table_args__ = (Index("material_owner", "owner_kind", "owner"),)

    guid: str = Field(primary_key=True)
    owner_kind: str
    owner: str
    kind: str
    title_de: str
    title_en: str
    file: str | None = Field(foreign_key="stored_file.id", unique=True)
    url: str | None = Field(sa_type=Text)
    audience: str | None = Field(sa_type=Text)
    """JSON of the time line; null: whoever may enter what it belongs to."""
    released: bool
    position: int
    licence: str
    alternatives: str = Field(sa_type=Text)
    """JSON, one text per page."""
    cues: str = Field(sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    """JSON, one text per page."""
    version: int
    """Rises with each change: an edit made from an older one is not stored."""
