"""What one process consists of, joined. Only ``server.app`` makes it."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncEngine

from access.audiences import Instant
from agenda.editing import Editing
from agenda.examples import ExampleOwners, Examples
from agenda.materials import ABANDONED_AFTER, AllOwners, Materials, SessionOwners
from agenda.participants import Participants
from agenda.planned import PlannedSessions
from agenda.ports import AgendaStore
from agenda.programme import Programme
from agenda.resources import RoomDirectory
from agenda.staging import Stages
from rooms.afterwards import Afterwards
from rooms.draft import Committed
from rooms.hub import Hub
from rooms.meter import Meter
from rooms.ports import RoomStore
from rooms.sequencer import Sequencer
from rooms.timers import LoopTimers
from server.bus.alone import LoneCarrier
from server.bus.hints import Carrier, Hint, Hints
from server.bus.postgresql import NotifyCarrier
from server.bus.redis import RedisCarrier
from server.clock import SystemClock
from server.db.agenda import AgendaRows
from server.db.drafts import DraftRows
from server.db.engine import create_engine, require_durable
from server.db.epoch import require_finished
from server.db.examples import ExampleRows
from server.db.files import FileRows
from server.db.generation import Retirement
from server.db.materials import MaterialRows
from server.db.participants import FeedbackRows, StarRows
from server.db.rooms.postgresql import PostgresqlRoomStore
from server.db.rooms.sqlite import SqliteRoomStore
from server.housekeeping import Chore, Housekeeping
from server.identity.admission import PolicyAdmission
from server.identity.facts import Facts
from server.identity.service import Identity
from server.ids import guid, uuid7
from server.mail.post import Post, Smtp
from server.media.inspector import ProcessInspector
from server.observe import days
from server.observe.process import Process
from server.observe.reports import Reports
from server.observe.watch import Sources, Watch
from server.releases import Releases
from server.retention import Retention, Words
from server.settings import Settings
from server.storage.belonging import require_own
from server.storage.checking import CheckingQueue
from server.storage.files import MEGABYTE, DiskFiles, Shares
from server.storage.journal import ErasureJournal
from server.storage.vault import FileVault
from server.ws.frames import text_frame

REPORTS = "processes"
"""Folder of what the processes tell each other of themselves, in the data folder."""


class Rooms(Words, Protocol):
    """A room store as this process owns it."""

    async def bury(self) -> None:
        """Destroy keys whose destruction a crash prevented."""

    async def tidy(self, now: Instant) -> None:
        """Forget what is kept for two days, also where nobody gives a command."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Services:
    """Everything that pages, API and sockets stand on."""

    settings: Settings
    clock: SystemClock
    engine: AsyncEngine
    vault: FileVault
    store: Rooms
    releases: AgendaStore
    """Where releases are put."""
    agenda: Programme
    """Where the programme is read, as it stands now."""
    drafts: DraftRows
    planned: PlannedSessions
    editing: Editing
    """Where the programme is made."""
    news: Releases
    examples: Examples
    post: Post
    identity: Identity
    sequencer: Sequencer
    hub: Hub
    hints: Hints
    afterwards: Afterwards
    files: DiskFiles
    checking: CheckingQueue
    materials: Materials
    participants: Participants
    housekeeping: Housekeeping
    retirement: Retirement
    process: Process

    @cached_property
    def watch(self) -> Watch:
        """Looks at all this, and tells other processes."""
        hub, hints = self.hub, self.hints
        sources = Sources(
            lambda: hub.occupancy,
            lambda: hints.silent_for,
            self.post.waiting,
            self.clock.now,
            lambda: hub.attendances,
            hub.attended_elsewhere,
        )
        reports = Reports(self.settings.data_dir / REPORTS)
        return Watch(self.process, sources, reports, port=self.settings.port)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Started in this order, stopped in the other; refuses a database that may lose."""
        async with AsyncExitStack() as stack:
            stack.callback(self.vault.close)
            stack.push_async_callback(self.engine.dispose)
            stack.push_async_callback(self.store.close)
            await require_durable(self.engine)
            await require_finished(self.engine)
            await require_own(self.engine, self.settings.keys)
            await self.retirement.start()
            stack.push_async_callback(self.retirement.stop)
            await self.store.bury()
            await self.post.start()
            stack.push_async_callback(self.post.stop)
            self.identity.facts.listen(self.hub.reconsider)
            await self.identity.start()
            stack.push_async_callback(self.identity.stop)
            await self.checking.start()
            stack.push_async_callback(self.checking.stop)
            await self.housekeeping.start()
            stack.push_async_callback(self.housekeeping.stop)
            await self.hub.start()
            stack.push_async_callback(self.hub.close)
            await self.hints.start()
            stack.push_async_callback(self.hints.stop)
            await self.news.start()
            stack.push_async_callback(self.news.stop)
            await self.watch.start()
            stack.push_async_callback(self.watch.stop)
            stack.push_async_callback(self.sequencer.close)
            yield


def services(settings: Settings, process: Process | None = None) -> Services:
    """Join the parts for these settings. Nothing runs yet."""
    process = process or Process()
    clock, meter = SystemClock(), process.figures
    engine, vault = create_engine(settings.database), FileVault(settings.keys)
    erasures = ErasureJournal(settings.journal, clock.now)
    store = room_store(settings, vault)
    releases, agenda, drafts, planned = _agenda(engine, clock)
    examples = Examples(ExampleRows(engine), clock.now, uuid7)
    retention = Retention(agenda.events, store, settings.words_kept_days)
    post = _post(settings, clock)
    identity = _identity(settings, engine, clock, post, erasures)
    hub = _hub(store, identity, agenda, clock, meter=meter)
    hints = _hints(settings, hub, identity.facts)
    news = Releases(releases, hub)
    checking, files = _files(settings, engine, erasures)
    owners = AllOwners(SessionOwners(agenda), ExampleOwners(examples.store), planned)
    materials = Materials(MaterialRows(engine), files, owners, uuid7, Stages(agenda, hub))
    publish = _publish(hub, hints)
    sequencer = Sequencer(
        store, identity.accounts, materials, publish, uuid7, meter=meter, erasures=erasures
    )
    return Services(
        settings,
        clock,
        engine,
        vault,
        store,
        releases,
        agenda,
        drafts,
        planned,
        Editing(releases, drafts, materials, clock.now, guid, tell=news.released),
        news,
        examples,
        post,
        identity,
        sequencer,
        hub,
        hints,
        Afterwards(store),
        files,
        checking,
        materials,
        Participants(StarRows(engine), FeedbackRows(engine, erasures.feedback), agenda),
        _housekeeping(settings, clock, files, materials.clean, store.tidy, retention),
        Retirement(engine, partial(signal.raise_signal, signal.SIGTERM)),
        process,
    )


def _agenda(
    engine: AsyncEngine, clock: SystemClock
) -> tuple[AgendaRows, Programme, DraftRows, PlannedSessions]:
    """Where releases are put, where they are read, and the same for what is planned."""
    releases, drafts = AgendaRows(engine), DraftRows(engine)
    return releases, Programme(releases, clock), drafts, PlannedSessions(drafts)


def _hub(
    store: RoomStore, identity: Identity, agenda: Programme, clock: SystemClock, *, meter: Meter
) -> Hub:
    rooms = RoomDirectory(agenda)
    admission = PolicyAdmission(identity.credentials, identity.facts, rooms, clock)
    return Hub(store, admission, clock, LoopTimers(), text_frame, meter=meter)


def _identity(
    settings: Settings,
    engine: AsyncEngine,
    clock: SystemClock,
    post: Post,
    erasures: ErasureJournal,
) -> Identity:
    return Identity(
        engine,
        clock,
        uuid7,
        post,
        site=settings.site,
        secret=settings.secret.get_secret_value(),
        demo=settings.demo,
        erasures=erasures,
    )


def _housekeeping(
    settings: Settings, clock: SystemClock, files: DiskFiles, *chores: Chore
) -> Housekeeping:
    def tidy_files(at: Instant) -> Awaitable[None]:
        return files.tidy(at - ABANDONED_AFTER)

    async def tidy_log(_: Instant) -> None:
        if settings.log_dir is not None:
            days.tidy(settings.log_dir)

    return Housekeeping(clock.now, *chores, tidy_files, tidy_log)


def _files(
    settings: Settings, engine: AsyncEngine, erasures: ErasureJournal
) -> tuple[CheckingQueue, DiskFiles]:
    root, rows = settings.files, FileRows(engine)
    checking = CheckingQueue(root, rows, ProcessInspector())
    shares = Shares(settings.upload_max_mb * MEGABYTE, settings.upload_quota_mb * MEGABYTE)
    return checking, DiskFiles(root, rows, checking, uuid7, shares, erasures=erasures)


def _hints(settings: Settings, hub: Hub, facts: Facts) -> Hints:
    def heard(hint: Hint) -> None:
        for room in hint.rooms:
            hub.hint(room)
        if hint.facts:
            facts.hurry()

    def missed() -> None:
        hub.look()
        facts.hurry()

    hints = Hints(_carrier(settings), LoopTimers(), uuid7(), heard=heard, missed=missed)
    facts.committing(hints.changed)
    return hints


def _carrier(settings: Settings) -> Carrier:
    url = settings.bus_url.get_secret_value()
    if url:
        return RedisCarrier(url)
    lone = settings.database.startswith("sqlite")
    return LoneCarrier() if lone else NotifyCarrier(settings.database)


def _publish(hub: Hub, hints: Hints) -> Callable[[Sequence[Committed]], None]:
    def publish(commits: Sequence[Committed]) -> None:
        hub.publish(commits)
        hints.wrote([committed.head.room for committed in commits])

    return publish


def room_store(settings: Settings, vault: FileVault) -> Rooms:
    """The log of rooms, on the database of these settings."""
    if settings.database.startswith("sqlite"):
        return SqliteRoomStore(settings.database, vault)
    return PostgresqlRoomStore(settings.database, vault)


def _post(settings: Settings, clock: SystemClock) -> Post:
    url = settings.smtp_url.get_secret_value()
    return Post(
        Smtp(url) if url else None,
        settings.mail_from,
        urlsplit(settings.site).hostname or "localhost",
        clock.now,
        keep=settings.demo,
    )
