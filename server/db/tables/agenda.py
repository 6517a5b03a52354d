"""Rows of the agenda: releases are immutable snapshots, everything else points at them."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel


class SeriesRow(SQLModel, table=True):
    __tablename__ = "agenda_series"

    guid: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    title_de: str
    title_en: str


class EventRow(SQLModel, table=True):
    """Which release of an event is the current one."""

    __tablename__ = "agenda_event"

    guid: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    series: str = Field(foreign_key="agenda_series.guid")
    release: int


class ReleaseRow(SQLModel, table=True):
    """A release as it was published. Never updated."""

    __tablename__ = "agenda_release"

    event: str = Field(primary_key=True, foreign_key="agenda_event.guid")
    number: int = Field(primary_key=True)
    published_at: int = Field(sa_type=BigInteger)
    sha256: str
    snapshot: bytes = Field(sa_type=LargeBinary)
    """Canonical JSON (``agenda.core.snapshot``)."""
    act: str = Field(default="release", sa_column_kwargs={"server_default": "release"})
    by: str = Field(default="system", sa_column_kwargs={"server_default": "system"})


class DraftRow(SQLModel, table=True):
    """One object of a draft. The version is the lock: who read another one changes nothing."""

    __tablename__ = "agenda_draft"

    event: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    guid: str = Field(primary_key=True, index=True)
    version: int
    body: bytes = Field(sa_type=LargeBinary)
    """JSON (``agenda.core.draft``)."""


class DraftNumberRow(SQLModel, table=True):
    """The highest export id given in an event so far (E4)."""

    __tablename__ = "agenda_number"

    event: str = Field(primary_key=True)
    last: int
