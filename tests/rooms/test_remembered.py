"""What is erased is remembered outside the database before anybody is told so, and erased again
when a backup brings it back."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from rooms import erasures
from rooms.core.chat import DeleteMessage, MessageDeleted, MessageState, SendMessage
from rooms.core.names import Code, Kind, Ref, RoomId
from rooms.core.people import EraseWords, MutePerson, WordsErased
from rooms.core.questions import (
    ApproveQuestion,
    AskQuestion,
    QuestionState,
    QuestionWithdrawn,
    WithdrawQuestion,
)
from rooms.ports import Gone
from rooms.sequencer import Sequencer
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import code_of, object_of
from tests.rooms.house import ROOM, House, state


class FakeErasures:
    """Remembers in memory, unless the disk is full."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.full = False
        self.kept: list[tuple[RoomId, Gone]] = []
        self.commits: list[int] = []
        """How many commits there had been each time."""

    async def words(self, gone: Iterable[tuple[RoomId, Gone]]) -> None:
        if self.full:
            raise OSError("No space left on device")
        self.kept += gone
        self.commits.append(self._house.disk.commits)


def remembering(house: House) -> FakeErasures:
    kept = FakeErasures(house)
    house.sequencer = Sequencer(
        house.store,
        house.accounts,
        house.decks,
        house.hub.publish,
        house.new_id,
        erasures=kept,
    )
    return kept


async def test_an_erasure_is_remembered_before_it_is_stored(house: House) -> None:
    kept = remembering(house)
    desk, ulm = await house.enter(MODERATOR), await house.enter("ulm")
    said = object_of(await ulm.do(SendMessage("Wort")))
    before = house.disk.commits
    await desk.do(EraseWords("ulm"))
    [(room, event)] = kept.kept
    assert isinstance(event, WordsErased)
    assert (room, event.objects) == (ROOM, (Ref(Kind.MESSAGE, said),))
    assert kept.commits == [before]
    assert house.disk.commits == before + 1


async def test_what_cannot_be_remembered_is_not_erased_and_not_acknowledged(house: House) -> None:
    kept = remembering(house)
    desk, ulm = await house.enter(MODERATOR), await house.enter("ulm")
    await ulm.do(SendMessage("Wort"))
    kept.full = True
    assert code_of(await desk.do(EraseWords("ulm"))) is Code.RETRY_LATER
    assert [message.words for message in state(house).chat.messages.values()] != [None]
    kept.full = False
    assert (await desk.do(EraseWords("ulm"))).error is None
    assert [message.words for message in state(house).chat.messages.values()] == [None]


async def test_words_that_came_back_are_erased_with_the_reasons_about_their_author(
    house: House,
) -> None:
    desk, ulm = await house.enter(MODERATOR), await house.enter("ulm")
    said = object_of(await ulm.do(SendMessage("Wort")))
    asked = await ulm.do(AskQuestion("Frage?", unnamed=True))
    question = object_of(asked)
    assert asked.done is not None
    await desk.do(ApproveQuestion(question, asked.done.revision or 0))
    await desk.do(MutePerson("ulm", reason="Grund"))
    await (await house.enter("hof")).do(SendMessage("bleibt"))
    gone = [Ref(Kind.MESSAGE, said), Ref(Kind.QUESTION, question), Ref(Kind.MESSAGE, "later")]

    assert await erasures.again(house.store, ROOM, gone, []) == 2
    now = state(house)
    words = [message.words and message.words.text for message in now.chat.messages.values()]
    assert words == [None, "bleibt"]
    assert now.questions.questions[question].state is QuestionState.ERASED
    assert now.people.sanctions["ulm"].muted
    assert now.people.sanctions["ulm"].reason == ""

    log = house.disk.room(ROOM).head.log
    assert await erasures.again(house.store, ROOM, gone, []) == 0
    assert house.disk.room(ROOM).head.log == log, "nothing was left to erase"


async def test_reasons_alone_are_erased_again_for_a_person_who_said_nothing(house: House) -> None:
    desk = await house.enter(MODERATOR)
    await desk.do(MutePerson("hof", reason="Grund"))
    await erasures.again(house.store, ROOM, [], ["hof"])
    assert state(house).people.sanctions["hof"].reason == ""


async def test_what_its_author_took_back_is_remembered_and_taken_back_again(house: House) -> None:
    """A message and a question; sanctions on their author are left alone."""
    kept = remembering(house)
    ulm = await house.enter("ulm")
    said = object_of(await ulm.do(SendMessage("Wort")))
    asked = await ulm.do(AskQuestion("Frage?"))
    assert asked.done is not None
    question, revision = object_of(asked), asked.done.revision or 0
    before = copy.deepcopy(house.disk.rooms)
    await ulm.do(DeleteMessage(said))
    await ulm.do(WithdrawQuestion(question, revision))
    (_, deleted), (_, withdrawn) = kept.kept
    assert isinstance(deleted, MessageDeleted)
    assert isinstance(withdrawn, QuestionWithdrawn)

    house.disk.rooms = before  # a backup is put back
    again = await House(house.disk).open()
    await (await again.enter(MODERATOR)).do(MutePerson("ulm", reason="Grund"))
    gone = [Ref(Kind.MESSAGE, said), Ref(Kind.QUESTION, question), Ref(Kind.MESSAGE, "later")]
    assert await erasures.take_back(again.store, ROOM, gone) == 2
    now = state(again)
    assert [message.state for message in now.chat.messages.values()] == [MessageState.DELETED]
    assert now.questions.questions[question].state is QuestionState.WITHDRAWN
    assert now.people.sanctions["ulm"].reason == "Grund"
    assert await erasures.take_back(again.store, ROOM, gone) == 0
    await again.close()
