"""The agenda in the database: SQLite and PostgreSQL by the same statements."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

from agenda.core import snapshot
from agenda.core.model import Event, Guid, Room, Series, Text
from agenda.ports import SYSTEM, Act, Release, ReleaseTakenError
from server.db.tables.agenda import EventRow, ReleaseRow, SeriesRow

FRESH_SECONDS = 1.0
"""How long the list of current releases is believed before it is read again."""

_SERIES = SQLModel.metadata.tables["agenda_series"]
_EVENT = SQLModel.metadata.tables["agenda_event"]
_RELEASE = SQLModel.metadata.tables["agenda_release"]


class _Index(msgspec.Struct, frozen=True):
    """The current releases, decoded, found by what they are asked for."""

    events: tuple[Event, ...] = ()
    by_slug: dict[str, Event] = {}
    by_guid: dict[Guid, Event] = {}
    rooms: dict[Guid, tuple[Event, Room]] = {}


class AgendaRows:
    """An ``AgendaStore``. Releases are decoded once and kept in memory: they never change."""

    def __init__(
        self, engine: AsyncEngine, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._index = _Index()
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def series(self) -> tuple[Series, ...]:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(_SERIES).order_by(_SERIES.c.slug))).all()
        return tuple(Series(r.guid, r.slug, Text(r.title_de, r.title_en)) for r in rows)

    async def events(self) -> tuple[Event, ...]:
        return (await self._current()).events

    async def event(self, slug: str) -> Event | None:
        return (await self._current()).by_slug.get(slug)

    async def event_by_guid(self, guid: Guid) -> Event | None:
        return (await self._current()).by_guid.get(guid)

    async def room(self, guid: Guid) -> tuple[Event, Room] | None:
        return (await self._current()).rooms.get(guid)

    async def put_series(self, series: Series) -> None:
        values = SeriesRow(
            guid=series.guid, slug=series.slug, title_de=series.title.de, title_en=series.title.en
        )
        async with self._engine.begin() as connection:
            await _put(connection, values)

    async def put_release(
        self, event: Event, act: Act = Act.RELEASE, *, by: str = SYSTEM
    ) -> Release:
        body = snapshot.encode(event)
        digest = snapshot.digest(body)
        release = Release(event.guid, event.release, event.published_at, digest, act, by)
        self._read_at = None
        try:
            async with self._engine.begin() as connection:
                if not await _taken(connection, release):
                    await _store(connection, event, release, body)
        except IntegrityError:
            # Two stored it at the same moment; the other one was faster.
            raise ReleaseTakenError(f"{event.guid}, release {event.release}") from None
        finally:
            self._read_at = None
        return release

    async def history(self, event: Guid) -> tuple[Release, ...]:
        columns = (
            _RELEASE.c[name] for name in ("event", "number", "published_at", "sha256", "act", "by")
        )
        query = select(*columns).where(_RELEASE.c.event == event)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.order_by(_RELEASE.c.number.desc()))).all()
        return tuple(
            Release(r.event, r.number, r.published_at, r.sha256, Act(r.act), r.by) for r in rows
        )

    async def release(self, event: Guid, number: int) -> Event | None:
        query = select(_RELEASE.c.snapshot).where(
            _RELEASE.c.event == event, _RELEASE.c.number == number
        )
        async with self._engine.connect() as connection:
            body = (await connection.execute(query)).scalar_one_or_none()
        return None if body is None else snapshot.decode(body)

    async def old_releases(self, event: Guid, numbers: Collection[int]) -> Mapping[int, Event]:
        if not numbers:
            return {}
        query = select(_RELEASE.c.number, _RELEASE.c.snapshot).where(
            _RELEASE.c.event == event, _RELEASE.c.number.in_(numbers)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {row.number: snapshot.decode(row.snapshot) for row in rows}

    async def _current(self) -> _Index:
        """The index, read again at most once a second and by one caller for all."""
        if self._stale():
            async with self._reading:
                if self._stale():
                    started = self._monotonic()
                    self._index = await self._read()
                    self._read_at = started
        return self._index

    def _stale(self) -> bool:
        return self._read_at is None or self._monotonic() - self._read_at >= FRESH_SECONDS

    async def _read(self) -> _Index:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(select(_EVENT.c.guid, _EVENT.c.release))).all()
            events = [await self._release(connection, row.guid, row.release) for row in rows]
        events.sort(key=lambda event: (event.first_day, event.number, event.slug))
        if tuple(events) == self._index.events:
            return self._index
        return _Index(
            events=tuple(events),
            by_slug={event.slug: event for event in events},
            by_guid={event.guid: event for event in events},
            rooms={room.guid: (event, room) for event in events for room in event.rooms},
        )

    async def _release(self, connection: AsyncConnection, guid: Guid, number: int) -> Event:
        known = self._index.by_guid.get(guid)
        if known is not None and known.release == number:
            return known
        query = select(_RELEASE.c.snapshot).where(
            _RELEASE.c.event == guid, _RELEASE.c.number == number
        )
        body: bytes = (await connection.execute(query)).scalar_one()
        return snapshot.decode(body)


async def _store(connection: AsyncConnection, event: Event, release: Release, body: bytes) -> None:
    row = EventRow(guid=event.guid, slug=event.slug, series=event.series, release=event.release)
    await _put(connection, row)
    stored = ReleaseRow(
        event=event.guid,
        number=event.release,
        published_at=event.published_at,
        sha256=release.sha256,
        snapshot=body,
        act=release.act.value,
        by=release.by,
    )
    await connection.execute(insert(_RELEASE).values(stored.model_dump()))


async def _taken(connection: AsyncConnection, release: Release) -> bool:
    """Whether exactly this release is stored already. Raises when the number holds another."""
    query = select(_RELEASE.c.sha256).where(
        _RELEASE.c.event == release.event, _RELEASE.c.number == release.number
    )
    stored = (await connection.execute(query)).scalar_one_or_none()
    if stored is not None and stored != release.sha256:
        raise ReleaseTakenError(f"{release.event}, release {release.number}")
    return stored is not None


async def _put(connection: AsyncConnection, row: SQLModel) -> None:
    """Insert a row, or replace the one with its guid."""
    table = SQLModel.metadata.tables[str(type(row).__tablename__)]
    values = row.model_dump()
    changed = await connection.execute(
        update(table).where(table.c.guid == values["guid"]).values(values)
    )
    if changed.rowcount == 0:
        await connection.execute(insert(table).values(values))
