"""Joining, ticks, gauges, ``me``, slow readers: what is brought to whom, and when."""

from __future__ import annotations

import msgspec

from rooms.core.chat import MessageState, MessageView, RemoveMessage, SendMessage
from rooms.core.names import Stream
from rooms.core.people import MutePerson, RemovePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    QuestionState,
    VoteQuestion,
)
from rooms.core.room import OwnQuestion, OwnSanction, OwnVote
from rooms.member import BUFFERED
from rooms.ports import RING, NotAdmitted
from rooms.wire.messages import Close, Events, Gauges, Out, Position
from tests.fakes.admission import ATTEND, MODERATE, MODERATOR
from tests.rooms.house import ROOM, FakeOutlet, House, Visitor, fresh
from tests.rooms.test_sequencer import object_of, published, submit


async def say(visitor: Visitor, *texts: str) -> None:
    house = visitor.house
    await submit(visitor, *((SendMessage(text), house.command_id()) for text in texts))


async def fill(visitor: Visitor) -> None:
    """Say more than a connection may have waiting."""
    for _ in range(4):
        await say(visitor, *("x" * 990 for _ in range(20)))
        await visitor.house.tick()


def frames(outlet: FakeOutlet, kind: type[object]) -> int:
    return sum(isinstance(frame, kind) for frame in outlet.frames)


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


# Streams: what is held back leaves no trace (T-X3)


async def test_a_participant_sees_no_trace_of_what_is_held_back(house: House) -> None:
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
    ulm = await house.enter("ulm")
    await say(ulm, *map(str, range(RING + 1)))
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
    ulm = await house.enter("ulm")
    await say(ulm, *map(str, range(60)))
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


# Gauges


async def test_scores_come_at_most_twice_a_second_and_the_last_one_comes(house: House) -> None:
    desk, author, guest = [await house.enter(one) for one in (MODERATOR, "ulm", None)]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    await house.quiet()
    before = frames(guest.outlet, Gauges)
    for number in range(40):
        voter = await house.enter(f"stadt-{number}")
        await voter.do(VoteQuestion(question, True))
        voter.leave()
        await house.tick(50)
    shown = frames(guest.outlet, Gauges) - before
    assert 4 <= shown <= 6
    await house.quiet()
    assert guest.picture.scores[question][0] == 40


async def test_votes_taken_back_end_at_nought(house: House) -> None:
    desk, author, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    acks = [await hof.do(VoteQuestion(question, value)) for value in (True, True, False, False)]
    await house.quiet()
    done = [ack.done for ack in acks if ack.done is not None]
    assert [one.score for one in done] == [1, 1, 0, 0]
    assert [one.no_change for one in done] == [False, True, False, True]
    assert author.picture.scores[question][0] == 0


async def test_people_are_counted_once_each_and_shown_every_five_seconds(house: House) -> None:
    ulm = await house.enter("ulm")
    for _ in range(3):
        await house.enter("hof")
    await house.tick(1_000)
    assert ulm.picture.people == 2
    for number in range(60):
        await house.enter(f"stadt-{number}")
    await house.tick(4_900)
    assert ulm.picture.people == 2
    await house.tick(200)
    assert ulm.picture.people == 60


async def test_who_resumes_gets_the_present_gauges(house: House) -> None:
    desk, author, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    await house.quiet()
    at = author.picture.at
    author.leave()
    await hof.do(VoteQuestion(question, True))
    await house.quiet()
    back = await house.enter("ulm", after=at)
    assert back.picture.scores[question][0] == 1


# Me


async def test_me_tells_all_of_a_persons_tabs_and_nobody_else(house: House) -> None:
    desk, phone, office, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "ulm", "hof")]
    question = object_of(await phone.do(AskQuestion("Wer zahlt den Betrieb?")))
    await desk.do(DismissQuestion(question, 1, "doppelt gestellt"))
    await house.quiet()
    for tab in (phone, office):
        (told,) = tab.mine[-1].put
        assert isinstance(told, OwnQuestion)
        assert (told.state, told.reason) == (QuestionState.DISMISSED, "doppelt gestellt")
    assert [frame.put for frame in hof.mine] == [()]


async def test_me_holds_own_votes_and_sanctions_on_entering(house: House) -> None:
    desk, author, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    await hof.do(VoteQuestion(question, True))
    await desk.do(MutePerson("hof", minutes=5, reason="Ruhe bitte"))
    tab = await house.enter("hof")
    assert tab.mine[0].all
    assert [(type(one), getattr(one, "value", None)) for one in tab.mine[0].put] == [
        (OwnVote, True),
        (OwnSanction, None),
    ]


async def test_a_guest_gets_no_me(house: House) -> None:
    assert (await house.enter(None)).mine == []


# Slow readers (T-X7, c1)


async def test_a_slow_reader_is_sent_nothing_more_and_catches_up_when_it_reads(
    house: House,
) -> None:
    ulm, slow = await house.enter("ulm"), await house.enter("hof")
    slow.outlet.reading = False
    for _ in range(40):
        await say(ulm, *("x" * 990 for _ in range(5)))
        await house.tick()
    assert BUFFERED < slow.outlet.buffered() < BUFFERED + 8_000
    slow.outlet.read_again()
    assert slow.member is not None
    house.hub.drained(slow.member)
    await house.quiet()
    assert slow.outlet.code is None
    assert slow.picture.objects.keys() >= fresh(house, Stream.PUB).keys()
    assert slow.picture.at == msgspec.structs.replace(ulm.joined.at, n=200)


