"""Many at once: votes and moderators."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from rooms.core.questions import (
    AskQuestion,
    Moderation,
    NextQuestion,
    PutOnAir,
    QuestionState,
    SetModeration,
    VoteQuestion,
)
from rooms.core.room import RoomCommand
from rooms.wire.commands import Answer
from rooms.wire.messages import Events
from tests.fakes.admission import MODERATOR
from tests.fakes.timers import settle
from tests.rooms.acts import object_of, published
from tests.rooms.house import ROOM, House, Picture, Visitor, state


async def test_500_accounts_vote_at_once_some_twice_and_each_counts_once(house: House) -> None:
    """T-Q1: 20 % retried; exactly 500, in the rows and for every reader."""
    desk, author = await house.enter(MODERATOR), await house.enter("ulm")
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    voters = [await house.enter(f"voter-{number}") for number in range(500)]
    answers: list[Answer] = []
    for number, voter in enumerate(voters):
        submission = voter.submission(VoteQuestion(question, True), house.command_id(), answers)
        house.sequencer.submit(submission)
        if number % 5 == 0:
            submission = voter.submission(
                VoteQuestion(question, True), submission.key.cmd_id, answers
            )
            house.sequencer.submit(submission)
    while len(answers) < 600:
        await settle()
    await house.quiet()
    assert sum(answer.replayed for answer in answers) == 100
    assert {code for answer in answers if (code := answer.error)} == set()
    assert len(state(house).questions.votes[question]) == 500
    assert {voter.picture.scores[question][0] for voter in voters} == {500}


async def test_two_on_air_at_once_leave_one_at_every_number(house: House) -> None:
    """T-Q5: seen number by number, also by who reads the whole range later."""
    desk, screen = await house.enter(MODERATOR), await house.enter(None)
    start = screen.joined.at
    await desk.do(SetModeration(Moderation.POST))
    questions = [
        object_of(await (await house.enter(f"stadt-{n}")).do(AskQuestion(f"Frage Nummer {n}")))
        for n in range(6)
    ]
    rivals = [await house.enter(MODERATOR) for _ in range(2)]
    wishes: list[tuple[Visitor, RoomCommand]] = []
    for number, question in enumerate(questions):
        kind = PutOnAir if number % 2 else NextQuestion
        wishes += [(rival, kind(question, 1)) for rival in rivals]
    answers: list[Answer] = []
    for visitor, wish in wishes:
        house.sequencer.submit(visitor.submission(wish, house.command_id(), answers))
        await asyncio.sleep(0)
        await house.tick()
    await house.quiet()
    late = await house.enter(None, after=start)
    for reader in (screen, late):
        seen = on_air_at_each_number(reader)
        assert len(seen) == house.disk.rooms[ROOM].head.pub
        assert max(seen) == 1
    assert state(house).questions.on_air == questions[-1]
    assert len(answers) == 12


def on_air_at_each_number(reader: Visitor) -> list[int]:
    """How many questions are on air after each delta."""
    picture, counts = Picture(), []
    for frame in reader.outlet.frames:
        deltas = frame.events if isinstance(frame, Events) else ()
        for each in [replace(frame, events=(delta,)) for delta in deltas] or [frame]:
            picture.take(each)
            if deltas:
                states = [question.state for question in picture.questions]
                counts.append(states.count(QuestionState.ON_AIR))
    return counts
