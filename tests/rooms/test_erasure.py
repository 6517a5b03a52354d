"""After a person's words were erased nobody reads them any more, by whatever way (G5).

On a real store: what comes back from a disk counts, not only what a process has in memory.
"""

from __future__ import annotations

from rooms.core.announcements import SetAnnouncement
from rooms.core.backstage import ConfirmNote, SendNote
from rooms.core.chat import KEEP, RemoveMessage, SendMessage
from rooms.core.names import Code, Refusal
from rooms.core.people import EraseWords, MutePerson
from rooms.core.questions import (
    PAUSE_MS,
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    PutOnAir,
)
from rooms.core.room import OwnSanction
from rooms.core.stage import STAGE_REF, ShowDeck, StageView
from tests.fakes.admission import MODERATE, MODERATOR, SPEAKER
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
    await submit(desk, *((SendMessage(f"Beitrag {n}"), kept.command_id()) for n in range(KEEP)))
    said = object_of(await ulm.do(SendMessage(f"{SECRET} im Chat")))
    await hof.do(SendMessage("Wirklich?", reply_to=said))
    await ulm.do(AskQuestion(f"Wartet der {SECRET}?"))
    for text, unnamed in (("Gilt der", True), ("Bleibt der", False)):
        await kept.tick(PAUSE_MS)
        asked = object_of(await ulm.do(AskQuestion(f"{text} {SECRET}?", unnamed=unnamed)))
        await desk.do(ApproveQuestion(asked, 1))
    await desk.do(PutOnAir(asked, 2))
    await explain(kept, ulm, desk)


async def explain(kept: Kept, ulm: Visitor, desk: Visitor) -> None:
    """Reasons that quote the person: of a message, a question, a sanction."""
    said = object_of(await ulm.do(SendMessage("Das bleibt unter uns")))
    await desk.do(RemoveMessage(said, f"Nennt den {SECRET}"))
    await kept.tick(PAUSE_MS)
    asked = object_of(await ulm.do(AskQuestion("Wer zahlt das?")))
    await desk.do(DismissQuestion(asked, 1, f"Meint den {SECRET}"))
    await desk.do(MutePerson("ulm", reason=f"Wirbt für den {SECRET}"))


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


async def test_what_was_said_from_and_behind_the_stage_is_erased_with_the_rest(
    two: tuple[Kept, Kept],
) -> None:
    """A moderator's announcements and notes, under a deck that stays on the stage."""
    kept, restarted = two
    for house in (kept, restarted):
        house.admission.permissions["ulm"] = MODERATE
    ulm, speaker, hof = [await kept.enter(who) for who in ("ulm", SPEAKER, "hof")]
    desk = await kept.enter(MODERATOR)
    assert (await speaker.do(ShowDeck("slides", 3))).error is None
    await ulm.do(SetAnnouncement(f"Gleich kommt der {SECRET}", kept.clock.now() + 3_600_000))
    note = object_of(await ulm.do(SendNote(f"Bitte den {SECRET} erklären")))
    await speaker.do(ConfirmNote(note))
    await kept.quiet()
    heard = ["".join(words_since(visitor, 0)) for visitor in (speaker, hof, desk)]
    assert [text.count("Gleich kommt") for text in heard] == [1, 1, 1]
    assert ["Bitte den" in text for text in heard] == [True, False, True]
    marks = [(visitor, len(visitor.outlet.raw)) for visitor in (ulm, speaker, hof, desk)]
    assert (await desk.do(EraseWords("ulm"))).error is None
    await kept.quiet()
    late = [
        await house.enter(who)
        for house in (kept, restarted)
        for who in (SPEAKER, "late", MODERATOR, None)
    ]
    for visitor, frame in (*marks, *((one, 0) for one in late)):
        assert words_since(visitor, frame) == []
    for visitor in (hof, *late):
        stage = visitor.picture.objects[STAGE_REF]
        assert isinstance(stage, StageView)
        assert (stage.deck, stage.page) == ("slides", 3)


async def test_reasons_are_read_by_the_desk_and_the_person_until_they_are_erased(
    kept: Kept,
) -> None:
    ulm, hof, desk = [await kept.enter(who) for who in ("ulm", "hof", MODERATOR)]
    await explain(kept, ulm, desk)
    await kept.quiet()
    assert [len(words_since(visitor, 0)) > 0 for visitor in (ulm, hof, desk)] == [True, False, True]
    await desk.do(EraseWords("ulm"))
    await kept.quiet()
    assert desk.picture.objects == (await kept.enter(MODERATOR)).picture.objects
    assert (await ulm.do(SendMessage("Hallo?"))).error == Refusal(Code.MUTED)


async def test_another_process_forgets_the_reasons_it_had_in_memory(
    kept: Kept, restarted: Kept
) -> None:
    ulm, desk = await kept.enter("ulm"), await kept.enter(MODERATOR)
    await explain(kept, ulm, desk)
    there = [await restarted.enter(who) for who in ("ulm", "hof", MODERATOR)]
    assert words_since(there[2], 0) != []
    await desk.do(EraseWords("ulm"))
    marks = [(visitor, len(visitor.outlet.raw)) for visitor in there]
    await kept.quiet()
    # Somebody who was told the number of the erasure: this process has to come so far.
    await restarted.enter(MODERATOR, after=desk.picture.at)
    await restarted.quiet()
    late = [await restarted.enter(who) for who in ("ulm", MODERATOR)]
    for visitor, frame in (*marks, *((one, 0) for one in late)):
        assert words_since(visitor, frame) == []
    assert there[2].picture.objects == late[1].picture.objects
    assert (there[0].mine[-1].all, there[0].mine[-1].put) == (True, late[0].mine[-1].put)
    assert [visitor.picture.resets for visitor in there] == [0, 0, 0]


async def test_the_desk_starts_afresh_when_it_missed_an_erasure_before_a_restart(
    kept: Kept, restarted: Kept
) -> None:
    """The log names no person, so it cannot say whose sanction looks different."""
    ulm, hof, desk = [await kept.enter(who) for who in ("ulm", "hof", MODERATOR)]
    await explain(kept, ulm, desk)
    await kept.quiet()
    places = {who: visitor.picture.at for who, visitor in (("hof", hof), (MODERATOR, desk))}
    await desk.do(EraseWords("ulm"))
    again = {who: await restarted.enter(who, after=at) for who, at in places.items()}
    assert {who: visitor.joined.reset for who, visitor in again.items()} == {
        "hof": False,
        MODERATOR: True,
    }
    assert words_since(again[MODERATOR], 0) == []


async def test_every_tab_of_the_person_is_told_the_whole_of_its_own_state(kept: Kept) -> None:
    tabs = [await kept.enter("ulm") for _ in range(3)]
    hof, desk = [await kept.enter(who) for who in ("hof", MODERATOR)]
    await fill(kept, tabs[0], hof, desk)
    await kept.quiet()
    told = len(hof.mine)
    await desk.do(EraseWords("ulm"))
    await kept.quiet()
    for tab in tabs:
        (sanction,) = tab.mine[-1].put
        assert isinstance(sanction, OwnSanction)
        assert (tab.mine[-1].all, sanction.muted, sanction.reason) == (True, True, "")
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
