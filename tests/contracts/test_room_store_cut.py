"""The log may be cut: what a snapshot holds, what nobody resumes from, and nothing else."""

from __future__ import annotations

from rooms.core import room
from rooms.core.chat import MessageRemoved
from rooms.core.names import RoomId
from rooms.core.room import RoomEvent
from rooms.ports import Stored
from server.db.rooms.keeping import WINDOW_MS
from tests.contracts.disks import ClosableStore, Scribe, posted

ROOM: RoomId = "room-plenum"
LATER = 10_000
"""After everything that is written here."""


async def written(scribe: Scribe, *, snapshot_after: int = 8) -> list[RoomEvent]:
    """Ten events, one of them an act of the moderation; a snapshot after some of them."""
    events: list[RoomEvent] = [posted(f"message-{n}") for n in range(1, 11)]
    events[2] = MessageRemoved(
        at=1_000, by="account-kts", by_name="Moderation", message="message-1", reason="Ton"
    )
    state = room.empty(ROOM)
    for event in events[:snapshot_after]:
        room.evolve(state, event)
    await scribe.write(ROOM, *events[:snapshot_after], snapshot=state)
    await scribe.write(ROOM, *events[snapshot_after:])
    return events


def logs(found: Stored) -> list[int]:
    return [logged.log for logged in found.recent]


async def test_what_a_snapshot_holds_and_is_old_goes_and_the_room_stays_the_same(
    store: ClosableStore, scribe: Scribe
) -> None:
    await written(scribe)
    before = await store.load(ROOM)
    await store.cut(LATER, keep=0)
    after = await store.load(ROOM)
    assert logs(after) == [3, 9, 10]
    assert (after.head, after.room, after.events) == (before.head, before.room, before.events)


async def test_the_newest_stay_however_old_they_are(store: ClosableStore, scribe: Scribe) -> None:
    await written(scribe)
    await store.cut(LATER, keep=6)
    assert logs(await store.load(ROOM)) == [3, 5, 6, 7, 8, 9, 10]


async def test_the_youngest_stay_however_many_there_are(
    store: ClosableStore, scribe: Scribe
) -> None:
    await written(scribe)
    await store.cut(1_000, keep=0)
    assert logs(await store.load(ROOM)) == list(range(1, 11))


async def test_without_a_snapshot_nothing_goes(store: ClosableStore, scribe: Scribe) -> None:
    await scribe.write(ROOM, *(posted(f"message-{n}") for n in range(1, 11)))
    await store.cut(LATER, keep=0)
    assert logs(await store.load(ROOM)) == list(range(1, 11))


async def test_words_of_cut_events_are_still_read_in_pages(
    store: ClosableStore, scribe: Scribe
) -> None:
    await written(scribe)
    await store.cut(LATER, keep=0)
    page = await store.messages_before(ROOM, 3, 10)
    assert [message.id for message in page] == ["message-2", "message-1"]
    assert [message.reason for message in page] == ["", "Ton"]


async def test_a_tidy_store_keeps_a_day_and_ten_thousand(
    store: ClosableStore, scribe: Scribe
) -> None:
    await written(scribe)
    await store.tidy(LATER + WINDOW_MS)
    assert logs(await store.load(ROOM)) == list(range(1, 11))
