"""Gauges and ``me``: absolute values, at their pace, to whom they concern."""

from __future__ import annotations

from rooms.core.people import MutePerson
from rooms.core.questions import (
    AskQuestion,
    DismissQuestion,
    QuestionState,
    VoteQuestion,
)
from rooms.core.room import OwnQuestion, OwnSanction, OwnVote
from rooms.wire.messages import Gauges
from tests.fakes.admission import MODERATOR
from tests.rooms.acts import frames, object_of, published
from tests.rooms.house import House


async def test_scores_come_at_most_twice_a_second_and_the_last_one_comes(house: House) -> None:
    desk, author, guest = [await house.enter(one) for one in (MODERATOR, "ulm", None)]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    await house.quiet()
    before = frames(guest.outlet, Gauges)
    for number in range(40):
        voter = await house.enter(f"stadt-{number}")
        await voter.do(VoteQuestion(question, True))
        voter.leave()
        await house.tick(50)
    shown = frames(guest.outlet, Gauges) - before
    assert 4 <= shown <= 6
    await house.quiet()
    assert guest.picture.scores[question][0] == 40


async def test_votes_taken_back_end_at_nought(house: House) -> None:
    """T-Q2: as a voter is answered and as everybody is shown."""
    desk, author, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    acks = [await hof.do(VoteQuestion(question, value)) for value in (True, True, False, False)]
    await house.quiet()
    done = [ack.done for ack in acks if ack.done is not None]
    assert [one.score for one in done] == [1, 1, 0, 0]
    assert [one.no_change for one in done] == [False, True, False, True]
    assert author.picture.scores[question][0] == 0


async def test_people_are_counted_once_each_and_shown_every_five_seconds(house: House) -> None:
    ulm = await house.enter("ulm")
    for _ in range(3):
        await house.enter("hof")
    await house.tick(1_000)
    assert ulm.picture.people == 2
    for number in range(60):
        await house.enter(f"stadt-{number}")
    await house.tick(4_900)
    assert ulm.picture.people == 2
    await house.tick(200)
    assert ulm.picture.people == 60


async def test_who_resumes_gets_the_present_gauges(house: House) -> None:
    desk, author, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    await house.quiet()
    at = author.picture.at
    author.leave()
    await hof.do(VoteQuestion(question, True))
    await house.quiet()
    back = await house.enter("ulm", after=at)
    assert back.picture.scores[question][0] == 1


# Me


async def test_me_tells_all_of_a_persons_tabs_and_nobody_else(house: House) -> None:
    desk, phone, office, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "ulm", "hof")]
    question = object_of(await phone.do(AskQuestion("Wer zahlt den Betrieb?")))
    await desk.do(DismissQuestion(question, 1, "doppelt gestellt"))
    await house.quiet()
    for tab in (phone, office):
        (told,) = tab.mine[-1].put
        assert isinstance(told, OwnQuestion)
        assert (told.state, told.reason) == (QuestionState.DISMISSED, "doppelt gestellt")
    assert [frame.put for frame in hof.mine] == [()]


async def test_me_holds_own_votes_and_sanctions_on_entering(house: House) -> None:
    desk, author, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    question = await published(house, desk, author, "Wer zahlt den Betrieb?")
    await hof.do(VoteQuestion(question, True))
    await desk.do(MutePerson("hof", minutes=5, reason="Ruhe bitte"))
    tab = await house.enter("hof")
    assert tab.mine[0].all
    assert [(type(one), getattr(one, "value", None)) for one in tab.mine[0].put] == [
        (OwnVote, True),
        (OwnSanction, None),
    ]


async def test_a_guest_gets_no_me(house: House) -> None:
    assert (await house.enter(None)).mine == []
