"""What a copy of the database tells about people without the file of keys beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from access.permissions import Permission
from rooms.core.chat import SendMessage
from rooms.core.names import AccountId, Person
from rooms.core.people import EraseWords
from rooms.core.questions import ApproveQuestion, AskQuestion
from rooms.core.room import RoomCommand
from rooms.draft import Submission
from rooms.ports import CommandKey, RoomStore
from rooms.sequencer import Sequencer
from rooms.wire.commands import Answer, payload_hash
from server.db.engine import create_engine
from server.db.rooms.keeping import PURGE_ROWS
from server.db.tables import metadata
from server.ids import uuid7
from server.storage.vault import FileVault
from tests.contracts.disks import (
    DAY,
    TODAY,
    Disk,
    PostgresqlRooms,
    Scribe,
    SqliteRooms,
    key,
    opened,
    posted,
    result,
)
from tests.fakes.admission import FakeAccounts, FakeDecks
from tests.rooms.house import uuid7 as uuid7_at

ROOM = "room-plenum"
ASKER = "account-wallrabe"
KTS = "account-kts"
HOUR = 3_600_000

Dump = Mapping[str, Sequence[Sequence[object]]]


@pytest.fixture
def url(database: str) -> str:
    return database


@pytest.fixture
def disk(url: str, tmp_path: Path) -> Disk:
    kind = SqliteRooms if url.startswith("sqlite") else PostgresqlRooms
    return kind(url, tmp_path)


class People:
    """Gives commands to a store as the server does, one after the other."""

    def __init__(self, store: RoomStore) -> None:
        self._sequencer = Sequencer(store, FakeAccounts(), FakeDecks(), lambda _: None, uuid7)

    async def do(
        self, account: AccountId, command: RoomCommand, command_id: str | None = None
    ) -> Answer:
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        person = Person(account, f"Name von {account}", "Stadt Hof", frozenset(Permission))
        submission = Submission(
            ROOM,
            CommandKey(account, command_id or uuid7()),
            command,
            lambda: person,
            told.set_result,
        )
        self._sequencer.submit(submission)
        answer = await told
        assert answer.error is None
        return answer


async def dump(url: str) -> Dump:
    """Every row of every table."""
    engine = create_engine(url)
    async with engine.connect() as connection:
        found = {
            name: [tuple(row) for row in await connection.execute(select(table))]
            for name, table in metadata.tables.items()
        }
    await engine.dispose()
    return found


def tables_with(found: Dump, *needles: bytes) -> set[str]:
    """The tables in which one of these stands, in whatever column, as text or as bytes."""
    return {
        name
        for name, rows in found.items()
        for row in rows
        for value in row
        if any(needle in _bytes(value) for needle in needles)
    }


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


async def test_an_unnamed_question_leaves_its_asker_nowhere_in_the_database(
    url: str, disk: Disk
) -> None:
    async with opened(disk) as [store]:
        people = People(store)
        asked = await people.do(ASKER, AskQuestion("Wer haftet dafür?", unnamed=True))
        assert asked.done is not None
        await people.do(KTS, ApproveQuestion(str(asked.done.object), 1))
        found = await dump(url)
    assert tables_with(found, b"Wer haftet") == {"room_text"}
    assert len(found["room_command"]) == 2
    assert tables_with(found, ASKER.encode()) == set()


async def test_a_named_question_names_its_asker_as_the_author_alone(url: str, disk: Disk) -> None:
    async with opened(disk) as [store]:
        await People(store).do(ASKER, AskQuestion("Wer haftet dafür?"))
        found = await dump(url)
    assert tables_with(found, ASKER.encode()) == {"room_author"}


async def test_no_two_answers_of_one_account_look_alike(url: str, disk: Disk) -> None:
    async with opened(disk) as [store]:
        people = People(store)
        for n in range(20):
            await people.do(ASKER, SendMessage(f"Beitrag {n}"))
        rows = (await dump(url))["room_command"]
    columns = list(metadata.tables["room_command"].columns.keys())
    owners = {row[columns.index("owner")] for row in rows}
    assert len(owners) == len(rows) == 20


async def test_who_was_erased_cannot_be_found_by_trying_all_accounts(url: str, disk: Disk) -> None:
    command = EraseWords(ASKER)
    async with opened(disk) as [store]:
        people = People(store)
        await people.do(ASKER, AskQuestion("Wer haftet dafür?", unnamed=True))
        await people.do(KTS, command)
        found = await dump(url)
    assert len(found["room_command"]) == 1
    assert tables_with(found, ASKER.encode(), payload_hash(ROOM, command)) == set()


async def test_a_retry_at_another_process_finds_its_answer(disk: Disk) -> None:
    command_id, wish = uuid7(), SendMessage("Guten Tag")
    async with opened(disk, 2) as [one, other]:
        first = await People(one).do(ASKER, wish, command_id)
        again = await People(other).do(ASKER, wish, command_id)
    assert (again.done, again.at, again.replayed) == (first.done, first.at, True)


async def test_a_retry_22_hours_after_its_id_was_made_finds_its_answer(disk: Disk) -> None:
    late = uuid7_at(TODAY - DAY + 2 * HOUR, 7)
    async with opened(disk) as [store]:
        await People(store).do(ASKER, SendMessage("Guten Tag"), late)
        assert (await People(store).do(ASKER, SendMessage("Guten Tag"), late)).replayed


async def test_answers_to_nobody_elses_ids_are_found(disk: Disk) -> None:
    async with opened(disk) as [store]:
        scribe = Scribe(store)
        await scribe.write(ROOM, posted("message-1"), results=[result("command-1")])
        for account, name in (("account-hof", "command-1"), ("account-ulm", "command-2")):
            assert await scribe.found(key(name, account)) == {}


async def test_ids_of_any_day_cost_no_secret_until_something_is_stored(
    disk: Disk, tmp_path: Path
) -> None:
    keys = tmp_path / "vault" / "keys"
    async with opened(disk) as [store]:
        scribe = Scribe(store)
        assert await scribe.found(*(key("command-1", days_ago=n) for n in range(50))) == {}
        assert keys.read_bytes() == b""
        await scribe.write(ROOM, posted("message-1"), results=[result("command-1")])
        await scribe.write(ROOM, posted("message-2"), results=[result("command-2")])
    assert len(keys.read_bytes()) == 60


async def test_without_a_command_answers_and_their_secrets_go_too(
    disk: Disk, tmp_path: Path
) -> None:
    vault = FileVault(tmp_path / "vault" / "keys")
    async with opened(disk) as [store]:
        scribe = Scribe(store)
        await scribe.write(ROOM, posted("message-1"), results=[result("command-1")])
        (kept,) = vault.owners([result("command-1").key], make=False)
        await store.tidy(TODAY + DAY)
        assert set(await scribe.found(kept)) == {kept}
        await store.tidy(TODAY + 5 * DAY)
        assert await scribe.found(kept) == {}
    assert vault.owners([kept], make=False) == {}
    vault.close()


async def test_after_a_big_conference_no_answer_is_kept_longer(url: str, disk: Disk) -> None:
    answers = [result(f"command-{n}") for n in range(2 * PURGE_ROWS + 1)]
    async with opened(disk) as [store]:
        await Scribe(store).write(ROOM, posted("message-1"), results=answers)
        assert len((await dump(url))["room_command"]) == 2 * PURGE_ROWS + 1
        await store.tidy(TODAY + 5 * DAY)
        assert len((await dump(url))["room_command"]) == 0
