"""Commands become history once, in one order, and are told only when they are stored."""

from __future__ import annotations

from collections.abc import Sequence

from access.permissions import Permission
from rooms.core.chat import (
    BURST,
    BURST_MS,
    KEEP,
    DeleteMessage,
    MessageState,
    RemoveMessage,
    SendMessage,
)
from rooms.core.names import Code, Refusal, Stream
from rooms.core.people import EraseWords, MutePerson, RemovePerson
from rooms.core.questions import (
    AskQuestion,
)
from rooms.draft import SNAPSHOT_EVERY, Submission
from rooms.ports import CommandKey
from rooms.wire.commands import AHEAD_MS, OLDEST_MS, Answer
from rooms.wire.messages import Ack
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.fakes.timers import settle
from tests.rooms.acts import code_of, object_of, submit
from tests.rooms.house import ROOM, House

# Repetitions


async def test_the_same_command_twice_has_one_effect_and_one_result(house: House) -> None:
    ulm = await house.enter("ulm")
    command_id = house.command_id()
    first = await ulm.do(SendMessage("einmal"), command_id)
    again = await ulm.do(SendMessage("einmal"), command_id)
    assert (again.done, again.at) == (first.done, first.at)
    assert (first.replayed, again.replayed) == (False, True)
    assert house.disk.rooms[ROOM].head.log == 1


async def test_the_same_command_twice_in_one_batch_has_one_effect(house: House) -> None:
    """T-X1: before the first is answered."""
    ulm = await house.enter("ulm")
    command_id = house.command_id()
    one, two = await submit(
        ulm, (SendMessage("einmal"), command_id), (SendMessage("einmal"), command_id)
    )
    assert one.done == two.done
    assert [one.replayed, two.replayed] == [False, True]
    assert house.disk.rooms[ROOM].head.log == 1
    assert house.disk.commits == 1


async def test_a_repetition_on_another_connection_gets_the_number_in_its_own_stream(
    house: House,
) -> None:
    desk = await house.enter(MODERATOR)
    ulm = await house.enter("ulm")
    await ulm.do(AskQuestion("Wann kommt der Glasfaserausbau?"))
    command_id = house.command_id()
    first = await desk.do(SendMessage("Willkommen"), command_id)
    house.admission.permissions[MODERATOR] = frozenset({Permission.CHAT_SEND})
    again = await (await house.enter(MODERATOR)).do(SendMessage("Willkommen"), command_id)
    assert (first.at, again.at) == (2, 1)


async def test_a_repetition_after_a_restart_gets_the_stored_result(house: House) -> None:
    """T-X1: after the answer, by a process that was not there."""
    ulm = await house.enter("ulm")
    command_id = house.command_id()
    first = await ulm.do(SendMessage("einmal"), command_id)
    restarted = await House(house.disk).open()
    again = await (await restarted.enter("ulm")).do(SendMessage("einmal"), command_id)
    assert again == Ack(command_id, first.done, None, first.at, replayed=True)
    await restarted.close()


# One id, another payload; too old


async def test_the_same_id_with_another_payload_is_an_idempotency_conflict(house: House) -> None:
    """T-X2."""
    ulm = await house.enter("ulm")
    command_id = house.command_id()
    await ulm.do(SendMessage("eins"), command_id)
    assert code_of(await ulm.do(SendMessage("zwei"), command_id)) is Code.IDEMPOTENCY_CONFLICT
    assert house.disk.rooms[ROOM].head.log == 1


async def test_another_payload_conflicts_within_one_batch_too(house: House) -> None:
    ulm = await house.enter("ulm")
    command_id = house.command_id()
    _, second = await submit(
        ulm, (SendMessage("eins"), command_id), (SendMessage("zwei"), command_id)
    )
    assert second.error == Refusal(Code.IDEMPOTENCY_CONFLICT)


