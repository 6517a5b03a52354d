"""*Ohne Namen*: nobody in the room can learn who asked, the desk neither (B2.10)."""

from __future__ import annotations

from rooms.core.announcements import SetAnnouncement
from rooms.core.backstage import ConfirmNote, SendNote
from rooms.core.chat import SendMessage
from rooms.core.names import Code
from rooms.core.people import MutePerson
from rooms.core.questions import (
    PAUSE_MS,
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    MarkAnswered,
    PutOnAir,
    QuestionView,
    RestoreQuestion,
    VoteQuestion,
    WithdrawQuestion,
)
from rooms.core.room import RoomCommand
from rooms.core.stage import ClearStage, ShowDeck, TurnPage
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.rooms.acts import code_of, object_of
from tests.rooms.house import House, Visitor

ASKER = "wallrabe"
"""Account and part of the name; stands in no other text."""


async def ask(house: House, asker: Visitor, text: str = "Wer haftet denn dafür?") -> str:
    await house.tick(PAUSE_MS)
    return object_of(await asker.do(AskQuestion(text, unnamed=True)))


async def talk(house: House, desk: Visitor, speaker: Visitor) -> None:
    """All that happens on and behind a stage."""
    await desk.do(SetAnnouncement("Es geht gleich los", house.clock.now() + 60_000))
    await speaker.do(ShowDeck("slides"))
    note = object_of(await desk.do(SendNote("Noch eine Frage")))
    await speaker.do(TurnPage("slides", 2))
    await speaker.do(ConfirmNote(note))
    await speaker.do(ClearStage())


async def test_no_frame_to_anybody_else_names_the_author_of_an_unnamed_question(
    house: House,
) -> None:
    """T-Q13, frames: to desk, speakers, participants and guests, also during a talk."""
    others = [await house.enter(who) for who in (MODERATOR, SPEAKER, "hof", None)]
    desk, speaker, hof, _ = others
    asker = await house.enter(ASKER)
    question = await ask(house, asker)
    steps: list[RoomCommand] = [
        ApproveQuestion(question, 1),
        DismissQuestion(question, 2, "Irrtum", notify=True),
        RestoreQuestion(question, 3),
        ApproveQuestion(question, 4),
        PutOnAir(question, 5),
        MarkAnswered(question, 6),
    ]
    for step in steps:
        await desk.do(step)
        await hof.do(VoteQuestion(question, True))
        await talk(house, desk, speaker)
        await house.quiet()
    withdrawn = await ask(house, asker, "Was kostet der Betrieb?")
    await asker.do(WithdrawQuestion(withdrawn, 1))
    await ask(house, asker, "Welche Lizenz hat die Software?")
    await house.quiet()
    late = await house.enter(MODERATOR)
    shown = [view for view in desk.picture.questions if view.author is None and view.unnamed]
    assert len(shown) == 3
    for visitor in (*others, late):
        assert [text for text in visitor.outlet.raw if ASKER in text] == []


async def test_named_question_names_its_author_to_the_desk(house: House) -> None:
    desk, asker = await house.enter(MODERATOR), await house.enter(ASKER)
    await asker.do(AskQuestion("Wer haftet denn dafür?"))
    await house.quiet()
    (view,) = desk.picture.questions
    assert isinstance(view, QuestionView)
    assert view.author is not None
    assert view.author.account == ASKER


async def test_sanction_names_an_account_and_a_question_is_none(house: House) -> None:
    """Muting *the author of this question* would tell who it was: it is not offered."""
    desk, asker = await house.enter(MODERATOR), await house.enter(ASKER)
    question = await ask(house, asker)
    house.accounts.strangers.add(question)
    assert code_of(await desk.do(MutePerson(question))) is Code.NOT_FOUND
    await house.quiet()
    assert (await asker.do(SendMessage("Ich darf noch"))).error is None
