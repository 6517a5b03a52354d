"""After a person's words were erased nobody reads them any more, by whatever way (G5).

On a real store: what comes back from a disk counts, not only what a process has in memory.
"""

from __future__ import annotations

from rooms.core.chat import KEEP, SendMessage
from rooms.core.people import EraseWords
from rooms.core.questions import PAUSE_MS, ApproveQuestion, AskQuestion, PutOnAir
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import object_of, submit
from tests.rooms.house import Visitor
from tests.rooms.kept import Kept

SECRET = "Mondscheintarif"
"""Stands in everything that is erased, and nowhere else."""


def words_since(visitor: Visitor, frame: int) -> list[str]:
    return [text for text in visitor.outlet.raw[frame:] if SECRET in text]


async def fill(kept: Kept, ulm: Visitor, hof: Visitor, desk: Visitor) -> None:
    """Words everywhere: very old, new, quoted, waiting, published, without a name, on air."""
    await ulm.do(SendMessage(f"ganz alt: {SECRET}"))
    await submit(hof, *((SendMessage(f"Beitrag {n}"), kept.command_id()) for n in range(KEEP)))
    said = object_of(await ulm.do(SendMessage(f"{SECRET} im Chat")))
    await hof.do(SendMessage("Wirklich?", reply_to=said))
    await ulm.do(AskQuestion(f"Wartet der {SECRET}?"))
    for text, unnamed in (("Gilt der", True), ("Bleibt der", False)):
        await kept.tick(PAUSE_MS)
        asked = object_of(await ulm.do(AskQuestion(f"{text} {SECRET}?", unnamed=unnamed)))
        await desk.do(ApproveQuestion(asked, 1))
    await desk.do(PutOnAir(asked, 2))


async def test_erased_words_are_read_by_nobody_any_more(kept: Kept, restarted: Kept) -> None:
    ulm, hof, desk = [await kept.enter(who) for who in ("ulm", "hof", MODERATOR)]
    await fill(kept, ulm, hof, desk)
    await kept.quiet()
    marks = [(visitor, len(visitor.outlet.raw)) for visitor in (ulm, hof, desk)]
    assert all(words_since(visitor, 0) for visitor, _ in marks)
    assert SECRET in await kept.history("hof")
    assert (await desk.do(EraseWords("ulm"))).error is None
    await kept.quiet()
    late = [await kept.enter(who) for who in ("ulm", "late", MODERATOR, None)]
    elsewhere = [await restarted.enter(who) for who in ("ulm", "late", MODERATOR, None)]
    for visitor, frame in (*marks, *((one, 0) for one in (*late, *elsewhere))):
        assert words_since(visitor, frame) == []
    for house in (kept, restarted):
        for who in ("hof", MODERATOR):
            assert SECRET not in await house.history(who)


async def test_every_tab_of_the_person_is_told_the_whole_of_its_own_state(kept: Kept) -> None:
    tabs = [await kept.enter("ulm") for _ in range(3)]
    hof, desk = [await kept.enter(who) for who in ("hof", MODERATOR)]
    await fill(kept, tabs[0], hof, desk)
    await kept.quiet()
    told = len(hof.mine)
    await desk.do(EraseWords("ulm"))
    await kept.quiet()
    for tab in tabs:
        assert (tab.mine[-1].all, tab.mine[-1].put) == (True, ())
    assert len(hof.mine) == told


async def test_question_asked_and_erased_before_the_next_tick_is_not_told(kept: Kept) -> None:
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    await kept.quiet()
    frame = len(ulm.outlet.raw)
    await ulm.do(AskQuestion(f"Gilt der {SECRET}?"))
    await desk.do(EraseWords("ulm"))
    await kept.quiet()
    assert words_since(ulm, frame) == []
    assert (ulm.mine[-1].all, ulm.mine[-1].put) == (True, ())
