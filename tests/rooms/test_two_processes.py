"""Two processes on one database: who votes where, and two moderators who do not see each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from rooms.core.names import Code
from rooms.core.people import ReadmitPerson, RemovePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    Moderation,
    NextQuestion,
    PutOnAir,
    QuestionState,
    SetModeration,
    VoteQuestion,
)
from rooms.core.room import RoomCommand, evolve
from rooms.core.room import empty as empty_room
from rooms.core.stage import ClearStage, ShowDeck
from rooms.wire.messages import Ack
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import code_of, object_of, published
from tests.rooms.house import ROOM, Visitor
from tests.rooms.kept import Kept

Two = tuple[Kept, Kept]


async def test_500_accounts_vote_through_two_processes_and_each_counts_once(two: Two) -> None:
    """T-Q1: every fifth repeats the command, and by the other process too."""
    one, _ = two
    question = await published(
        one, await one.enter(MODERATOR), await one.enter("ulm"), "Wer zahlt den Betrieb?"
    )
    votes: list[Awaitable[Ack]] = []
    for number in range(500):
        here, there = two if number % 2 else reversed(two)
        command, command_id = VoteQuestion(question, True), here.command_id()
        voter = await here.enter(f"voter-{number}")
        votes.append(voter.do(command, command_id))
        if number % 5 == 0:
            elsewhere = await there.enter(f"voter-{number}")
            votes += [voter.do(command, command_id), elsewhere.do(command, command_id)]
    acks = await asyncio.gather(*votes)
    assert {code_of(ack) for ack in acks} == {None}
    assert sum(ack.replayed for ack in acks) == 200
    stored = await one.rows.load(ROOM)
    assert len({vote.account for vote in stored.votes if vote.value}) == len(stored.votes) == 500
    for house in two:
        reader = await house.enter(None)
        await until_shown(reader, question, 500)


async def until_shown(reader: Visitor, question: str, votes: int) -> None:
    """Reading the database takes real time; how much does not matter."""
    async with asyncio.timeout(30):
        while reader.picture.scores.get(question, (0, 0))[0] != votes:
            await reader.house.timers.advance(1_000)
            await asyncio.sleep(0.02)


async def test_approve_and_dismiss_at_once_leave_one_and_name_the_first(two: Two) -> None:
    """T-Q4: one of both is done, the other told who was first; nothing is overwritten."""
    one, other = two
    one.admission.names[MODERATOR] = ("Moderation Plenum", "KTS")
    other.admission.names[MODERATOR] = ("Moderation Werkstatt", "KTS")
    desks = [await house.enter(MODERATOR) for house in two]
    for number in range(6):
        asked = await (await one.enter(f"amt{number}")).do(AskQuestion("Was kostet das?"))
        question = object_of(asked)
        wishes: list[RoomCommand] = [
            ApproveQuestion(question, 1),
            DismissQuestion(question, 1, "doppelt"),
        ]
        first, second = desks if number % 2 else reversed(desks)
        acks = await asyncio.gather(first.do(wishes[0]), second.do(wishes[1]))
        done = [ack for ack in acks if ack.error is None]
        told = [ack.error for ack in acks if ack.error is not None]
        assert len(done) == len(told) == 1
        winner = (first, second)[acks.index(done[0])]
        assert (told[0].code, told[0].by) == (Code.CONFLICT, name_of(winner))
        states = [QuestionState.PUBLISHED, QuestionState.DISMISSED]
        assert told[0].state is states[acks.index(done[0])]


async def test_approve_by_two_at_once_is_done_once(two: Two) -> None:
    """T-Q4: the slower one finds the wish fulfilled."""
    one, _ = two
    desks = [await house.enter(MODERATOR) for house in two]
    question = object_of(await (await one.enter("ulm")).do(AskQuestion("Was kostet das?")))
    acks = await asyncio.gather(*(desk.do(ApproveQuestion(question, 1)) for desk in desks))
    assert sorted(ack.done.no_change for ack in acks if ack.done) == [False, True]
    assert {ack.done.revision for ack in acks if ack.done} == {2}


async def test_two_processes_never_put_two_questions_on_air(two: Two) -> None:
    """T-Q5: folded number by number, as each reader of the log folds it."""
    one, _ = two
    desks = [await house.enter(MODERATOR) for house in two]
    await desks[0].do(SetModeration(Moderation.POST))
    questions = [
        object_of(await (await one.enter(f"amt{n}")).do(AskQuestion(f"Frage Nummer {n}?")))
        for n in range(12)
    ]
    wishes: list[Awaitable[Ack]] = []
    for number, question in enumerate(questions):
        kind = PutOnAir if number % 2 else NextQuestion
        wishes.append(desks[number % 2].do(kind(question, 1)))
    await asyncio.gather(*wishes)
    room = empty_room(ROOM)
    lit = 0
    for logged in (await one.rows.load(ROOM)).events:
        evolve(room, logged.event)
        on_air = [q for q in room.questions.questions.values() if q.state is QuestionState.ON_AIR]
        assert [q.id for q in on_air] == [room.questions.on_air][: len(on_air)]
        lit = max(lit, len(on_air))
    assert lit == 1


def name_of(visitor: Visitor) -> str | None:
    assert visitor.member is not None
    return visitor.member.name


async def test_an_overview_where_nobody_is_in_the_room_shows_what_the_other_process_wrote(
    two: Two,
) -> None:
    one, other = two
    assert (await other.hub.glance(ROOM)).pending == 0
    await (await one.enter("ulm")).do(AskQuestion("Wer zahlt den Betrieb?"))
    assert (await other.hub.glance(ROOM)).pending == 1


async def test_where_nobody_is_in_the_room_the_deck_is_the_one_staged_at_the_other_process(
    two: Two,
) -> None:
    one, other = two
    assert await other.hub.staged(ROOM) is None
    desk = await one.enter(MODERATOR)
    await desk.do(ShowDeck("slides"))
    assert await other.hub.staged(ROOM) == "slides"
    await desk.do(ClearStage())
    assert await other.hub.staged(ROOM) is None


async def test_where_nobody_is_in_the_room_it_is_known_whom_the_other_process_sent_out(
    two: Two,
) -> None:
    one, other = two
    assert await other.hub.removed(ROOM) == frozenset()
    desk = await one.enter(MODERATOR)
    await one.enter("ulm")
    await desk.do(RemovePerson("ulm"))
    assert await other.hub.removed(ROOM) == {"ulm"}
    await desk.do(ReadmitPerson("ulm"))
    assert await other.hub.removed(ROOM) == frozenset()
