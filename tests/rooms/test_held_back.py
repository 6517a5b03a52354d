"""What is held back or taken away is read by nobody who may not, by whatever way."""

from __future__ import annotations

from rooms.core.chat import MessageState, MessageView, RemoveMessage, RestoreMessage, SendMessage
from rooms.core.names import Code, Stream
from rooms.core.people import MutePerson
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    DismissQuestion,
    PutOnAir,
    RestoreQuestion,
    VoteQuestion,
)
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import object_of, published, say
from tests.rooms.house import Visitor
from tests.rooms.kept import Kept

SECRET = "Mondscheintarif"
"""Stands in everything that is held back or removed, and nowhere else."""
AT_ONCE_MS = 1_000


def since(visitor: Visitor, frame: int, *words: str) -> list[str]:
    return [text for text in visitor.outlet.raw[frame:] if any(word in text for word in words)]


async def test_moderators_at_work_leave_no_trace_for_participants(kept: Kept) -> None:
    """T-X3: gapless numbers; no held text, id or count in frames or over HTTP."""
    desk, ulm, hof, guest = [await kept.enter(one) for one in (MODERATOR, "ulm", "hof", None)]
    await say(ulm, "davor")
    held = [
        object_of(await (await kept.enter(f"amt{n}")).do(AskQuestion(f"{SECRET} Nummer {n}?")))
        for n in range(4)
    ]
    for question in held:
        await desk.do(DismissQuestion(question, 1, f"Grund {SECRET}"))
        await desk.do(RestoreQuestion(question, 2))
        await kept.tick(2_000)
    await desk.do(DismissQuestion(held[0], 3, f"Grund {SECRET}"))
    await desk.do(MutePerson("ulm", reason=f"Grund {SECRET}"))
    shown = await published(kept, desk, hof, "Wer pflegt die Daten?")
    await say(hof, "danach")
    await kept.quiet()
    late = await kept.enter("mayen")
    for visitor in (hof, guest, late):
        assert since(visitor, 0, SECRET, *held) == []
        assert visitor.picture.at is not None
        assert visitor.picture.at.n == 3
        assert [(one.id, one.number) for one in visitor.picture.questions] == [(shown, 1)]
        assert set(visitor.picture.scores) == {shown}
    assert hof.picture.numbers == guest.picture.numbers == [1, 2, 3]
    history = await kept.history("hof")
    assert [word for word in (SECRET, *held) if word in history] == []
    assert "davor" in history


async def test_a_removed_message_is_gone_for_all_but_the_desk(kept: Kept, restarted: Kept) -> None:
    """T-C2: open clients, late joiners, who resumes, quotes, the screen, older pages over HTTP,
    also from a process that has only the database. There is no search and there are no pins yet.
    """
    desk, ulm, hof, screen = [await kept.enter(one) for one in (MODERATOR, "ulm", "hof", None)]
    at = hof.joined.at
    message = object_of(await ulm.do(SendMessage(f"Der {SECRET} ist schuld")))
    await hof.do(SendMessage("Wirklich?", reply_to=message))
    await kept.quiet()
    marks = [(one, len(one.outlet.raw)) for one in (ulm, hof, screen)]
    assert all(since(one, 0, SECRET) for one, _ in marks)
    assert SECRET in await kept.history("hof")

    await desk.do(RemoveMessage(message, "Ton"))
    await kept.tick(AT_ONCE_MS)
    for one, mark in marks:
        assert since(one, mark, SECRET) == []
        assert [text for text in one.picture.texts if text is not None] == ["Wirklich?"]
        assert quotes(one) == [None]
    for house in (kept, restarted):
        for late in (await house.enter("mayen"), await house.enter(None)):
            assert since(late, 0, SECRET) == []
            assert states(late) == [MessageState.REMOVED, MessageState.VISIBLE]
        assert SECRET not in await house.history("hof")
        assert SECRET in await house.history(MODERATOR)
    back = await kept.enter("hof", after=at)
    assert back.joined.snapshot is None
    assert since(back, 0, SECRET) == []

    await desk.do(RestoreMessage(message))
    await kept.tick(AT_ONCE_MS)
    assert hof.picture.texts == [f"Der {SECRET} ist schuld", "Wirklich?"]


def quotes(visitor: Visitor) -> list[str | None]:
    messages = (one for one in visitor.picture.objects.values() if isinstance(one, MessageView))
    return [one.reply_to.text for one in messages if one.reply_to is not None]


def states(visitor: Visitor) -> list[MessageState]:
    messages = (one for one in visitor.picture.objects.values() if isinstance(one, MessageView))
    return [one.state for one in sorted(messages, key=lambda one: one.order)]


async def test_a_question_dismissed_while_it_is_on_the_big_screen_is_gone_everywhere(
    kept: Kept, restarted: Kept
) -> None:
    """T-Q7: on the screen, in the room and for who comes later, also from another process."""
    desk, hof, screen = [await kept.enter(one) for one in (MODERATOR, "hof", None)]
    question = await published(kept, desk, await kept.enter("ulm"), f"Gilt der {SECRET}?")
    await desk.do(PutOnAir(question, 2))
    await kept.quiet()
    marks = [(one, len(one.outlet.raw)) for one in (hof, screen)]
    for one, _ in marks:
        assert [view.id for view in one.picture.questions] == [question]
    await desk.do(DismissQuestion(question, 3, "Irrtum"))
    await kept.tick(AT_ONCE_MS)
    for one, mark in marks:
        assert one.picture.questions == []
        assert since(one, mark, SECRET, "Irrtum") == []
    for late in (await kept.enter(None), await restarted.enter("mayen")):
        assert late.picture.questions == []
        assert since(late, 0, SECRET, question) == []
        assert late.joined.at.stream is Stream.PUB


async def test_a_vote_for_a_question_of_another_room_is_a_vote_for_nothing(kept: Kept) -> None:
    """T-Q3: as for one that waits or was dismissed; nothing is stored, in neither room."""
    desk, ulm, hof = [await kept.enter(one, room="werkstatt") for one in (MODERATOR, "ulm", "hof")]
    question = object_of(await ulm.do(AskQuestion("Wer pflegt die Daten?")))
    await desk.do(ApproveQuestion(question, 1))
    here = await kept.enter("hof")
    refused = await here.do(VoteQuestion(question, True))
    assert refused.error is not None
    assert refused.error.code is Code.NOT_FOUND
    await kept.quiet()
    assert hof.picture.scores[question][0] == 0
    for room in ("plenum", "werkstatt"):
        assert (await kept.rows.load(room)).votes == []
