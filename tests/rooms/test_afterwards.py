"""What is read of a room afterwards: on every store, without anybody in the room."""

from __future__ import annotations

import asyncio

from rooms.afterwards import Afterwards, Past
from rooms.core.chat import SendMessage
from rooms.core.people import EraseWords, RemovePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    MarkAnswered,
    PutOnAir,
)
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import object_of, published
from tests.rooms.house import ROOM, House, Visitor
from tests.rooms.kept import Kept

NOTHING = Past((), frozenset())


async def answer(house: House, desk: Visitor, author: Visitor, text: str) -> str:
    question = await published(house, desk, author, text)
    await desk.do(PutOnAir(question, 2))
    await desk.do(MarkAnswered(question, 3))
    return question


def texts(past: Past) -> list[str]:
    return [one.text for one in past.answered]


async def test_answered_questions_are_found_by_a_process_nobody_is_in(
    two: tuple[Kept, Kept],
) -> None:
    one, other = two
    desk, hof, ulm = [await one.enter(who) for who in (MODERATOR, "hof", "ulm")]
    await answer(one, desk, hof, "Was kostet der Betrieb?")
    waiting = await published(one, desk, ulm, "Wartet diese?")
    afterwards = Afterwards(other.rows)
    assert texts(await afterwards.of(ROOM)) == ["Was kostet der Betrieb?"]
    await desk.do(DismissQuestion(waiting, 2, "doppelt"))
    await answer(one, desk, await one.enter("jena"), "Wer haftet?")
    assert texts(await afterwards.of(ROOM)) == ["Was kostet der Betrieb?", "Wer haftet?"]


async def test_erased_words_are_gone_also_where_they_were_read_before(
    two: tuple[Kept, Kept],
) -> None:
    one, other = two
    desk, hof = [await one.enter(who) for who in (MODERATOR, "hof")]
    await answer(one, desk, hof, "Was kostet der Betrieb?")
    before = Afterwards(other.rows)
    assert len((await before.of(ROOM)).answered) == 1
    await desk.do(EraseWords("hof"))
    for afterwards in (before, Afterwards(other.rows), Afterwards(one.rows)):
        assert await afterwards.of(ROOM) == NOTHING


async def test_an_unnamed_question_is_shown_like_any_other(two: tuple[Kept, Kept]) -> None:
    one, other = two
    desk, hof = [await one.enter(who) for who in (MODERATOR, "hof")]
    question = object_of(await hof.do(AskQuestion("Wer haftet?", unnamed=True)))
    for command in (ApproveQuestion(question, 1), PutOnAir(question, 2), MarkAnswered(question, 3)):
        await desk.do(command)
    assert texts(await Afterwards(other.rows).of(ROOM)) == ["Wer haftet?"]


async def test_whoever_was_sent_out_is_told(two: tuple[Kept, Kept]) -> None:
    one, other = two
    desk = await one.enter(MODERATOR)
    await one.enter("hof")
    await desk.do(RemovePerson("hof"))
    assert (await Afterwards(other.rows).of(ROOM)).removed == {"hof"}


async def test_room_is_folded_once_and_then_only_looked_at(house: House) -> None:
    desk, hof = [await house.enter(who) for who in (MODERATOR, "hof")]
    await answer(house, desk, hof, "Was kostet der Betrieb?")
    afterwards, read = Afterwards(house.store), house.store.loads
    first = await asyncio.gather(*(afterwards.of(ROOM) for _ in range(5)))
    assert house.store.loads == read + 5  # one load, four looks at the head
    assert all(past is first[0] for past in first)
    await hof.do(SendMessage("Danke"))
    assert await afterwards.of(ROOM) == first[0]


async def test_room_asked_for_longest_ago_gives_way(house: House) -> None:
    afterwards = Afterwards(house.store, most=2)
    first = await afterwards.of("one")
    for room in ("two", "one", "three"):
        await afterwards.of(room)
    assert await afterwards.of("one") is first
    read = house.store.loads
    assert await afterwards.of("two") == NOTHING
    assert house.store.loads == read + 1
