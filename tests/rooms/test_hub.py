"""Joining, ticks, gauges, ``me``, slow readers: what is brought to whom, and when."""

from __future__ import annotations

import asyncio

from rooms.core.chat import MessageState, MessageView, RemoveMessage, SendMessage
from rooms.core.names import Code, Stream
from rooms.core.people import MutePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
)
from rooms.here import Glance
from rooms.ports import RING
from rooms.wire.messages import Agenda, Events, Position
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.rooms.acts import code_of, frames, object_of, published, say, submit
from tests.rooms.house import ROOM, House, fresh

# Ticks


async def test_a_message_reaches_everybody_and_its_number_is_in_the_ack(house: House) -> None:
    sender, other = await house.enter("ulm"), await house.enter("hof")
    ack = await sender.do(SendMessage("Guten Tag"))
    await house.tick()
    assert ack.at == 1
    assert other.picture.texts == ["Guten Tag"]
    assert other.picture.objects == fresh(house, Stream.PUB)


async def test_a_large_room_gets_one_frame_per_tick(house: House) -> None:
    crowd = [await house.enter(None) for _ in range(1_000)]
    ulm = await house.enter("ulm")
    await say(ulm, "der erste kommt sofort")
    await house.tick()
    assert crowd[0].picture.texts == ["der erste kommt sofort"]
    for text in ("a", "b", "c"):
        await say(ulm, text)
    await house.tick(19)
    assert {frames(one.outlet, Events) for one in crowd} == {1}
    await house.tick(1)
    assert {frames(one.outlet, Events) for one in crowd} == {2}
    assert {tuple(one.picture.texts[1:]) for one in crowd} == {("a", "b", "c")}


