"""Many at once: votes, moderators, and who may not (T-Q1, T-Q5, T-Q8)."""

from __future__ import annotations

import asyncio

from rooms.core.chat import DeleteMessage, RemoveMessage, SendMessage
from rooms.core.names import Code
from rooms.core.people import MutePerson
from rooms.core.questions import (
    ApproveQuestion,
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
from tests.fakes.admission import MODERATOR
from tests.fakes.timers import settle
from tests.rooms.acts import code_of, object_of, published
from tests.rooms.house import ROOM, House, Visitor, state


async def test_500_accounts_vote_at_once_some_twice_and_each_counts_once(house: House) -> None:
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
    desk, screen = await house.enter(MODERATOR), await house.enter(None)
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
        on_air = [one for one in screen.picture.questions if one.state is QuestionState.ON_AIR]
        assert len(on_air) <= 1
    await house.quiet()
    assert state(house).questions.on_air == questions[-1]
    assert len(answers) == 12


async def test_an_attendee_gives_no_moderators_commands(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    message = object_of(await hof.do(SendMessage("von Hof")))
    question = object_of(await hof.do(AskQuestion("Ist das freigegeben?")))
    codes = [
        code_of(await ulm.do(RemoveMessage(message))),
        code_of(await ulm.do(DeleteMessage(message))),
        code_of(await ulm.do(ApproveQuestion(question, 1))),
        code_of(await ulm.do(VoteQuestion(question, True))),
        code_of(await ulm.do(MutePerson("hof"))),
    ]
    assert codes == [
        Code.FORBIDDEN,
        Code.FORBIDDEN,
        Code.FORBIDDEN,
        Code.NOT_FOUND,
        Code.FORBIDDEN,
    ]
    assert house.disk.rooms[ROOM].head.log == 2
