"""Migration 0002: reasons of moderators leave the log and the snapshots, and stay readable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from rooms.core.chat import MessageRemoved
from rooms.core.names import Kind, Ref
from rooms.core.people import PersonMuted, PersonRemoved, WordsErased
from rooms.core.questions import QuestionDismissed
from server.db.engine import create_engine
from server.db.migrate import migrate
from tests.contracts.disks import PostgresqlRooms, Scribe, SqliteRooms, opened
from tests.server.db.empty import KINDS, empty_database

ROOM = "room-plenum"
SECRET = "Mondscheintarif"
ERASED = "Wintergarten"
"""Stands in the reason about a message whose words had been erased before the update."""

BODIES: list[tuple[str, str | None, dict[str, Any]]] = [
    ("message.posted", "message-1", {"message": "message-1"}),
    ("message.posted", "message-2", {"message": "message-2"}),
    ("question.asked", "question-1", {"question": "question-1", "state": "pending"}),
    ("message.removed", None, {"message": "message-1", "reason": f"Ton: {SECRET}"}),
    ("message.removed", None, {"message": "message-2", "reason": ERASED}),
    (
        "question.dismissed",
        None,
        {"question": "question-1", "reason": SECRET, "notify": True, "by": "kts"},
    ),
    ("person.muted", None, {"account": "ulm", "until": None, "reason": f"„{SECRET}“"}),
    ("person.removed", None, {"account": "hof", "reason": ""}),
    ("person.words_erased", None, {"objects": [["message", "message-2"]]}),
]
SNAPSHOT = {
    "room": ROOM,
    "count": 1,
    "messages": [
        {"id": "message-1", "order": 1, "at": 1, "state": "removed", "reason": f"Ton: {SECRET}"}
    ],
    "older": [],
    "asked": {
        "questions": [{"id": "question-1", "at": 1, "state": "dismissed", "reason": SECRET}],
        "on_air": None,
        "numbered": 0,
        "window": "open",
        "moderation": "pre",
        "display": "named",
    },
    "sanctions": [{"account": "ulm", "muted": True, "reason": f"„{SECRET}“", "revision": 1}],
    "version": 1,
}


@pytest.fixture(params=KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database as the release before left it."""
    with empty_database(request, tmp_path) as url:
        asyncio.run(_before(url))
        yield url


async def _before(url: str) -> None:
    await migrate(url, to="0001")
    await insert(
        url,
        "room_head",
        {"room": ROOM, "log": 9, "pub": 0, "stage": 0, "desk": 0, "version": 9, "last_at": 9}
        | {"min_reader": 1, "messages": 2},
    )
    for log, (kind, about, body) in enumerate(BODIES, 1):
        row = {"room": ROOM, "log": log, "at": log, "type": kind, "version": 1, "object": about}
        row |= {"body": json.dumps({"at": log, **body}), "refs": "[]"}
        await insert(url, "room_event", row)
    for about, kind, said, reason in (
        ("message-1", "message", "Guten Tag", f"Ton: {SECRET}"),
        ("message-2", "message", None, ""),
        ("question-1", "question", "Was kostet das?", ""),
    ):
        row = {"object": about, "revision": 1, "room": ROOM, "kind": kind, "at": 1}
        row |= {"rank": int(about[-1]) if kind == "message" else None, "text": said}
        row |= {"state": "removed" if kind == "message" else None, "reason": reason}
        await insert(url, "room_text", row)
        author = {"object": about, "room": ROOM, "account": "ulm", "name": "", "organisation": ""}
        await insert(url, "room_author", author)
    answer = {"cmd_id": "c", "account": "ulm", "payload_hash": b"", "result": b"", "at": 1}
    await insert(url, "room_command", answer)


async def insert(url: str, table: str, row: dict[str, Any]) -> None:
    engine = create_engine(url)
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    async with engine.begin() as connection:
        await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)
    await engine.dispose()


async def column(url: str, of: str) -> list[Any]:
    engine = create_engine(url)
    async with engine.connect() as connection:
        found = [value for (value,) in await connection.execute(text(of))]
    await engine.dispose()
    return found


def rooms(url: str, folder: Path) -> SqliteRooms | PostgresqlRooms:
    kind = SqliteRooms if url.startswith("sqlite") else PostgresqlRooms
    return kind(url, folder)


async def test_events_of_before_have_their_reasons_and_the_log_has_none(
    old: str, tmp_path: Path
) -> None:
    await migrate(old)
    async with opened(rooms(old, tmp_path)) as [store]:
        found = await store.load(ROOM)
        message = await store.message(ROOM, "message-1")
    events = [logged.event for logged in found.events]
    assert events[3:8] == [
        MessageRemoved(at=4, message="message-1", reason=f"Ton: {SECRET}"),
        MessageRemoved(at=5, message="message-2", reason=""),
        QuestionDismissed(at=6, by="kts", question="question-1", reason=SECRET, notify=True),
        PersonMuted(at=7, account="ulm", until=None, reason=f"„{SECRET}“"),
        PersonRemoved(at=8, account="hof", reason=""),
    ]
    assert message is not None
    assert message.reason == f"Ton: {SECRET}"
    for body in await column(old, "SELECT body FROM room_event"):
        assert "reason" not in body
    assert await column(old, "SELECT count(*) FROM room_command") == [0]


async def test_a_snapshot_of_before_has_its_reasons_from_their_rows(
    old: str, tmp_path: Path
) -> None:
    body = json.dumps(SNAPSHOT).encode()
    await insert(old, "room_snapshot", {"room": ROOM, "log": 9, "version": 9, "body": body})
    await migrate(old)
    [stored] = await column(old, "SELECT body FROM room_snapshot")
    assert b"reason" not in stored
    async with opened(rooms(old, tmp_path)) as [store]:
        state = (await store.load(ROOM)).room
    assert state is not None
    assert state.chat.messages["message-1"].reason == f"Ton: {SECRET}"
    assert state.questions.questions["question-1"].reason == SECRET
    assert state.people.sanctions["ulm"].reason == f"„{SECRET}“"


async def test_reasons_of_before_can_be_erased(old: str, tmp_path: Path) -> None:
    await migrate(old)
    objects = (Ref(Kind.MESSAGE, "message-1"), Ref(Kind.QUESTION, "question-1"))
    async with opened(rooms(old, tmp_path)) as [store]:
        scribe = Scribe(store)
        scribe.known[ROOM] = (await store.load(ROOM)).head
        await scribe.write(ROOM, WordsErased(at=10, objects=objects, persons=("ulm",)))
        events = (await store.load(ROOM)).events
    assert {getattr(logged.event, "reason", "") for logged in events} == {""}
    told = await column(old, "SELECT text FROM room_text WHERE text IS NOT NULL")
    assert [text for text in told if SECRET in text] == []


async def test_the_files_forget_the_reason_about_words_erased_before(tmp_path: Path) -> None:
    path = tmp_path / "plenum.sqlite3"
    url = f"sqlite+aiosqlite:///{path}"
    await _before(url)
    files = [path, path.with_name(f"{path.name}-wal")]

    def stand(words: str) -> int:
        return sum(file.read_bytes().count(words.encode()) for file in files if file.exists())

    assert (stand(ERASED) > 0, stand(SECRET) > 3) == (True, True)
    await migrate(url)
    assert (stand(ERASED), stand(SECRET)) == (0, 3)
