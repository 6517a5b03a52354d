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
