"""The laws of a room, held for random histories as they reach real connections."""

from __future__ import annotations

import asyncio
import random

import pytest

from rooms.core.chat import DeleteMessage, RemoveMessage, RestoreMessage, SendMessage
from rooms.core.names import Kind, Stream
from rooms.core.people import EraseWords, MutePerson, UnmutePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    MarkAnswered,
    NextQuestion,
    PutOnAir,
    RestoreQuestion,
    TakeOffAir,
    VoteQuestion,
)
from rooms.core.room import RoomCommand
from tests.fakes.admission import MODERATE, MODERATOR, SPEAK
from tests.rooms.house import House, Picture, Visitor, fresh, state

PEOPLE = ["ulm", "hof", "mayen"]
STAGE = frozenset({one for one in MODERATE if one.value != "room.desk"})


class Life:
    """People who come, go, speak, vote and moderate at random, by the seed."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.dice = random.Random(seed)
        self.objects: dict[Kind, list[str]] = {Kind.MESSAGE: ["nothing"], Kind.QUESTION: ["none"]}

    def some(self, kind: Kind) -> str:
        return self.dice.choice(self.objects[kind][-8:])

    def revision(self, question: str) -> int:
        known = state(self.house).questions.questions.get(question)
        return known.revision if known and self.dice.random() < 0.9 else self.dice.randint(0, 3)

    def spoken(self) -> RoomCommand:
        text = f"Text {self.dice.random()}"
        match self.dice.randint(0, 5):
            case 0 | 1:
                reply = self.some(Kind.MESSAGE) if self.dice.random() < 0.3 else None
                return SendMessage(text, reply_to=reply)
            case 2 | 3:
                return AskQuestion(text, unnamed=self.dice.random() < 0.5)
            case 4:
                return DeleteMessage(self.some(Kind.MESSAGE))
            case _:
                return VoteQuestion(self.some(Kind.QUESTION), self.dice.random() < 0.8)

    def moderated(self) -> RoomCommand:
        message, question = self.some(Kind.MESSAGE), self.some(Kind.QUESTION)
        revision = self.revision(question)
        wishes: list[RoomCommand] = [
            RemoveMessage(message, "Grund"),
            RestoreMessage(message),
            ApproveQuestion(question, revision),
            ApproveQuestion(question, revision),
            DismissQuestion(question, revision, "Grund"),
            RestoreQuestion(question, revision),
            PutOnAir(question, revision),
            TakeOffAir(question, revision),
            MarkAnswered(question, revision),
            NextQuestion(question, revision),
            MutePerson(self.dice.choice(PEOPLE), minutes=1),
            UnmutePerson(self.dice.choice(PEOPLE)),
            EraseWords(self.dice.choice(PEOPLE)),
        ]
        return self.dice.choice(wishes)

    async def step(self, crowd: list[Visitor], desk: Visitor) -> None:
        if self.dice.random() < 0.4:
            ack = await desk.do(self.moderated())
        else:
            ack = await self.dice.choice(crowd).do(self.spoken())
        if ack.done is not None and ack.done.object is not None:
            stored = state(self.house)
            kind = Kind.MESSAGE if ack.done.object in stored.chat.messages else Kind.QUESTION
            self.objects[kind].append(ack.done.object)
        await self.house.tick(self.dice.choice([0, 0, 5_000, 21_000]))


@pytest.mark.parametrize("seed", range(6))
async def test_snapshot_and_what_followed_make_the_snapshot_of_now_in_every_stream(
    house: House, seed: int
) -> None:
    """T-X6: for participants, speakers, the desk and guests, from any moment on."""
    house.admission.permissions["speaker"] = STAGE
    life = Life(house, seed)
    crowd = [await house.enter(one) for one in PEOPLE]
    desk, stage = await house.enter(MODERATOR), await house.enter("speaker")
    watchers = [*crowd, desk, stage, await house.enter(None)]
    for number in range(60):
        await life.step(crowd, desk)
        if number % 20 == 10:
            watchers += [await house.enter(None), await house.enter(MODERATOR)]
    await house.quiet()
    for watcher in watchers:
        stream = watcher.joined.at.stream
        assert watcher.picture.objects == fresh(house, stream)
        assert watcher.picture.at is not None
        assert watcher.picture.at.n == house.disk.room("plenum").head.stream(stream)
        assert watcher.picture.resets == 0
    picture, asked = crowd[0].picture, state(house).questions
    for question in picture.questions:
        final = asked.questions[question.id].final_score
        votes = len(asked.votes.get(question.id, ())) if final is None else final
        assert picture.scores[question.id][0] == votes


@pytest.mark.parametrize("seed", range(4))
async def test_whoever_comes_and_goes_ends_with_a_fresh_snapshots_picture(
    house: House, seed: int
) -> None:
    """T-X4 without sockets: lost at any moment, resumed from the last number read."""
    life = Life(house, seed)
    crowd = [await house.enter(one) for one in PEOPLE]
    desk = await house.enter(MODERATOR)
    pictures = [Picture() for _ in range(20)]
    guests = [await house.enter(None) for _ in pictures]
    for _ in range(80):
        await life.step(crowd, desk)
        lost = life.dice.randrange(len(guests))
        guests[lost] = await reconnect(house, guests[lost], pictures[lost])
    await house.quiet()
    for guest, picture in zip(guests, pictures, strict=True):
        read(guest, picture)
        assert picture.objects == fresh(house, Stream.PUB)
        assert picture.resets == 0


async def reconnect(house: House, guest: Visitor, picture: Picture) -> Visitor:
    guest.leave()
    read(guest, picture)
    return await house.enter(None, after=picture.at)


def read(guest: Visitor, picture: Picture) -> None:
    for frame in guest.outlet.frames:
        picture.take(frame)
    guest.outlet.frames.clear()


async def test_many_commands_at_once_keep_each_authors_order(house: House) -> None:
    house.admission.permissions |= dict.fromkeys(PEOPLE, SPEAK)
    crowd = [await house.enter(one) for one in PEOPLE]
    sent: list[asyncio.Task[object]] = []
    for number in range(30):
        for visitor in crowd:
            wish = visitor.do(SendMessage(f"{visitor.account} {number:02}"))
            sent.append(asyncio.create_task(wish))
    await asyncio.gather(*sent)
    await house.quiet()
    texts = [text or "" for text in crowd[0].picture.texts]
    for one in PEOPLE:
        own = [text for text in texts if text.startswith(one)]
        assert own == sorted(own)
        assert len(own) == 30
