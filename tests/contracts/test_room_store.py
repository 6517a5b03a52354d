"""What every room store promises: rooms, results, votes, words, snapshots, on all three."""

from __future__ import annotations

import asyncio

from access.audiences import Instant
from rooms.core import room
from rooms.core.chat import (
    Message,
    MessageDeleted,
    MessagePosted,
    MessageRemoved,
    MessageRestored,
    MessageState,
)
from rooms.core.names import Author, Kind, Ref, Stream, Words
from rooms.core.people import WordsErased
from rooms.core.questions import QuestionAsked
from rooms.ports import Head, Stored, Writes
from tests.contracts.disks import (
    HOF,
    ULM,
    UNNAMED,
    ClosableStore,
    Disk,
    Scribe,
    asked,
    key,
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


def erased(*objects: str, kind: Kind = Kind.MESSAGE, at: Instant = 2_000) -> WordsErased:
    return WordsErased(at=at, by="account-kts", objects=tuple(Ref(kind, id) for id in objects))


# Loading


async def test_many_rooms_are_compared_at_once(store: ClosableStore, scribe: Scribe) -> None:
    known = await scribe.write(ROOM, posted("message-1"))
    other = await scribe.write(OTHER, posted("message-2"), posted("message-3"))
    asked_for = [ROOM, OTHER, "room-never-written"]
    assert await store.heads(asked_for) == {ROOM: known, OTHER: other}
    assert await store.heads([]) == {}


async def test_a_room_never_written_is_empty(store: ClosableStore) -> None:
    assert await store.load(ROOM) == EMPTY
    assert await store.since(Head(room=ROOM)) == (Head(room=ROOM), [], [])
    assert await store.messages_before(ROOM, 100, 50) == []
    assert await store.message(ROOM, "message-1") is None
    assert await store.messages_by(ROOM, ULM.account) == []


async def test_what_was_written_is_loaded_whole(disk: Disk, scribe: Scribe) -> None:
    events = [
        posted("message-1", 'Grüße 👋 aus Ulm\nmit "Zeichen" \\ \''),
        asked("question-1", by=UNNAMED),
        posted("message-2", reply_to="message-1", by=HOF),
        MessageRemoved(
            at=1_100, by="account-kts", by_name="KTS", message="message-2", reason="Ton"
        ),
    ]
    head = await scribe.write(ROOM, *events, votes=[vote("account-hof")])
    _, logged = numbered(Head(room=ROOM), events)
    async with opened(disk) as [restarted]:
        found = await restarted.load(ROOM)
    assert (found.head, found.room, found.events) == (head, None, logged)
    assert found.votes == [vote("account-hof")]


async def test_the_newest_events_come_without_words(scribe: Scribe) -> None:
    await scribe.write(ROOM, posted("message-1"), posted("message-2"))
    found = await scribe.store.load(ROOM)
    bare = [MessagePosted(at=1_000, message=f"message-{n}", words=None) for n in (1, 2)]
    assert [logged.event for logged in found.recent] == bare
    assert [(e.log, e.numbers, e.refs) for e in found.recent] == [
        (e.log, e.numbers, e.refs) for e in found.events
    ]


async def test_an_event_has_numbers_only_where_it_appears(scribe: Scribe) -> None:
    await scribe.write(ROOM, asked("question-1"), streams=[Stream.DESK])
    await scribe.write(ROOM, posted("message-1"))
    head = await scribe.write(ROOM, asked("question-2"), streams=[Stream.DESK, Stream.STAGE])
    found = await scribe.store.load(ROOM)
    assert [event.numbers for event in found.events] == [
        {Stream.DESK: 1},
        {Stream.PUB: 1, Stream.STAGE: 1, Stream.DESK: 2},
        {Stream.STAGE: 2, Stream.DESK: 3},
    ]
    assert (head.log, head.pub, head.stage, head.desk) == (3, 1, 2, 3)


async def test_refs_may_differ_between_streams(scribe: Scribe) -> None:
    head, [logged] = numbered(Head(room=ROOM), [posted("message-1")])
    message, question = Ref(Kind.MESSAGE, "message-1"), Ref(Kind.QUESTION, "question-1")
    refs = {Stream.PUB: (message,), Stream.STAGE: (message,), Stream.DESK: (message, question)}
    told = type(logged)(logged.log, logged.event, logged.numbers, refs)
    async with scribe.store.batch({ROOM: Head(room=ROOM)}, []) as batch:
        await batch.commit(Writes([head], {ROOM: [told]}, {}, []))
    assert (await scribe.store.load(ROOM)).events == [told]


async def test_an_event_nobody_sees_is_kept(scribe: Scribe) -> None:
    await scribe.write(ROOM, asked("question-1"), streams=[])
    [found] = (await scribe.store.load(ROOM)).events
    assert (found.numbers, found.refs, found.event) == ({}, {}, asked("question-1"))


async def test_rooms_do_not_mix(scribe: Scribe) -> None:
    await scribe.write(ROOM, posted("message-1", "hier"))
    await scribe.write(OTHER, posted("message-2", "dort"))
    assert texts(await scribe.store.load(ROOM)) == ["hier"]
    assert texts(await scribe.store.load(OTHER)) == ["dort"]
    assert await scribe.store.message(OTHER, "message-1") is None


# Results of commands


async def test_results_are_found_under_their_account_and_id(disk: Disk, scribe: Scribe) -> None:
    first, second = result("command-1"), result("command-1", "account-hof", object="message-1")
    await scribe.write(ROOM, posted("message-1"), results=[first, second])
    wanted = [first.key, second.key, key("command-2")]
    assert await scribe.found(*wanted) == {first.key: first, second.key: second}
    async with opened(disk) as [restarted]:
        assert await Scribe(restarted).found(*wanted) == {first.key: first, second.key: second}


async def test_a_refusal_is_stored_without_touching_the_room(scribe: Scribe) -> None:
    head = await scribe.write(ROOM, posted("message-1"))
    async with scribe.store.batch({ROOM: head}, []) as batch:
        await batch.commit(Writes([], {}, {}, [result("command-1")]))
    assert await scribe.found(result("command-1").key) == {
        result("command-1").key: result("command-1")
    }
    assert (await scribe.store.load(ROOM)).head == head


async def test_old_results_are_forgotten(store: ClosableStore) -> None:
    scribe = Scribe(store)
    await scribe.write(ROOM, results=[result("command-1")])
    async with store.batch({}, []) as batch:
        now = batch.locked.now
    await store.purge(now - 3_600_000)
    assert set(await scribe.found(result("command-1").key)) == {result("command-1").key}
    await store.purge(now + 3_600_000)
    assert await scribe.found(result("command-1").key) == {}


async def test_the_database_tells_the_time_in_milliseconds(store: ClosableStore) -> None:
    async with store.batch({ROOM: Head(room=ROOM)}, []) as batch:
        first = batch.locked.now
    async with store.batch({}, []) as batch:
        second = batch.locked.now
    assert 1_600_000_000_000 < first <= second < 4_000_000_000_000


# Votes


async def test_a_vote_is_one_row_with_its_last_value(scribe: Scribe) -> None:
    before = await scribe.write(ROOM, asked("question-1"))
    await scribe.write(ROOM, votes=[vote("account-ulm"), vote("account-hof")])
    await scribe.write(ROOM, votes=[vote("account-hof", value=False, at=1_600)])
    expected = {vote("account-ulm"), vote("account-hof", value=False, at=1_600)}
    assert set((await scribe.store.load(ROOM)).votes) == expected
    _, events, votes = await scribe.store.since(before)
    assert (events, set(votes)) == ([], expected)


async def test_only_votes_of_newer_versions_are_news(scribe: Scribe) -> None:
    await scribe.write(ROOM, asked("question-1"), votes=[vote("account-ulm")])
    known = await scribe.write(ROOM, votes=[vote("account-hof")])
    head = await scribe.write(ROOM, votes=[vote("account-ulm", value=False, at=1_700)])
    news = [vote("account-ulm", value=False, at=1_700)]
    assert await scribe.store.since(known) == (head, [], news)


async def test_two_votes_of_one_account_in_one_batch_end_as_the_last(scribe: Scribe) -> None:
    last = vote("account-ulm", value=False, at=1_501)
    await scribe.write(ROOM, asked("question-1"), votes=[vote("account-ulm"), last])
    assert (await scribe.store.load(ROOM)).votes == [last]


# Words


async def test_erased_words_are_gone_from_everywhere(disk: Disk, scribe: Scribe) -> None:
    await scribe.write(
        ROOM, posted("message-1", "geheim"), posted("message-2"), asked("question-1", "geheim")
    )
    await scribe.write(ROOM, votes=[vote("account-hof")])
    known = await scribe.write(ROOM, posted("message-3", "bleibt", by=HOF))
    event = WordsErased(
        at=2_000, objects=(Ref(Kind.MESSAGE, "message-1"), Ref(Kind.QUESTION, "question-1"))
    )
    await scribe.write(ROOM, event)
    async with opened(disk) as [restarted]:
        for store in (scribe.store, restarted):
            found = await store.load(ROOM)
            assert texts(found) == [None, "Guten Tag", None, "bleibt", None]
            assert found.events[-1].event == event
            assert found.votes == []
            gone = Message("message-1", 1, 1_000, MessageState.ERASED, None)
            assert await store.message(ROOM, "message-1") == gone
            assert [m.id for m in await store.messages_by(ROOM, ULM.account)] == ["message-2"]
            _, [news], _ = await store.since(known)
            assert news.event == event


async def test_words_erased_in_the_batch_that_posts_them_are_gone(scribe: Scribe) -> None:
    await scribe.write(ROOM, posted("message-1"), erased("message-1"))
    assert texts(await scribe.store.load(ROOM)) == [None, None]


async def test_an_unnamed_author_is_known_until_erased(disk: Disk, scribe: Scribe) -> None:
    answered = result("command-1", UNNAMED.account, object="question-1")
    await scribe.write(ROOM, asked("question-1", by=UNNAMED), results=[answered])
    async with opened(disk) as [restarted]:
        [logged] = (await restarted.load(ROOM)).events
    assert isinstance(logged.event, QuestionAsked)
    assert logged.event.words == Words("Was kostet das?", UNNAMED)
    await scribe.write(ROOM, erased("question-1", kind=Kind.QUESTION))
    assert texts(await scribe.store.load(ROOM)) == [None, None]
    assert await scribe.found(answered.key) == {}


async def test_a_lost_key_costs_the_name_not_the_words(disk: Disk, scribe: Scribe) -> None:
    await scribe.write(ROOM, asked("question-1", by=UNNAMED))
    disk.vault.destroy(["question-1"])
    [logged] = (await scribe.store.load(ROOM)).events
    assert isinstance(logged.event, QuestionAsked)
    assert logged.event.words == Words("Was kostet das?", Author("", "", "", unnamed=True))


async def test_the_answer_to_an_erased_command_stays_but_not_its_hash(scribe: Scribe) -> None:
    answered = result("command-1", object="message-1")
    await scribe.write(ROOM, posted("message-1"), results=[answered])
    await scribe.write(ROOM, erased("message-1"))
    found = await scribe.found(answered.key)
    assert found[answered.key].payload_hash == b""
    assert found[answered.key].result == answered.result


# Messages in their present state


async def test_a_message_shows_its_present_state(scribe: Scribe) -> None:
    removed = MessageRemoved(at=1_100, by="account-kts", message="message-2", reason="Ton")
    await scribe.write(ROOM, posted("message-1"), posted("message-2", reply_to="message-1"))
    await scribe.write(ROOM, MessageDeleted(at=1_100, message="message-1"), removed)
    said = Words("Guten Tag", ULM)
    one = Message("message-1", 1, 1_000, MessageState.DELETED, said)
    two = Message("message-2", 2, 1_000, MessageState.REMOVED, said, "message-1", "Ton")
    assert await scribe.store.message(ROOM, "message-1") == one
    assert await scribe.store.messages_by(ROOM, ULM.account) == [one, two]
    await scribe.write(ROOM, MessageRestored(at=1_200, by="account-kts", message="message-2"))
    two = Message("message-2", 2, 1_000, MessageState.VISIBLE, said, "message-1")
    assert await scribe.store.messages_before(ROOM, 3, 10) == [two, one]


async def test_older_messages_come_in_pages_newest_first(scribe: Scribe) -> None:
    for start in range(0, 30, 10):
        await scribe.write(ROOM, *(posted(f"message-{n}") for n in range(start + 1, start + 11)))
    await scribe.write(OTHER, posted("elsewhere"))
    pages = [await scribe.store.messages_before(ROOM, order, 12) for order in (31, 19, 7)]
    orders = [[message.order for message in page] for page in pages]
    assert orders == [list(range(30, 18, -1)), list(range(18, 6, -1)), list(range(6, 0, -1))]
    assert [message.id for message in pages[2]] == [f"message-{n}" for n in range(6, 0, -1)]


# Snapshots


async def test_a_snapshot_and_the_events_after_it_are_the_room(disk: Disk, scribe: Scribe) -> None:
    state = room.empty(ROOM)
    before = [posted("message-1"), asked("question-1", by=UNNAMED)]
    after = [posted("message-2", by=HOF), MessageDeleted(at=1_100, message="message-1")]
    for event in before:
        room.evolve(state, event)
    await scribe.write(ROOM, *before, snapshot=state)
    await scribe.write(ROOM, *after)
    async with opened(disk) as [restarted]:
        found = await restarted.load(ROOM)
    assert found.room == state
    assert [logged.log for logged in found.events] == [3, 4]
    assert [logged.log for logged in found.recent] == [1, 2, 3, 4]


async def test_a_snapshot_does_not_bring_back_erased_words(scribe: Scribe) -> None:
    state = room.empty(ROOM)
    for event in (posted("message-1"), posted("message-2")):
        room.evolve(state, event)
    await scribe.write(ROOM, posted("message-1"), posted("message-2"), snapshot=state)
    await scribe.write(ROOM, erased("message-1"))
    found = await scribe.store.load(ROOM)
    assert found.room is not None
    assert [message.words for message in found.room.chat.messages.values()] == [
        None,
        Words("Guten Tag", ULM),
    ]


async def test_the_newest_snapshot_counts(scribe: Scribe) -> None:
    state = room.empty(ROOM)
    for n in range(1, 4):
        room.evolve(state, posted(f"message-{n}"))
        await scribe.write(ROOM, posted(f"message-{n}"), snapshot=state)
    found = await scribe.store.load(ROOM)
    assert (found.room, found.events) == (state, [])


# Epoch


async def test_the_epoch_is_the_same_for_all_and_after_a_restart(disk: Disk) -> None:
    async with opened(disk, 2) as stores:
        epochs = set(await asyncio.gather(*(store.epoch() for store in stores)))
    async with opened(disk) as [restarted]:
        assert epochs == {await restarted.epoch()}