async def test_a_reader_that_drains_after_long_gets_a_snapshot_instead_of_a_longer_range(
    house: House,
) -> None:
    ulm, slow = await house.enter("ulm"), await house.enter("hof")
    slow.outlet.reading = False
    for _ in range(70):
        await say(ulm, *("x" * 990 for _ in range(10)))
        await house.tick()
    slow.outlet.read_again()
    assert slow.member is not None
    house.hub.drained(slow.member)
    assert slow.picture.resets == 1
    assert slow.picture.at == msgspec.structs.replace(ulm.joined.at, n=700)
    assert slow.picture.objects == fresh(house, Stream.PUB)


async def test_a_reader_that_stops_reading_is_closed_and_others_go_on(house: House) -> None:
    ulm, stuck, hof = [await house.enter(one) for one in ("ulm", "stuck", "hof")]
    stuck.outlet.reading = False
    await fill(ulm)
    await say(ulm, "weiter")
    codes = []
    for wait in (9_000, 3_000):
        await house.tick(wait)
        codes.append(stuck.outlet.code)
    assert codes == [None, Close.RESUME_LATER]
    assert hof.picture.texts[-1] == "weiter"
    assert hof.outlet.code is None


async def test_me_is_made_up_for_when_a_slow_reader_drains(house: House) -> None:
    desk, slow, ulm = [await house.enter(one) for one in (MODERATOR, "hof", "ulm")]
    slow.outlet.reading = False
    await fill(ulm)
    await desk.do(MutePerson("hof", minutes=5, reason="Ruhe bitte"))
    await house.tick()
    slow.outlet.read_again()
    assert slow.member is not None
    house.hub.drained(slow.member)
    assert slow.mine[-1].all
    assert [type(one) for one in slow.mine[-1].put] == [OwnSanction]


# Rights


async def test_a_removed_person_is_out_at_once_and_nobody_else(house: House) -> None:
    desk, ulm, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    await desk.do(RemovePerson("ulm", "stört"))
    assert ulm.outlet.frames[-1] == Out("banned")
    assert (ulm.outlet.code, hof.outlet.code) == (Close.NOT_ADMITTED, None)
    assert (await house.enter("ulm")).refused == Out("banned", "removed")


async def test_who_may_not_enter_is_told_which_rule_and_what_to_do(house: House) -> None:
    house.admission.shut["hof"] = NotAdmitted("forbidden", "not_funded", "ask_the_organiser")
    hof = await house.enter("hof")
    assert hof.refused == Out("forbidden", "not_funded", "ask_the_organiser")
    assert hof.outlet.frames == []


async def test_somebody_no_longer_admitted_is_out_when_facts_change(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    house.admission.shut["hof"] = NotAdmitted("unauthorized")
    await house.hub.reconsider({"hof"})
    assert (ulm.outlet.code, hof.outlet.code) == (None, Close.SIGNED_OUT)
    await say(ulm, "unter uns")
    await house.quiet()
    assert "unter uns" not in "".join(hof.outlet.raw)


async def test_a_new_right_brings_a_fresh_snapshot_of_the_new_stream(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    await hof.do(AskQuestion("noch nicht freigegeben"))
    house.admission.permissions["ulm"] = MODERATE
    await house.hub.reconsider()
    assert (ulm.joined.at.stream, ulm.joined.reset) == (Stream.DESK, True)
    assert ulm.picture.objects == fresh(house, Stream.DESK)
    house.admission.permissions["ulm"] = ATTEND
    await house.hub.reconsider()
    assert ulm.picture.objects == fresh(house, Stream.PUB)
    await hof.do(SendMessage("weiter"))
    await house.quiet()
    assert ulm.picture.texts == ["weiter"]


async def test_leases_are_renewed_without_the_reader_noticing(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    await house.tick(30_000)
    await say(ulm, "noch da?")
    await house.tick()
    assert hof.picture.texts == ["noch da?"]
    assert hof.picture.resets == 0


async def test_delivery_holds_while_the_policy_cannot_be_asked_and_then_goes_on(
    house: House,
) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    house.admission.broken = True
    await house.tick(4_900)
    await say(ulm, "noch innerhalb der Frist")
    await house.tick(200)
    answer = await hof.do(SendMessage("danach"))
    assert answer.error is not None
    await house.tick(3_000)
    assert hof.picture.texts == ["noch innerhalb der Frist"]
    house.admission.broken = False
    await house.quiet()
    await say(ulm, "wieder da")
    await house.quiet()
    assert hof.picture.texts == ["noch innerhalb der Frist", "wieder da"]


async def test_a_lease_that_cannot_be_renewed_for_a_minute_ends_the_connection(
    house: House,
) -> None:
    hof = await house.enter("hof")
    house.admission.broken = True
    await house.tick(70_000)
    assert hof.outlet.code == Close.RESUME_LATER


# Other processes


async def test_a_hint_brings_what_another_process_wrote(house: House) -> None:
    other = await House(house.disk).open()
    here, there = await house.enter("ulm"), await other.enter("hof")
    await say(there, "von drüben")
    house.hub.hint(ROOM)
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