async def test_everybody_gets_the_same_bytes(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    await say(ulm, "Guten Tag")
    await house.tick()
    assert ulm.outlet.raw[-1] == hof.outlet.raw[-1]


# Streams: what is held back leaves no trace


async def test_a_participant_sees_no_trace_of_what_is_held_back(house: House) -> None:
    """T-X3."""
    desk, ulm, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    await say(ulm, "davor")
    held = object_of(await ulm.do(AskQuestion("streng geheim")))
    await desk.do(DismissQuestion(held, 1, "nicht zum Thema"))
    await desk.do(MutePerson("ulm", reason="vertraulicher Grund"))
    await say(hof, "danach")
    await house.quiet()
    late = await house.enter("mayen")
    for visitor in (hof, late):
        sent = "".join(visitor.outlet.raw)
        assert [word for word in ("geheim", held, "vertraulich") if word in sent] == []
    assert hof.picture.numbers == [1, 2]
    assert late.joined.at.n == 2
    assert len(desk.picture.numbers) == 5


async def test_every_stream_folds_to_what_a_fresh_snapshot_shows(house: House) -> None:
    desk, ulm, guest = [await house.enter(one) for one in (MODERATOR, "ulm", None)]
    question = await published(house, desk, ulm, "Wer zahlt den Betrieb?")
    message = object_of(await ulm.do(SendMessage("wird entfernt")))
    await desk.do(RemoveMessage(message, "beleidigend"))
    await desk.do(DismissQuestion(question, 2, "doppelt"))
    await house.quiet()
    assert desk.picture.objects == fresh(house, Stream.DESK)
    assert guest.picture.objects == ulm.picture.objects == fresh(house, Stream.PUB)


# Resume


async def test_who_was_away_gets_every_missed_number_once(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    await say(ulm, "eins")
    await house.tick()
    at = hof.picture.at
    hof.leave()
    await say(ulm, "zwei", "drei")
    back = await house.enter("hof", after=at)
    assert back.joined.snapshot is None
    await say(ulm, "vier")
    await house.tick()
    numbers = [
        delta.n
        for frame in back.outlet.frames
        if isinstance(frame, Events)
        for delta in frame.events
    ]
    assert numbers == [2, 3, 4]


async def test_what_was_removed_meanwhile_is_not_sent_again(house: House) -> None:
    desk, ulm, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    at = hof.joined.at
    hof.leave()
    message = object_of(await ulm.do(SendMessage("anstößig")))
    await desk.do(RemoveMessage(message, "beleidigend"))
    back = await house.enter("hof", after=at)
    assert "anstößig" not in "".join(back.outlet.raw)
    (last,) = (frame for frame in back.outlet.frames if isinstance(frame, Events))
    assert [delta.n for delta in last.events] == [1, 2]


async def test_a_position_of_another_epoch_stream_or_above_the_head_is_reset(
    house: House,
) -> None:
    ulm = await house.enter("ulm")
    await say(ulm, "eins")
    await house.tick()
    for position in (
        Position("another", Stream.PUB, 1),
        Position(house.hub.epoch, Stream.DESK, 1),
        Position(house.hub.epoch, Stream.PUB, 2),
        Position(house.hub.epoch, Stream.PUB, -1),
    ):
        back = await house.enter("hof", after=position)
        assert back.joined.reset
        assert back.picture.objects == fresh(house, Stream.PUB)


async def test_a_position_below_the_ring_is_reset(house: House) -> None:
    await say(await house.enter(SPEAKER), *map(str, range(RING + 1)))
    await house.tick()
    back = await house.enter("hof", after=Position(house.hub.epoch, Stream.PUB, 0))
    assert back.joined.reset
    assert back.picture.texts[-1] == str(RING)


async def test_a_resume_works_after_a_restart(house: House) -> None:
    ulm = await house.enter("ulm")
    await say(ulm, "eins", "zwei")
    restarted = await House(house.disk).open()
    back = await restarted.enter("ulm", after=Position("epoch-1", Stream.PUB, 1))
    assert back.picture.texts == ["zwei"]
    assert not back.joined.reset
    await restarted.close()


# Join storm


async def test_a_join_storm_reads_nothing_from_the_store(house: House) -> None:
    await say(await house.enter(SPEAKER), *map(str, range(60)))
    await house.quiet()
    reads = house.store.loads
    crowd = [await house.enter(f"stadt-{number}") for number in range(200)]
    assert house.store.loads == reads
    assert {tuple(one.picture.texts) for one in crowd} == {tuple(map(str, range(10, 60)))}
    assert crowd[0].joined.snapshot is not None
    assert crowd[0].joined.snapshot.older


async def test_who_enters_between_a_commit_and_its_tick_misses_nothing(house: House) -> None:
    crowd = [await house.enter(None) for _ in range(500)]
    ulm = await house.enter("ulm")
    for text in ("a", "b", "c", "d"):
        await say(ulm, text)
        crowd.append(await house.enter(f"stadt-{text}"))
    await house.quiet()
    assert {tuple(one.picture.texts) for one in crowd} == {("a", "b", "c", "d")}


# Other processes


async def test_a_hint_brings_what_another_process_wrote(house: House) -> None:
    other = await House(house.disk).open()
    here, there = await house.enter("ulm"), await other.enter("hof")
    await say(there, "von drüben")
    house.hub.hint(ROOM)
    await house.tick()
    assert here.picture.texts == ["von drüben"]
    await other.close()


async def test_a_hint_that_comes_while_older_news_are_read_is_not_forgotten(house: House) -> None:
    other = await House(house.disk).open()
    here, there = await house.enter("ulm"), await other.enter("hof")
    house.store.flowing.clear()
    for text in ("eins", "zwei"):
        await say(there, text)
        house.hub.hint(ROOM)
        await house.tick()
    house.store.flowing.set()
    await house.tick()
    assert here.picture.texts == ["eins", "zwei"]
    await other.close()


async def test_a_hint_that_comes_while_the_room_is_loaded_is_not_forgotten(house: House) -> None:
    other = await House(house.disk).open()
    there = await other.enter("hof")
    house.store.flowing.clear()
    entering = asyncio.create_task(house.enter("ulm"))
    await house.tick()
    await say(there, "von drüben")
    house.hub.hint(ROOM)
    house.store.flowing.set()
    here = await entering
    await house.tick()
    assert here.picture.texts == ["von drüben"]
    await other.close()


async def test_a_lost_hint_is_made_up_for_within_five_seconds(house: House) -> None:
    other = await House(house.disk).open()
    here, there = await house.enter("ulm"), await other.enter("hof")
    await say(there, "von drüben")
    await house.tick(5_000)
    assert here.picture.texts == ["von drüben"]
    await other.close()


async def test_all_rooms_are_compared_at_once_and_only_where_somebody_wrote_is_read(
    house: House,
) -> None:
    other = await House(house.disk).open()
    rooms = [f"raum-{number}" for number in range(20)]
    readers = [await house.enter("ulm", room=room) for room in rooms]
    there = await other.enter("hof", room=rooms[7])
    await say(there, "von drüben")
    loads, looks = house.store.loads, len(house.store.compared)
    await house.tick(3_000)
    assert [sorted(asked) for asked in house.store.compared[looks:]] == [sorted(rooms)]
    assert house.store.loads == loads + 1
    assert [reader.picture.texts for reader in readers].count(["von drüben"]) == 1
    await other.close()


async def test_a_position_from_a_process_that_is_ahead_is_continued(house: House) -> None:
    other = await House(house.disk).open()
    here, there = await house.enter("ulm"), await other.enter("hof")
    await say(there, "eins", "zwei")
    await other.tick()
    there.leave()
    moved = await house.enter("hof", after=there.picture.at)
    assert not moved.joined.reset
    await say(here, "drei")
    await house.tick()
    assert moved.picture.texts == ["drei"]
    await other.close()


async def test_a_log_cut_while_nobody_was_there_is_no_hole_for_who_comes_back(
    house: House,
) -> None:
    """An empty room is not followed; the other process wrote a thousand words, and tidied up."""
    other = await House(house.disk).open()
    here, there = await house.enter("hof"), await other.enter(MODERATOR)
    await say(here, "hier")
    here.leave()
    await other.quiet()
    await submit(there, *((SendMessage(str(n)), other.command_id()) for n in range(1_005)))
    await other.store.cut(house.clock.now() + 1, keep=0)
    back = await house.enter("hof")
    assert back.picture.objects == fresh(house, Stream.PUB)
    assert code_of(await back.do(SendMessage("wieder hier"))) is Code.RETRY_LATER
    assert code_of(await back.do(SendMessage("wieder hier"))) is None
    await house.quiet()
    assert back.picture.texts[-2:] == ["1004", "wieder hier"]
    await other.close()


async def test_an_erased_or_removed_text_leaves_every_screen(house: House) -> None:
    desk, ulm, screen = [await house.enter(one) for one in (MODERATOR, "ulm", None)]
    message = object_of(await ulm.do(SendMessage("anstößig")))
    question = object_of(await ulm.do(AskQuestion("auch anstößig?")))
    await desk.do(ApproveQuestion(question, 1))
    await house.quiet()
    await desk.do(RemoveMessage(message, "beleidigend"))
    await desk.do(DismissQuestion(question, 2, "beleidigend"))
    await house.tick(1_000)
    (tombstone,) = (v for v in screen.picture.objects.values() if isinstance(v, MessageView))
    assert (tombstone.state, tombstone.text) == (MessageState.REMOVED, None)
    assert screen.picture.questions == []


# Hints


async def test_a_hint_reaches_everybody_in_the_rooms_named_and_moves_no_number(
    house: House,
) -> None:
    guest, ulm = await house.enter(None), await house.enter("ulm")
    house.hub.tell([ROOM, "nowhere"], Agenda("event", 2))
    await say(ulm, "Guten Tag")
    await house.tick()
    for one in (guest, ulm):
        assert [f for f in one.outlet.frames if isinstance(f, Agenda)] == [Agenda("event", 2)]
        assert one.picture.texts == ["Guten Tag"]


async def test_a_hint_does_not_reach_other_rooms(house: House) -> None:
    ulm = await house.enter("ulm")
    house.hub.tell(["werkstatt"], Agenda("event", 2))
    assert frames(ulm.outlet, Agenda) == 0


async def test_a_glance_counts_people_and_questions(house: House) -> None:
    desk, ulm, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    waiting = object_of(await ulm.do(AskQuestion("Was kostet das?")))
    await published(house, desk, hof, "Wer pflegt das?")
    found = await house.hub.glance(ROOM)
    assert waiting
    assert (found.people, found.pending, found.open, found.on_air) == (3, 1, 1, "")
    assert await house.hub.glance("leer") == Glance(0, 0, 0, "")
