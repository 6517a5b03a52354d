"""What follows when a database was put back: erased again, signed out, and an epoch of its own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
from asyncpg import PostgresError
from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agenda.core.materials import FileState
from rooms import erasures as rooms
from rooms.core.names import RETENTION, AccountId, Ref, RoomId
from server.backup.archive import Manifest
from server.clock import SystemClock
from server.db import epoch
from server.db.engine import create_engine, there
from server.db.files import FileRows
from server.db.materials import MaterialRows
from server.db.participants import FeedbackRows
from server.db.tables.identity import (
    AccessTokenTable,
    AccountTable,
    BrowserSessionTable,
    SigningKeyTable,
    SignInLinkTable,
)
from server.db.tables.rooms import EventTable
from server.identity.facts import SYSTEM, Facts
from server.identity.records import Records
from server.identity.registers import Registers
from server.ids import uuid7
from server.services import Rooms, room_store
from server.settings import Settings
from server.storage.belonging import adopt
from server.storage.files import folder_of
from server.storage.journal import (
    AccountClosed,
    Erasure,
    ErasureJournal,
    FeedbackGone,
    FileGone,
    TakenBack,
    WordsGone,
)
from server.storage.vault import FileVault

OVERLAP_MS = 60_000
"""What was taken back so shortly before the moment of a backup may not have been in it yet."""
ERASED = "person.words_erased"
"""The event of the log."""


@dataclass(frozen=True)
class Settled:
    """What was done after the database was in its place."""

    words: int
    """Objects whose words were erased again."""
    taken_back: int
    """Messages and questions that their authors had taken back."""
    accounts: int
    files: int
    """Uploads removed again."""
    halves: int
    """Uploads that were not complete: their people begin again."""
    epoch: str


class _Erased(msgspec.Struct):
    """Of the body of ``ERASED``, what a journal keeps."""

    at: int
    by: AccountId = ""
    objects: tuple[Ref, ...] = ()


async def remember(url: str, journal: ErasureJournal) -> None:
    """Add to the journal what only the database that is about to go knows was erased.

    One that cannot be read has nothing to add.
    """
    if not there(url):
        return
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            found = await _erased_in(connection)
    except (SQLAlchemyError, PostgresError):
        return
    finally:
        await engine.dispose()
    known = journal.read()
    words = {(each.room, each.objects) for each in known if isinstance(each, WordsGone)}
    closed = {each.account for each in known if isinstance(each, AccountClosed)}
    journal.append(
        [
            each
            for each in found
            if not (isinstance(each, WordsGone) and (each.room, each.objects) in words)
            and not (isinstance(each, AccountClosed) and each.account in closed)
        ]
    )


async def _erased_in(connection: AsyncConnection) -> list[Erasure]:
    event, account = inspect(EventTable).c, inspect(AccountTable).c
    events = select(event.room, event.body).where(event.type == ERASED)
    closed = select(account.id, account.closed_at).where(account.closed_at.is_not(None))
    found: list[Erasure] = []
    for room, body in await connection.execute(events.order_by(event.room, event.log)):
        erased = msgspec.json.decode(body, type=_Erased)
        # What was only old is looked through again, by the dates of what is put back.
        if erased.objects and erased.by != RETENTION:
            found.append(WordsGone(room, erased.objects, (), erased.at))
    found += [AccountClosed(id_, at) for id_, at in await connection.execute(closed)]
    return found


async def settle(settings: Settings, manifest: Manifest, erasures: Sequence[Erasure]) -> Settled:
    """Nobody serves yet, and nobody will before the fresh epoch, which comes last."""
    engine, clock = create_engine(settings.database), SystemClock()
    facts = Facts(engine, clock, uuid7)
    gone = {each.file for each in erasures if isinstance(each, FileGone)} | {*manifest.missing}
    closed = [each.account for each in erasures if isinstance(each, AccountClosed)]
    try:
        async with _store(settings) as store:
            words = await _words(store, erasures)
            taken = await _taken_back(store, erasures)
            await store.bury()
            await store.tidy(clock.now())
        await _feedback(engine, manifest, erasures)
        accounts = await _close(Records(facts, Registers(engine)), engine, closed)
        halves = await FileRows(engine).in_state(FileState.UPLOADING)
        await _remove(settings, engine, [each.id for each in halves])
        files = await FileRows(engine).known(sorted(gone))
        await _remove(settings, engine, files)
        await adopt(engine, settings.keys)  # a server on the folder of before does not start
        async with facts.changing(None, "restored", by=SYSTEM) as connection:
            await _end_sessions(connection, clock.now())
            fresh = await connection.run_sync(epoch.renew)
    finally:
        await engine.dispose()
    return Settled(words, taken, accounts, len(files), len(halves), fresh)


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Rooms]:
    vault = FileVault(settings.keys)
    store = room_store(settings, vault)
    try:
        yield store
    finally:
        await store.close()
        vault.close()


async def _words(store: Rooms, erasures: Iterable[Erasure]) -> int:
    """One erasure per room: what many took out is gone all the same."""
    objects: dict[RoomId, dict[Ref, None]] = {}
    persons: dict[RoomId, dict[AccountId, None]] = {}
    for each in erasures:
        if isinstance(each, WordsGone):
            objects.setdefault(each.room, {}).update(dict.fromkeys(each.objects))
            persons.setdefault(each.room, {}).update(dict.fromkeys(each.persons))
    return sum(
        [await rooms.again(store, room, [*objects[room]], [*persons[room]]) for room in objects]
    )


async def _taken_back(store: Rooms, erasures: Iterable[Erasure]) -> int:
    objects: dict[RoomId, dict[Ref, None]] = {}
    for each in erasures:
        if isinstance(each, TakenBack):
            objects.setdefault(each.room, {})[each.object] = None
    return sum([await rooms.take_back(store, room, [*refs]) for room, refs in objects.items()])


async def _feedback(engine: AsyncEngine, manifest: Manifest, erasures: Iterable[Erasure]) -> None:
    """Feedback taken back since: what was said anew before the backup stays."""
    feedback = FeedbackRows(engine)
    for each in erasures:
        if isinstance(each, FeedbackGone) and each.at >= manifest.taken_at - OVERLAP_MS:
            await feedback.remove(each.account, each.session)


async def _close(records: Records, engine: AsyncEngine, accounts: Collection[AccountId]) -> int:
    columns = inspect(AccountTable).c
    is_open = columns.id.in_(accounts), columns.closed_at.is_(None)
    async with engine.connect() as connection:
        found = (await connection.execute(select(columns.id).where(*is_open))).scalars().all()
    for account in found:
        await records.close_account(account, by=SYSTEM)
    return len(found)


async def _remove(settings: Settings, engine: AsyncEngine, files: Collection[str]) -> None:
    """Uploads with their materials."""
    if not files:
        return
    materials = MaterialRows(engine)
    for material in await materials.of_file(files):
        await materials.remove(material.guid)
    await FileRows(engine).remove(files)
    for file in files:
        shutil.rmtree(folder_of(settings.files, file), ignore_errors=True)


async def _end_sessions(connection: AsyncConnection, now: int) -> None:
    """Cookies, bearer tokens, screens, and links in mails that were not yet used."""
    session, token = inspect(BrowserSessionTable).c, inspect(AccessTokenTable).c
    await connection.execute(
        update(BrowserSessionTable).where(session.ended_at.is_(None)).values(ended_at=now)
    )
    await connection.execute(
        update(AccessTokenTable).where(token.revoked_at.is_(None)).values(revoked_at=now)
    )
    # Also those that were given out after the backup and stand nowhere: nothing signed is believed.
    await connection.execute(update(SigningKeyTable).values(retired_at=now))
    await connection.execute(delete(SignInLinkTable))
