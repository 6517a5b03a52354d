"""What is erased leaves no trace in the files of a SQLite database, nor do the reasons."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from rooms.core.announcements import AnnouncementSet, Level
from rooms.core.backstage import NoteSent
from rooms.core.chat import MessageRemoved
from rooms.core.names import Kind, Ref, Words
from rooms.core.people import PersonMuted, PersonRemoved, WordsErased
from rooms.core.questions import QuestionDismissed
from rooms.core.room import RoomEvent
from server.db.rooms.sqlite import SqliteRoomStore
from tests.contracts.disks import (
    ULM,
    UNNAMED,
    Scribe,
    SqliteRooms,
    asked,
    make_tables,
    opened,
    posted,
    result,
)
from tests.fakes.rooms import FakeClock

ROOM = "room-plenum"
SECRET = "Mondscheintarif"
"""Stands in everything that is erased, and nowhere else."""
MANY = 400
"""Enough messages, some longer than a page, that the tables take many pages."""


@pytest.fixture
def sqlite(sqlite_url: str, tmp_path: Path) -> SqliteRooms:
    asyncio.run(make_tables(sqlite_url))
    return SqliteRooms(sqlite_url, tmp_path)


def traces(disk: SqliteRooms) -> int:
    """How often the secret stands in the database file and its write-ahead log."""
    database = Path(disk.url.split("///")[1])
    files = [database, database.with_name(f"{database.name}-wal")]
    return sum(file.read_bytes().count(SECRET.encode()) for file in files if file.exists())


def said(number: int) -> RoomEvent:
    return posted(f"message-{number:04}", f"{SECRET} {'x' * (number * 37 % 5_000)}")


def history() -> list[RoomEvent]:
    """Words and reasons of all kinds; every third message is removed."""
    by = {"by": "account-kts", "by_name": "KTS"}
    removed = [
        MessageRemoved(at=1_100, message=f"message-{n:04}", reason=f"{SECRET} {n}", **by)
        for n in range(0, MANY, 3)
    ]
    return [
        *(said(n) for n in range(MANY)),
        *removed,
        asked("question-1", f"Wer zahlt den {SECRET}?", by=UNNAMED),
        QuestionDismissed(
            at=1_200, question="question-1", reason=f"Ist der {SECRET}", notify=True, **by
        ),
        PersonMuted(at=1_300, account=ULM.account, until=None, reason=f"Wirbt: {SECRET}", **by),
        PersonRemoved(at=1_400, account=ULM.account, reason=f"Wieder: {SECRET}", **by),
        AnnouncementSet(
            at=1_500,
            announcement="announcement-1",
            level=Level.IMPORTANT,
            until=9_000,
            words=Words(f"Gleich: {SECRET}", ULM),
        ),
        NoteSent(at=1_600, note="note-1", words=Words(f"Bitte: {SECRET}", ULM)),
    ]


def erasure() -> WordsErased:
    messages = (Ref(Kind.MESSAGE, f"message-{n:04}") for n in range(MANY))
    others = (
        Ref(Kind.QUESTION, "question-1"),
        Ref(Kind.ANNOUNCEMENT, "announcement-1"),
        Ref(Kind.NOTE, "note-1"),
    )
    objects = (*messages, *others)
    return WordsErased(at=2_000, objects=objects, persons=(ULM.account,))


async def fill(scribe: Scribe) -> None:
    events = history()
    for start in range(0, len(events), 25):
        some = events[start : start + 25]
        await scribe.write(ROOM, *some, results=[result(f"command-{start}")])
        await scribe.write(ROOM, posted(f"other-{start}", "Das bleibt"))


async def test_erased_words_and_reasons_are_in_no_file(sqlite: SqliteRooms) -> None:
    async with opened(sqlite) as [store]:
        scribe = Scribe(store)
        await fill(scribe)
        assert traces(sqlite) >= MANY
        await scribe.write(ROOM, erasure())
        assert traces(sqlite) == 0
        await scribe.write(ROOM, posted("message-9999", "Danach"))
    assert traces(sqlite) == 0


async def test_a_crash_after_the_commit_is_made_up_for_at_the_next_start(
    sqlite: SqliteRooms,
) -> None:
    database = sqlite3.connect(sqlite.url.split("///")[1], isolation_level=None)
    database.execute("PRAGMA secure_delete = on")
    async with opened(sqlite) as [store]:
        await Scribe(store).write(ROOM, said(1))
        # As a process that dies right after it has committed the erasure.
        database.execute("UPDATE room_text SET text = NULL")
        assert traces(sqlite) > 0
    async with opened(sqlite) as [store]:
        assert isinstance(store, SqliteRoomStore)
        await store.bury()
        assert traces(sqlite) == 0
    database.close()


async def test_a_reader_delays_it_until_it_has_read(sqlite: SqliteRooms) -> None:
    clock = FakeClock()
    store = SqliteRoomStore(sqlite.url, sqlite.vault, clock=clock, patience_ms=20)
    scribe = Scribe(store)
    await scribe.write(ROOM, said(1))
    reader = sqlite3.connect(sqlite.url.split("///")[1], isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM room_text").fetchone() == (1,)
    await scribe.write(ROOM, WordsErased(at=2_000, objects=(Ref(Kind.MESSAGE, "message-0001"),)))
    assert traces(sqlite) > 0
    reader.close()
    clock.advance(60_000)
    await scribe.write(ROOM, posted("message-2", "Danach"))
    assert traces(sqlite) == 0
    await store.close()
