"""What every room store promises of a batch: all or nothing, in one order, whoever writes."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from rooms.core.codec import READER
from rooms.core.names import Stream
from rooms.ports import Head, Stored, StoreUnavailableError, Writes
from tests.contracts.disks import (
    HOF,
    ClosableStore,
    Disk,
    FakeRooms,
    Scribe,
    numbered,
    opened,
    posted,
    result,
    texts,
    vote,
)

ROOM = "room-plenum"
OTHER = "room-werkstatt"
EMPTY = Stored(Head(room=ROOM), None, [], [], [])


# Batches


async def test_a_batch_finds_nothing_new_when_it_knows_all(scribe: Scribe) -> None:
    head = await scribe.write(ROOM, posted("message-1"))
    async with scribe.store.batch({ROOM: head}, []) as batch:
        locked = batch.locked
    assert (locked.heads, locked.news, locked.votes, locked.results) == ({ROOM: head}, {}, {}, {})


async def test_a_batch_brings_what_others_wrote(disk: Disk) -> None:
    async with opened(disk, 2) as [one, other]:
        mine, theirs = Scribe(one), Scribe(other)
        known = await mine.write(ROOM, posted("message-1"))
        theirs.known[ROOM] = known
        head = await theirs.write(ROOM, posted("message-2", by=HOF), votes=[vote("account-hof")])
        _, logged = numbered(known, [posted("message-2", by=HOF)])
        async with one.batch({ROOM: known}, []) as batch:
            assert batch.locked.heads == {ROOM: head}
            assert batch.locked.news == {ROOM: logged}
            assert batch.locked.votes == {ROOM: [vote("account-hof")]}
        assert await one.since(known) == (head, logged, [vote("account-hof")])
        assert await one.since(head) == (head, [], [])


async def test_one_commit_writes_several_rooms(scribe: Scribe) -> None:
    known = {ROOM: Head(room=ROOM), OTHER: Head(room=OTHER)}
    async with scribe.store.batch(known, []) as batch:
        pairs = [numbered(head, [posted(f"in {room}")]) for room, head in known.items()]
        events = {head.room: logged for head, logged in pairs}
        await batch.commit(Writes([head for head, _ in pairs], events, {}, []))
    for head, logged in pairs:
        found = await scribe.store.load(head.room)
        assert (found.head, found.events) == (head, logged)


async def test_leaving_without_commit_stores_nothing(scribe: Scribe) -> None:
    async with scribe.store.batch({ROOM: Head(room=ROOM)}, []):
        pass
    with pytest.raises(ZeroDivisionError):
        async with scribe.store.batch({ROOM: Head(room=ROOM)}, []):
            _ = 1 / 0
    assert await scribe.store.load(ROOM) == EMPTY
    await scribe.write(ROOM, posted("message-1"))


async def test_a_commit_that_fails_half_way_stores_nothing(disk: Disk, scribe: Scribe) -> None:
    await scribe.write(ROOM, posted("message-1"))
    if isinstance(disk, FakeRooms):
        disk.refuse_commits()
    broken = [posted("message-2"), posted("message-1" if not isinstance(disk, FakeRooms) else "m")]
    with pytest.raises(Exception):  # noqa: B017 - each database has its own name for it
        await scribe.write(ROOM, *broken, votes=[vote("account-hof")], results=[result("c-1")])
    found = await scribe.store.load(ROOM)
    assert (texts(found), found.votes, found.head.log) == (["Guten Tag"], [], 1)
    assert await scribe.found(result("c-1").key) == {}
    await scribe.write(ROOM, posted("message-3"))


async def test_a_cancelled_batch_leaves_nothing_behind(scribe: Scribe) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        async with scribe.store.batch({ROOM: Head(room=ROOM)}, []):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await entered.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await scribe.write(ROOM, posted("message-1"))
    assert texts(await scribe.store.load(ROOM)) == ["Guten Tag"]


async def test_cancelling_at_any_moment_leaves_all_or_nothing(scribe: Scribe) -> None:
    for n in range(25):
        before = (await scribe.store.load(ROOM)).head
        scribe.known[ROOM] = before
        task = asyncio.create_task(
            scribe.write(ROOM, posted(f"message-{n}"), results=[result(f"command-{n}")])
        )
        for _ in range(n):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        found = await scribe.store.load(ROOM)
        kept = f"message-{n}" in [getattr(e.event, "message", None) for e in found.events]
        assert found.head.version == before.version + kept
        assert (
            result(f"command-{n}").key in await scribe.found(result(f"command-{n}").key)
        ) is kept


async def test_numbers_are_gapless_when_several_processes_write(disk: Disk) -> None:
    async def write(store: ClosableStore, name: str) -> None:
        scribe = Scribe(store)
        for n in range(12):
            room = (ROOM, OTHER)[n % 2]
            await scribe.write(room, posted(f"{name}-{n}-1"), posted(f"{name}-{n}-2"))

    async with opened(disk, 3) as stores:
        names = ["a", "b", "c"]
        await asyncio.gather(*map(write, stores, names))
        for room, parity in ((ROOM, 0), (OTHER, 1)):
            found = await stores[0].load(room)
            assert [logged.log for logged in found.events] == list(range(1, 37))
            assert [logged.numbers[Stream.PUB] for logged in found.events] == list(range(1, 37))
            said = [getattr(logged.event, "message", "") for logged in found.events]
            assert sorted(said) == sorted(
                f"{name}-{n}-{m}" for name in names for n in range(parity, 12, 2) for m in (1, 2)
            )
            for name in names:
                own = [text for text in said if text.startswith(name)]
                assert own == sorted(own, key=lambda text: int(text.split("-")[1]))
            assert found.head.version == 18


async def test_rooms_taken_in_any_order_do_not_block_each_other(disk: Disk) -> None:
    async def write(store: ClosableStore, rooms: list[str]) -> None:
        for _ in range(10):
            async with store.batch({r: Head(room=r) for r in rooms}, []) as batch:
                heads = [numbered(head, [])[0] for head in batch.locked.heads.values()]
                await batch.commit(Writes(heads, {}, {}, []))

    async with opened(disk, 2) as [one, other]:
        rooms = [f"room-{n}" for n in range(5)]
        await asyncio.gather(write(one, rooms), write(other, rooms[::-1]))
        assert {(await one.load(r)).head.version for r in rooms} == {20}


async def test_a_database_that_lost_commits_is_not_written_to(scribe: Scribe) -> None:
    head = await scribe.write(ROOM, posted("message-1"))
    scribe.known[ROOM] = Head(room=ROOM, log=5, pub=5, stage=5, desk=5, version=5, last_at=9)
    with pytest.raises(StoreUnavailableError):
        await scribe.write(ROOM, posted("message-6"))
    scribe.known[ROOM] = head
    await scribe.write(ROOM, posted("message-2"))


async def test_a_room_that_asks_for_a_newer_reader_is_not_touched(
    store: ClosableStore, scribe: Scribe
) -> None:
    async with store.batch({ROOM: Head(room=ROOM)}, []) as batch:
        head, logged = numbered(batch.locked.heads[ROOM], [posted("message-1")])
        newer = replace(head, min_reader=READER + 1)
        await batch.commit(Writes([newer], {ROOM: logged}, {}, []))
    with pytest.raises(StoreUnavailableError):
        await store.load(ROOM)
    with pytest.raises(StoreUnavailableError):
        await store.since(Head(room=ROOM))
    with pytest.raises(StoreUnavailableError):
        await store.heads([ROOM])
    with pytest.raises(StoreUnavailableError):
        async with store.batch({ROOM: Head(room=ROOM)}, []):
            pytest.fail("the batch was opened")
