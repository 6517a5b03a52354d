"""The programme that ships: the series of 2022, two rehearsals, the practice examples.

Content stands in ``data/`` as TOML and CSV.  Seeding again changes nothing; changed content of
an event becomes its next release.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from access.audiences import Group, TimeLine, always
from access.resources import EventKind
from agenda.core.examples import PracticeExample
from agenda.core.model import (
    Event,
    Guid,
    Host,
    HostRole,
    Role,
    RoleKind,
    Room,
    RoomKind,
    Series,
    Session,
    SessionKind,
    Slot,
    Text,
    Track,
    WallTime,
)
from agenda.core.slugs import code
from agenda.examples import Examples
from agenda.ports import AgendaStore
from agenda.publish import publish
from server.seed.guids import guid

DATA = files("server.seed") / "data"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a content file: a misspelt key is an error, not a silence."""


class _Series(_File, frozen=True):
    slug: str
    title: Text


class _SeriesFile(_File, frozen=True):
    series: tuple[_Series, ...]


class _Office(_File, frozen=True):
    name: Text


class _Host(_File, frozen=True):
    name: str
    role: HostRole
    key: str | None = None
    """Official key of the organisation, where it has one."""


class _Room(_File, frozen=True):
    slug: str
    name: Text
    kind: RoomKind
    audience: Group | None = None


class _Track(_File, frozen=True):
    slug: str
    name: Text
    colour: str


class _Session(_File, frozen=True):
    id: int
    slug: str
    kind: SessionKind
    start: dt.datetime
    end: dt.datetime
    title: Text
    room: str | None = None
    abstract: Text = Text()
    track: str | None = None
    audience: Group | None = None
    people: tuple[tuple[RoleKind, str], ...] = ()
    practice_examples: tuple[str, ...] = ()
    """As ``project/slug``."""


class _Pause(_File, frozen=True):
    id: int
    start: dt.datetime
    end: dt.datetime
    text: Text


class _Event(_File, frozen=True):
    slug: str
    series: str
    number: int
    kind: EventKind
    audience: Group
    title: Text
    summary: Text
    time_zone: str
    first_day: dt.date
    last_day: dt.date
    published: dt.datetime
    sample: bool
    rooms: tuple[_Room, ...]
    tracks: tuple[_Track, ...]
    sessions: tuple[_Session, ...]
    motto: Text = Text()
    rolling: bool = False
    hosts: tuple[_Host, ...] = ()
    pauses: tuple[_Pause, ...] = ()


async def seed_programme(
    store: AgendaStore, edited: Collection[Guid] = frozenset()
) -> tuple[Event, ...]:
    """Store series and events; return the events as released.

    ``edited``: events that organisers work on; what they make of them stays.
    Raises ``NotReleasableError`` if shipped content does not pass the gate.
    """
    for series in read_series():
        await store.put_series(series)
    shipped = [(draft, at) for draft, at in read_events() if draft.guid not in edited]
    return tuple([await publish(store, draft, at) for draft, at in shipped])


async def seed_examples(examples: Examples) -> None:
    """Store and release the practice examples that are missing; edited ones are left alone."""
    await examples.ship(read_practice_examples())


def read_series() -> tuple[Series, ...]:
    found = msgspec.toml.decode((DATA / "series.toml").read_bytes(), type=_SeriesFile)
    return tuple(Series(guid("series", s.slug), s.slug, s.title) for s in found.series)


def read_practice_examples() -> tuple[PracticeExample, ...]:
    text = (DATA / "practice_examples.csv").read_text(encoding="utf-8")
    return tuple(
        PracticeExample(
            guid=_example_guid(f"{row['project_id']}/{row['slug']}"),
            slug=row["slug"],
            project=row["project_id"],
            title=Text(row["title"], row["title_en"]),
            topic=row["topic"],
            summary=row["summary"],
            sources=tuple(row["sources"].split(" | ")),
        )
        for row in csv.DictReader(text.splitlines())
    )


def read_events() -> Iterator[tuple[Event, int]]:
    """Every event as a draft, with the instant its content was published."""
    offices = msgspec.toml.decode((DATA / "offices.toml").read_bytes(), type=dict[str, _Office])
    for file in sorted((DATA / "events").iterdir(), key=_name):
        content = msgspec.toml.decode(file.read_bytes(), type=_Event)
        yield _event(content, offices), round(content.published.timestamp()) * 1000


def _name(file: Traversable) -> str:
    return file.name


def _event(content: _Event, offices: Mapping[str, _Office]) -> Event:
    event = content.slug
    sessions = tuple(_session(event, session, offices) for session in content.sessions)
    held = [_slot(event, session) for session in content.sessions]
    return Event(
        guid=guid("event", event),
        slug=event,
        series=guid("series", content.series),
        number=content.number,
        kind=content.kind,
        title=content.title,
        motto=content.motto,
        summary=content.summary,
        time_zone=content.time_zone,
        first_day=content.first_day,
        last_day=content.last_day,
        audience=always(content.audience),
        sample=content.sample,
        rolling=content.rolling,
        hosts=tuple(_host(host) for host in content.hosts),
        rooms=_rooms(event, content.rooms),
        tracks=_tracks(event, content.tracks),
        sessions=sessions,
        slots=(*held, *(_pause(event, pause) for pause in content.pauses)),
    )


def _host(host: _Host) -> Host:
    return Host(host.name, host.role, guid("organisation", host.key) if host.key else None)


def _rooms(event: str, rooms: Sequence[_Room]) -> tuple[Room, ...]:
    return tuple(
        Room(
            guid=guid("room", event, room.slug),
            slug=room.slug,
            name=room.name,
            position=position,
            kind=room.kind,
            audience=_audience(room.audience),
        )
        for position, room in enumerate(rooms, start=1)
    )


def _tracks(event: str, tracks: Sequence[_Track]) -> tuple[Track, ...]:
    return tuple(
        Track(guid("track", event, track.slug), track.slug, track.name, track.colour, position)
        for position, track in enumerate(tracks, start=1)
    )


def _session(event: str, session: _Session, offices: Mapping[str, _Office]) -> Session:
    return Session(
        guid=guid("session", event, session.slug),
        code=code(guid("session", event, session.slug)),
        slug=session.slug,
        title=session.title,
        kind=session.kind,
        abstract=session.abstract,
        track=guid("track", event, session.track) if session.track else None,
        audience=_audience(session.audience),
        people=tuple(
            Role(guid("office", office), kind, offices[office].name)
            for kind, office in session.people
        ),
        practice_examples=tuple(_example_guid(name) for name in session.practice_examples),
    )


def _slot(event: str, session: _Session) -> Slot:
    return Slot(
        guid=guid("slot", event, session.slug),
        export_id=session.id,
        start=WallTime(session.start),
        end=WallTime(session.end),
        session=guid("session", event, session.slug),
        room=guid("room", event, session.room) if session.room else None,
    )


def _pause(event: str, pause: _Pause) -> Slot:
    return Slot(
        guid=guid("slot", event, str(pause.id)),
        export_id=pause.id,
        start=WallTime(pause.start),
        end=WallTime(pause.end),
        pause=pause.text,
    )


def _audience(group: Group | None) -> TimeLine | None:
    return always(group) if group else None


def _example_guid(name: str) -> str:
    project, slug = name.split("/")
    return guid("practice_example", project, slug)
