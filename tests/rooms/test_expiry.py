"""What was kept for long enough is erased by the server itself; answered questions stay.

On real stores, with two processes: the words have to be gone from both.
"""

from __future__ import annotations

import asyncio

from rooms.core.chat import DeleteMessage, SendMessage
from rooms.core.names import Kind, Ref
from rooms.core.people import MutePerson, WordsErased
from rooms.core.questions import (
    PAUSE_MS,
    ApproveQuestion,
    AskQuestion,
    MarkAnswered,
    PutOnAir,
)
from rooms.erasures import PART, expire
from rooms.ports import Head
from tests.fakes.admission import MODERATE, MODERATOR
from tests.rooms.acts import object_of, submit
from tests.rooms.house import ROOM, Visitor
from tests.rooms.kept import Kept
from tests.rooms.test_erasure import SECRET, fill, words_since

MINUTE = 60_000


async def old_of(kept: Kept) -> list[Ref]:
    """Everything that has words by now."""
    found = await kept.rows.words_before(kept.clock.now() + MINUTE)
    return list(found.get(ROOM, ()))


async def followed(house: Kept, *readers: Visitor) -> None:
    """Until these stand where the store does. Reading it takes real time."""
    async with asyncio.timeout(30):
        for reader in readers:
            head = (await house.rows.heads([ROOM]))[ROOM]
            while not stands_at(reader, head):
                await reader.house.timers.advance(1_000)
                await asyncio.sleep(0.02)


def stands_at(reader: Visitor, head: Head) -> bool:
    at = reader.picture.at
    return at is not None and at.n == head.stream(at.stream)


async def answered(kept: Kept, author: Visitor, desk: Visitor, text: str) -> str:
    await kept.tick(PAUSE_MS)
    asked = object_of(await author.do(AskQuestion(text)))
    await desk.do(ApproveQuestion(asked, 1))
    await desk.do(PutOnAir(asked, 2))
    assert (await desk.do(MarkAnswered(asked, 3))).error is None
    return asked


async def test_what_was_kept_long_enough_is_read_by_nobody_any_more(
    kept: Kept, restarted: Kept
) -> None:
    two = (kept, restarted)
    ulm, hof, desk = [await kept.enter(who) for who in ("ulm", "hof", MODERATOR)]
    there = await restarted.enter("hof")
    await fill(kept, ulm, hof, desk)
    deleted = object_of(await hof.do(SendMessage(f"{SECRET}, zu früh")))
    assert (await hof.do(DeleteMessage(deleted))).error is None
    stays = await answered(kept, hof, desk, "Was kostet der Betrieb?")
    old = await old_of(kept)
    assert {ref.kind for ref in old} == {Kind.MESSAGE, Kind.QUESTION, Kind.PERSON}
    assert Ref(Kind.MESSAGE, deleted) in old
    assert await expire(kept.rows, ROOM, old) == [Ref(Kind.QUESTION, stays)]
    await followed(kept, hof, there)
    late = [await house.enter(who) for house in two for who in ("ulm", "late", MODERATOR, None)]
    for visitor in late:
        assert words_since(visitor, 0) == []
    for visitor in (hof, there, *late):
        assert [question.text for question in visitor.picture.questions if question.text] == [
            "Was kostet der Betrieb?"
        ]
    for house in two:
        assert SECRET not in await house.history("hof")
    assert await old_of(kept) == [Ref(Kind.QUESTION, stays)]


async def test_what_is_answered_in_the_meantime_stays(two: tuple[Kept, Kept]) -> None:
    """The first process still knows the question as waiting."""
    kept, elsewhere = two
    for house in two:
        house.admission.permissions["ulm"] = MODERATE
    ulm, desk = await kept.enter("ulm"), await elsewhere.enter("ulm")
    asked = object_of(await ulm.do(AskQuestion("Wer wartet das?")))
    old = await old_of(kept)
    await desk.do(ApproveQuestion(asked, 1))
    await desk.do(PutOnAir(asked, 2))
    assert (await desk.do(MarkAnswered(asked, 3))).error is None
    assert await expire(kept.rows, ROOM, old) == old


async def test_very_many_are_erased_in_parts(kept: Kept) -> None:
    desk = await kept.enter(MODERATOR)
    await submit(
        desk, *((SendMessage(f"Beitrag {n}"), kept.command_id()) for n in range(2 * PART + 1))
    )
    before = await kept.rows.heads([ROOM])
    assert await expire(kept.rows, ROOM, await old_of(kept)) == []
    after = await kept.rows.heads([ROOM])
    assert after[ROOM].log - before[ROOM].log == 3
    assert await old_of(kept) == []
    await followed(kept, desk)
    assert set(desk.picture.texts) == {None}


async def test_a_sanction_stays_without_its_reason(kept: Kept) -> None:
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    await desk.do(MutePerson("ulm", reason=f"Wirbt für den {SECRET}"))
    old = await old_of(kept)
    assert old == [Ref(Kind.PERSON, "ulm")]
    assert await expire(kept.rows, ROOM, old) == []
    await followed(kept, desk)
    assert words_since(await kept.enter(MODERATOR), 0) == []
    assert (await ulm.do(SendMessage("Hallo?"))).error is not None
    assert await old_of(kept) == []


async def test_nothing_younger_is_old(kept: Kept) -> None:
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    said = object_of(await ulm.do(SendMessage("Guten Tag")))
    before = kept.clock.now() + 1
    await kept.tick(MINUTE)
    await ulm.do(SendMessage("Noch da?"))
    assert list((await kept.rows.words_before(before))[ROOM]) == [Ref(Kind.MESSAGE, said)]
    await desk.do(MutePerson("ulm", reason="Ton"))
    assert list((await kept.rows.words_before(before))[ROOM]) == [Ref(Kind.MESSAGE, said)]


async def test_of_two_processes_that_look_at_once_one_erases(kept: Kept) -> None:
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    await ulm.do(SendMessage("Guten Tag"))
    await desk.do(MutePerson("ulm", reason="Ton"))
    old = await old_of(kept)
    assert [await expire(kept.rows, ROOM, old) for _ in range(2)] == [[], []]
    events = [logged.event for logged in (await kept.rows.load(ROOM)).recent]
    erased = [event for event in events if isinstance(event, WordsErased)]
    assert [len(event.objects) for event in erased] == [1]


async def test_older_pages_pass_over_what_was_erased(kept: Kept) -> None:
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    first = object_of(await desk.do(SendMessage("Herzlich willkommen")))
    said = object_of(await ulm.do(SendMessage("Guten Tag")))
    assert await expire(kept.rows, ROOM, [Ref(Kind.MESSAGE, said)]) == []
    page = await kept.rows.messages_before(ROOM, 10, 10)
    assert [message.id for message in page] == [first]
