"""What people do in these tests, in one word each."""

from __future__ import annotations

from rooms.core.names import Code
from rooms.core.questions import ApproveQuestion, AskQuestion
from rooms.core.room import RoomCommand
from rooms.wire.commands import Answer
from rooms.wire.messages import Ack
from tests.fakes.timers import settle
from tests.rooms.house import FakeOutlet, House, Visitor


async def submit(visitor: Visitor, *wishes: tuple[RoomCommand, str]) -> list[Answer]:
    """Give several commands at once, so that they share a batch where they can."""
    answers: list[Answer] = []
    for command, command_id in wishes:
        visitor.house.sequencer.submit(visitor.submission(command, command_id, answers))
    while len(answers) < len(wishes):
        await settle()
    return answers


async def published(house: House, desk: Visitor, author: Visitor, text: str) -> str:
    """A question that everybody sees."""
    asked = await author.do(AskQuestion(text))
    question = object_of(asked)
    await desk.do(ApproveQuestion(question, 1))
    return question


def object_of(ack: Ack) -> str:
    assert ack.done is not None, ack.error
    assert ack.done.object is not None
    return ack.done.object


def code_of(ack: Ack) -> Code | None:
    return ack.error.code if ack.error is not None else None


async def say(visitor: Visitor, *texts: str) -> None:
    await visitor.say(*texts)


async def fill(visitor: Visitor) -> None:
    """Say more than a connection may have waiting."""
    for _ in range(4):
        await say(visitor, *("x" * 990 for _ in range(20)))
        await visitor.house.tick()


def frames(outlet: FakeOutlet, kind: type[object]) -> int:
    return sum(isinstance(frame, kind) for frame in outlet.frames)