async def test_two_people_may_use_the_same_id(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    command_id = house.command_id()
    await ulm.do(SendMessage("eins"), command_id)
    assert code_of(await hof.do(SendMessage("zwei"), command_id)) is None


async def test_an_id_older_than_a_day_has_expired(house: House) -> None:
    """T-X2."""
    ulm = await house.enter("ulm")
    old = await ulm.do(SendMessage("alt"), house.command_id(ago=OLDEST_MS + 1))
    assert old.error == Refusal(Code.EXPIRED_COMMAND, server_time=house.clock.now())
    assert code_of(await ulm.do(SendMessage("eben noch"), house.command_id(ago=OLDEST_MS))) is None


async def test_an_id_from_the_future_is_refused_with_the_servers_time(house: House) -> None:
    ulm = await house.enter("ulm")
    ahead = await ulm.do(SendMessage("früh"), house.command_id(ago=-AHEAD_MS - 1))
    assert ahead.error == Refusal(Code.EXPIRED_COMMAND, server_time=house.clock.now())


# What is stored, what is not


async def test_a_refusal_that_depends_on_state_stays_the_same(house: House) -> None:
    desk, ulm = await house.enter(MODERATOR), await house.enter("ulm")
    await desk.do(MutePerson("ulm", minutes=1))
    command_id = house.command_id()
    assert code_of(await ulm.do(SendMessage("hallo"), command_id)) is Code.MUTED
    house.clock.advance(120_000)
    await house.tick(1_500)
    again = await ulm.do(SendMessage("hallo"), command_id)
    assert (code_of(again), again.replayed) == (Code.MUTED, True)


async def test_a_rate_limited_question_succeeds_with_the_same_id_later(house: House) -> None:
    ulm = await house.enter("ulm")
    await ulm.do(AskQuestion("Die erste Frage"))
    command_id = house.command_id()
    limited = await ulm.do(AskQuestion("Die zweite Frage"), command_id)
    assert code_of(limited) is Code.RATE_LIMITED
    await house.tick(20_000)
    again = await ulm.do(AskQuestion("Die zweite Frage"), command_id)
    assert (code_of(again), again.replayed) == (None, False)


async def test_an_empty_message_costs_no_commit(house: House) -> None:
    ulm = await house.enter("ulm")
    assert code_of(await ulm.do(SendMessage(" "))) is Code.EMPTY
    assert house.disk.commits == 0


# Failure


async def test_nothing_is_told_as_done_when_the_store_fails(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    house.disk.refuse_commits()
    command_id = house.command_id()
    ack = await ulm.do(SendMessage("verloren?"), command_id)
    await house.quiet()
    assert ack.error == Refusal(Code.RETRY_LATER, retry_after_ms=1_000)
    assert hof.picture.texts == []
    again = await ulm.do(SendMessage("verloren?"), command_id)
    await house.quiet()
    assert (again.at, again.replayed) == (1, False)
    assert hof.picture.texts == ["verloren?"]


async def test_a_commit_whose_answer_was_lost_is_found_by_the_repetition(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    house.disk.lose_answers()
    command_id = house.command_id()
    assert code_of(await ulm.do(SendMessage("doch da"), command_id)) is Code.RETRY_LATER
    again = await ulm.do(SendMessage("doch da"), command_id)
    assert (again.at, again.replayed) == (1, True)
    await house.quiet()
    await house.quiet()
    assert hof.picture.texts == ["doch da"]


async def test_a_fault_in_one_command_does_not_fail_the_others(house: House) -> None:
    ulm = await house.enter("ulm")
    answers: list[Answer] = []

    def broken() -> Refusal:
        raise ZeroDivisionError

    submissions: Sequence[Submission] = (
        ulm.submission(SendMessage("vorher"), house.command_id(), answers),
        Submission(
            ROOM, CommandKey("hof", house.command_id()), SendMessage("?"), broken, answers.append
        ),
        ulm.submission(SendMessage("nachher"), house.command_id(), answers),
    )
    for submission in submissions:
        house.sequencer.submit(submission)
    await settle()
    codes = [answer.error.code if answer.error else None for answer in answers]
    assert codes == [None, Code.INTERNAL, None]
    assert ulm.house.disk.commits == 1


async def test_a_listener_that_fails_does_not_keep_others_from_their_answers(
    house: House,
) -> None:
    ulm = await house.enter("ulm")
    answers: list[Answer] = []
    broken = ulm.submission(SendMessage("eins"), house.command_id(), answers)

    def fail(answer: Answer) -> None:
        raise ConnectionError

    broken.tell = fail
    house.sequencer.submit(broken)
    house.sequencer.submit(ulm.submission(SendMessage("zwei"), house.command_id(), answers))
    await settle()
    assert [answer.at[Stream.PUB] for answer in answers] == [2]


async def test_a_closed_sequencer_takes_nothing_and_says_so(house: House) -> None:
    ulm = await house.enter("ulm")
    await house.sequencer.close()
    assert code_of(await ulm.do(SendMessage("zu spät"))) is Code.RETRY_LATER


# Grouping, time, other writers


async def test_what_waits_is_committed_together(house: House) -> None:
    speaker = await house.enter(SPEAKER)
    wishes = [(SendMessage(f"Nummer {number}"), house.command_id()) for number in range(600)]
    answers = await submit(speaker, *wishes)
    assert [answer.at[Stream.PUB] for answer in answers] == list(range(1, 601))
    assert house.disk.commits == 2


async def test_time_never_goes_back_when_the_clock_does(house: House) -> None:
    ulm = await house.enter("ulm")
    await ulm.do(SendMessage("eins"))
    before = house.clock.now()
    house.clock.advance(-60_000)
    await ulm.do(SendMessage("zwei"))
    instants = [logged.event.at for logged in house.disk.rooms[ROOM].events]
    assert instants == [before, before]


async def test_time_goes_on_after_the_clock_was_set_back_and_forth(house: House) -> None:
    """Who has posted as much as one may waits for seconds then too, not for an hour."""
    ulm, start = await house.enter("ulm"), house.clock.now()
    for number in range(BURST):
        await ulm.do(SendMessage(str(number)))
    house.clock.advance(-3_600_000)
    assert code_of(await ulm.do(SendMessage("zu viel"))) is Code.RATE_LIMITED
    house.clock.advance(BURST_MS)
    assert code_of(await ulm.do(SendMessage("danach"))) is None
    house.clock.advance(3_600_000)
    assert code_of(await ulm.do(SendMessage("wieder richtig"))) is None
    instants = [logged.event.at - start for logged in house.disk.rooms[ROOM].events]
    assert instants == [*[0] * BURST, BURST_MS, BURST_MS]


async def test_two_processes_write_one_history(house: House) -> None:
    other = await House(house.disk).open()
    here, there = await house.enter("ulm"), await other.enter("hof")
    acks = [
        await here.do(SendMessage("eins")),
        await there.do(SendMessage("zwei")),
        await here.do(SendMessage("drei")),
    ]
    assert [ack.at for ack in acks] == [1, 2, 3]
    await other.timers.advance(3_000)
    await house.timers.advance(3_000)
    assert here.picture.texts == there.picture.texts == ["eins", "zwei", "drei"]
    await other.close()


async def test_a_snapshot_is_stored_every_thousand_events(house: House) -> None:
    speaker = await house.enter(SPEAKER)
    wishes = [(SendMessage(str(n)), house.command_id()) for n in range(SNAPSHOT_EVERY + 5)]
    await submit(speaker, *wishes)
    kept = house.disk.rooms[ROOM].snapshot
    assert kept is not None
    assert kept[0].log >= SNAPSHOT_EVERY
    restarted = await House(house.disk).open()
    visitor = await restarted.enter("hof")
    assert visitor.picture.texts == [str(n) for n in range(SNAPSHOT_EVERY - 45, 1_005)]
    await restarted.close()


async def test_a_message_too_old_to_be_kept_can_still_be_removed(house: House) -> None:
    desk, ulm = await house.enter(MODERATOR), await house.enter("ulm")
    first = object_of(await ulm.do(SendMessage("anstößig")))
    await submit(desk, *((SendMessage(str(n)), house.command_id()) for n in range(1_100)))
    assert code_of(await ulm.do(SendMessage("Antwort", reply_to=first))) is None
    assert code_of(await desk.do(RemoveMessage(first, "beleidigend"))) is None
    await house.quiet()
    reply = next(iter((await house.enter("hof")).joined.snapshot.messages[-1:]))  # type: ignore[union-attr]
    assert reply.reply_to is not None
    assert reply.reply_to.text is None
    assert code_of(await ulm.do(DeleteMessage(first))) is Code.ILLEGAL_TRANSITION


# Rights at the moment of the commit


async def test_the_permissions_of_the_moment_of_the_commit_count(house: House) -> None:
    ulm = await house.enter("ulm")
    house.admission.permissions["ulm"] = frozenset({Permission.ROOM_ENTER})
    await house.hub.reconsider({"ulm"})
    assert code_of(await ulm.do(SendMessage("darf ich?"))) is Code.FORBIDDEN
    assert house.disk.room(ROOM).head.log == 0


async def test_a_command_given_before_the_connection_was_lost_is_carried_out(
    house: House,
) -> None:
    ulm = await house.enter("ulm")
    ulm.leave()
    assert code_of(await ulm.do(SendMessage("noch schnell"))) is None


async def test_erasing_reaches_messages_the_room_no_longer_has_at_hand(house: House) -> None:
    ulm, speaker = await house.enter("ulm"), await house.enter(SPEAKER)
    desk = await house.enter(MODERATOR)
    said = await ulm.do(SendMessage("sehr alt"))
    await submit(speaker, *((SendMessage(f"Beitrag {n}"), house.command_id()) for n in range(KEEP)))
    await desk.do(EraseWords("ulm"))
    gone = await house.store.message(ROOM, object_of(said))
    assert gone is not None
    assert (gone.state, gone.words) == (MessageState.ERASED, None)
    assert len(house.disk.rooms[ROOM].texts) == KEEP


async def test_measures_on_whoever_does_not_exist_are_not_found_and_store_nothing(
    house: House,
) -> None:
    desk = await house.enter(MODERATOR)
    house.accounts.strangers.add("nobody")
    for wish in (MutePerson("nobody"), RemovePerson("nobody"), EraseWords("nobody")):
        assert code_of(await desk.do(wish)) is Code.NOT_FOUND
    assert (house.disk.room(ROOM).head.log, house.disk.room(ROOM).head.version) == (0, 0)


async def test_accounts_of_a_batch_are_looked_up_together_and_only_if_it_names_any(
    house: House,
) -> None:
    desk = await house.enter(MODERATOR)
    await submit(desk, (SendMessage("Guten Tag"), house.command_id()))
    assert house.accounts.asked == []
    wishes = (MutePerson("ulm"), MutePerson("hof"), EraseWords("hof"), MutePerson("no\x00body"))
    await submit(desk, *((wish, house.command_id()) for wish in wishes))
    assert house.accounts.asked == [{"ulm", "hof"}]


async def test_measure_can_be_tried_again_when_the_accounts_could_not_be_read(
    house: House,
) -> None:
    desk, command_id = await house.enter(MODERATOR), house.command_id()
    house.accounts.broken = True
    assert code_of(await desk.do(MutePerson("ulm"), command_id)) is Code.RETRY_LATER
    house.accounts.broken = False
    assert code_of(await desk.do(MutePerson("ulm"), command_id)) is None


async def test_the_stored_answer_says_what_it_was_about(house: House) -> None:
    ulm = await house.enter("ulm")
    ack = await ulm.do(AskQuestion("Wer zahlt das?", unnamed=True))
    [(result, _)] = house.disk.results.values()
    assert result.object == object_of(ack)
