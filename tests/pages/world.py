"""A whole site for one test: seeded programme, real identity on SQLite, mails kept in memory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute

from access.actors import Actor
from access.audiences import Instant
from access.organisations import OrganisationKind
from access.resources import Resource
from agenda.core import ical
from agenda.core.model import Event, Guid, Room, Series
from agenda.core.text_search import fold
from agenda.core.timetable import resolve
from agenda.examples import ExampleOwners, Examples
from agenda.materials import AllOwners, Materials, SessionOwners
from agenda.participants import Participants
from agenda.planned import PlannedSessions
from agenda.ports import Agenda
from agenda.programme import Programme
from agenda.staging import Stages
from rooms.afterwards import Afterwards
from server.db.drafts import DraftRows
from server.db.engine import create_engine
from server.db.files import FileRows
from server.db.materials import MaterialRows
from server.db.participants import FeedbackRows, StarRows
from server.db.tables.access import ModelProjectTable, OrganisationTable, ProjectMemberTable
from server.http import static
from server.http.faults import Faults
from server.http.feeds import Feeds
from server.http.headers import SecurityHeaders
from server.http.materials.cues import Cues
from server.http.materials.serving import Serving
from server.http.materials.uploads import Uploads
from server.http.pages import texts
from server.http.pages.operator import Operator
from server.http.pages.pages import Pages
from server.http.pages.renderer import Renderer
from server.http.pages.site import Site
from server.http.places import Places
from server.http.surfaces import Door, Surface, routes
from server.identity.service import Identity
from server.ids import uuid7
from server.mail.letters import Letter, sign_in
from server.mail.post import Kept
from server.seed.programme import read_events, read_series, seed_examples
from server.storage.checking import CheckingQueue
from server.storage.files import DiskFiles, Shares
from tests.fakes.examples import MemoryExamples
from tests.fakes.inspector import FakeInspector
from tests.fakes.rooms import FakeClock, FakeDisk, FakeRoomStore

SITE = "http://plenum.example"
NOW: Instant = 1_648_040_000_000
"""23 March 2022, 13:53 in Berlin: between the first and the second regional conference."""

HOF_CITY = ("hof-city", OrganisationKind.MUNICIPALITY, "09464000", "Hof", None, "Bayern")
HOF_DISTRICT = ("hof-district", OrganisationKind.DISTRICT, "09475", "Landkreis Hof", None, "Bayern")
ULM = ("ulm", OrganisationKind.MUNICIPALITY, "08421000", "Ulm", None, "Baden-Württemberg")


class FixedClock:
    """Shows what it is told."""

    def __init__(self, at: Instant = NOW) -> None:
        self.at = at

    def now(self) -> Instant:
        return self.at


class SeededAgenda:
    """The programme that ships, without a database."""

    def __init__(self, events: tuple[Event, ...] | None = None) -> None:
        self._events = events or tuple(resolve(event) for event, _ in read_events())

    async def series(self) -> tuple[Series, ...]:
        return read_series()

    async def events(self) -> tuple[Event, ...]:
        return self._events

    async def event(self, slug: str) -> Event | None:
        return next((event for event in self._events if event.slug == slug), None)

    async def event_by_guid(self, guid: Guid) -> Event | None:
        return next((event for event in self._events if event.guid == guid), None)

    async def room(self, guid: Guid) -> tuple[Event, Room] | None:
        return next(((e, r) for e in self._events for r in e.rooms if r.guid == guid), None)


@dataclass
class Letters:
    """Takes mails and keeps them, newest first."""

    clock: FixedClock
    sent: list[Letter] = field(default_factory=list)

    def sign_in_link(self, address: str, link: str, language: str) -> None:
        self.sent.insert(0, sign_in(address, link, language))

    def send(self, letter: Letter) -> None:
        self.sent.insert(0, letter)

    def kept(self) -> tuple[Kept, ...]:
        return tuple(Kept(letter, self.clock.at) for letter in self.sent)

    def token(self) -> str:
        """What the newest mail carries after the #."""
        found = re.search(r"#(\S+)", self.sent[0].text)
        assert found is not None
        return found.group(1)


@dataclass
class FakeStages:
    """Which deck is on the stage of which room."""

    decks: dict[Guid, Guid] = field(default_factory=dict)

    async def staged(self, room: Guid) -> Guid | None:
        return self.decks.get(room)


@dataclass
class Storage:
    """Where uploads go: a real disk, looked into by a fake."""

    files: DiskFiles
    materials: Materials
    checking: CheckingQueue
    inspector: FakeInspector
    rows: FileRows
    stages: FakeStages

    def surfaces(self, agenda: Agenda) -> tuple[Surface, ...]:
        spoken = texts.load(static.ROOT / "i18n")
        return (
            *Uploads(self.materials, spoken).surfaces(),
            *Serving(self.materials, self.files).surfaces(),
            *Cues(self.materials, Places(agenda)).surfaces(),
        )


@dataclass
class World:
    """The site and everything a test may want to reach."""

    app: Starlette
    identity: Identity
    letters: Letters
    clock: FixedClock
    pages: Pages
    storage: Storage
    disk: FakeDisk
    """What was said in the rooms."""

    def browser(self) -> httpx.AsyncClient:
        """A browser without cookies that does not follow redirects."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=True),
            base_url=SITE,
            headers={"origin": SITE},
        )

    async def account(self, address: str, employer: str | None = None) -> str:
        """An account that says where it works."""
        account = await self.identity.accounts.ensure(address)
        if employer is not None:
            await self.identity.records.choose_organisation(account, employer)
        return account

    async def funded(self, address: str) -> str:
        """Confirmed staff of the model project Ulm."""
        account = await self.account(address, "ulm")
        await self.identity.records.declare_project(account, "ulm")
        await self.identity.records.confirm_project(account, "ulm", by="kts")
        return account

    @asynccontextmanager
    async def signed_in(self, address: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that went through the mailed link."""
        async with self.browser() as browser:
            await browser.post("/sign-in", data={"address": address})
            done = await browser.post("/sign-in/confirm", data={"token": self.letters.token()})
            assert done.status_code == 303, done.text
            yield browser


def fake_build(folder: Path) -> Path:
    """A build of the client with empty files: pages need only the names."""
    entries = ("site", "room", "desk", "present", "screen", "site-style", "room-style")
    (folder / "assets").mkdir(parents=True)
    lines = []
    for entry in entries:
        file = f"assets/{entry}-00000000.{'css' if entry.endswith('style') else 'js'}"
        (folder / file).write_text(f"/* {entry} */")
        lines.append(f'"{entry}": {{"file": "{file}", "name": "{entry}", "isEntry": true}}')
    (folder / "manifest.json").write_text("{" + ", ".join(lines) + "}")
    return folder


@asynccontextmanager
async def world(
    folder: Path,
    *,
    dist: Path | None = None,
    agenda: Agenda | None = None,
    operator: Operator | None = None,
    demo: bool = True,
    clock: FixedClock | None = None,
    site: str = SITE,
) -> AsyncIterator[World]:
    """A running site with its files in ``folder``."""
    clock = clock or FixedClock()
    engine, letters = await _database(folder), Letters(clock)
    identity = Identity(engine, clock, uuid7, letters, site=site, secret="s" * 40, demo=demo)
    await identity.start()
    assets = static.Assets(dist or fake_build(folder / "dist"))
    programme = Programme(agenda or SeededAgenda(), clock)
    examples = await _examples(clock)
    planned = PlannedSessions(DraftRows(engine))
    storage = _storage(folder / "files", engine, programme, examples, planned)
    await storage.checking.start()
    disk = FakeDisk(FakeClock(clock.at))
    made = Pages(
        Site(
            agenda=programme,
            examples=examples,
            participants=Participants(StarRows(engine), FeedbackRows(engine), programme),
            materials=storage.materials,
            planned=planned,
            afterwards=Afterwards(FakeRoomStore(disk)),
            largest_upload=SHARES.largest,
            words_kept_days=30,
            renderer=Renderer(texts.load(static.ROOT / "i18n"), assets),
            operator=operator or Operator(),
            demo=demo,
            secure=False,
        ),
        identity,
        letters.kept if demo else None,
    )
    feeds = Feeds(programme, ical.Site("plenum.example", site))
    surfaces = (*feeds.surfaces(), *storage.surfaces(programme), *made.surfaces())
    app = _app([*routes(surfaces, _door(identity, made, clock)), static.route(assets)], made)
    try:
        yield World(app, identity, letters, clock, made, storage, disk)
    finally:
        await storage.checking.stop()
        await identity.stop()
        await engine.dispose()


async def _examples(clock: FixedClock) -> Examples:
    examples = Examples(MemoryExamples(), clock.now, uuid7)
    await seed_examples(examples)
    return examples


def _app(where: list[BaseRoute], made: Pages) -> Starlette:
    return Starlette(
        routes=where,
        exception_handlers={404: made.not_found, 413: Faults(made).http},
        middleware=[Middleware(SecurityHeaders, tls=False)],
    )


async def _database(folder: Path) -> AsyncEngine:
    engine = create_engine(f"sqlite+aiosqlite:///{folder / 'plenum.sqlite3'}")
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
        for row in _registers():
            await connection.execute(row.__table__.insert().values(row.model_dump()))  # type: ignore[attr-defined]
    return engine


SHARES = Shares(largest=1_000_000, quota=2_000_000)


def _storage(
    root: Path,
    engine: AsyncEngine,
    programme: Programme,
    examples: Examples,
    planned: PlannedSessions,
) -> Storage:
    rows, inspector = FileRows(engine), FakeInspector()
    checking = CheckingQueue(root, rows, inspector)
    files = DiskFiles(root, rows, checking, uuid7, SHARES)
    stages = FakeStages()
    owners = AllOwners(SessionOwners(programme), ExampleOwners(examples.store), planned)
    materials = Materials(MaterialRows(engine), files, owners, uuid7, Stages(programme, stages))
    return Storage(files, materials, checking, inspector, rows, stages)


def _door(identity: Identity, pages: Pages, clock: FixedClock) -> Door:
    async def identify(request: Request) -> Actor | None:
        return await identity.credentials.visitor(request.scope["headers"])

    async def in_place(actor: Actor, resource: Resource) -> Actor:
        return actor

    return Door(
        identify=identify,
        in_place=in_place,
        now=clock.now,
        same_site=lambda request: identity.own_pages.sent(request.scope["headers"]),
        refuse=Faults(pages).refuse,
    )


def _registers() -> list[SQLModel]:
    rows: list[SQLModel] = [
        OrganisationTable(
            guid=guid,
            kind=kind.value,
            key=key,
            name=name,
            folded=fold(name),
            district=district,
            state=state,
            former_of=None,
        )
        for guid, kind, key, name, district, state in (HOF_CITY, HOF_DISTRICT, ULM)
    ]
    rows.append(
        ModelProjectTable(
            id="ulm", name="Ulm", season=2019, title="Ulm4CleverCity", state="Baden-Württemberg"
        )
    )
    rows.append(ProjectMemberTable(project="ulm", organisation="ulm", role="lead", admits=True))
    return rows
