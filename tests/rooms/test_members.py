"""Slow readers and changing rights: what a connection is owed, and when it ends."""

from __future__ import annotations

import msgspec

from access.decisions import Denied
from access.refusals import SIGN_IN_AGAIN
from access.rules import NextStep, Rule
from rooms.core.chat import SendMessage
from rooms.core.names import Stream
from rooms.core.people import EraseWords, MutePerson, ReadmitPerson, RemovePerson
from rooms.core.questions import (
    AskQuestion,
)
from rooms.core.room import OwnSanction
from rooms.member import BUFFERED
from rooms.wire.messages import Close, Out
from tests.fakes.admission import ATTEND, MODERATE, MODERATOR, SPEAKER
from tests.rooms.acts import fill, say
from tests.rooms.house import House, fresh

REMOVED = Out("banned", "removed_from_room", "ask_organiser")
"""As it is said where there is no reason to be told."""


# Slow readers (c1)


async def test_a_slow_reader_is_sent_nothing_more_and_catches_up_when_it_reads(
    house: House,
) -> None:
    speaker, slow = await house.enter(SPEAKER), await house.enter("hof")
    slow.outlet.reading = False
    for _ in range(40):
        await say(speaker, *("x" * 990 for _ in range(5)))
        await house.tick()
    assert BUFFERED < slow.outlet.buffered() < BUFFERED + 8_000
    slow.outlet.read_again()
    assert slow.member is not None
    house.hub.drained(slow.member)
    await house.quiet()
    assert slow.outlet.code is None
    assert slow.picture.objects.keys() >= fresh(house, Stream.PUB).keys()
    assert slow.picture.at == msgspec.structs.replace(slow.joined.at, n=200)


async def test_a_reader_that_drains_after_long_gets_a_snapshot_instead_of_a_longer_range(
    house: House,
) -> None:
    speaker, slow = await house.enter(SPEAKER), await house.enter("hof")
    slow.outlet.reading = False
    for _ in range(70):
        await say(speaker, *("x" * 990 for _ in range(10)))
        await house.tick()
    slow.outlet.read_again()
    assert slow.member is not None
    house.hub.drained(slow.member)
    assert slow.picture.resets == 1
    assert slow.picture.at == msgspec.structs.replace(slow.joined.at, n=700)
    assert slow.picture.objects == fresh(house, Stream.PUB)


async def test_a_reader_that_stops_reading_is_closed_and_others_go_on(house: House) -> None:
    """T-X7."""
    speaker, stuck, hof = [await house.enter(one) for one in (SPEAKER, "stuck", "hof")]
    stuck.outlet.reading = False
    await fill(speaker)
    await say(speaker, "weiter")
    codes = []
    for wait in (9_000, 3_000):
        await house.tick(wait)
        codes.append(stuck.outlet.code)
    assert codes == [None, Close.RESUME_LATER]
    assert hof.picture.texts[-1] == "weiter"
    assert hof.outlet.code is None


async def test_me_is_made_up_for_when_a_slow_reader_drains(house: House) -> None:
    desk, slow, speaker = [await house.enter(one) for one in (MODERATOR, "hof", SPEAKER)]
    slow.outlet.reading = False
    await fill(speaker)
    await desk.do(MutePerson("hof", minutes=5, reason="Ruhe bitte"))
    await house.tick()
    slow.outlet.read_again()
    assert slow.member is not None
    house.hub.drained(slow.member)
    assert slow.mine[-1].all
    assert [type(one) for one in slow.mine[-1].put] == [OwnSanction]


# Rights


async def test_a_removed_person_is_out_at_once_and_nobody_else(house: House) -> None:
    desk, ulm, hof = [await house.enter(one) for one in (MODERATOR, "ulm", "hof")]
    await desk.do(RemovePerson("ulm", "stört"))
    told = Out("banned", "removed_from_room", "ask_organiser", "stört")
    assert ulm.outlet.frames[-1] == told
    assert (ulm.outlet.code, hof.outlet.code) == (Close.NOT_ADMITTED, None)
    assert (await house.enter("ulm")).refused == told
    await house.tick()
    assert [one for one in hof.outlet.frames if "stört" in str(one)] == []


async def test_why_somebody_was_removed_is_not_told_any_more_once_it_was_erased(
    house: House,
) -> None:
    desk = await house.enter(MODERATOR)
    await desk.do(RemovePerson("ulm", "stört"))
    assert (await desk.do(EraseWords("ulm"))).error is None
    assert (await house.enter("ulm")).refused == REMOVED


async def test_who_is_removed_again_is_told_the_reason_of_that_time(house: House) -> None:
    desk = await house.enter(MODERATOR)
    await desk.do(RemovePerson("ulm", "stört"))
    await desk.do(ReadmitPerson("ulm"))
    await desk.do(RemovePerson("ulm"))
    assert (await house.enter("ulm")).refused == REMOVED


async def test_who_may_not_enter_is_told_which_rule_and_what_to_do(house: House) -> None:
    house.admission.shut["hof"] = Denied(Rule.NOT_FUNDED, NextStep.ASK_ORGANISER)
    hof = await house.enter("hof")
    assert hof.refused == Out("forbidden", "not_funded", "ask_organiser")
    assert hof.outlet.frames == []


async def test_somebody_no_longer_admitted_is_out_when_facts_change(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    house.admission.shut["hof"] = SIGN_IN_AGAIN
    await house.hub.reconsider({"hof"})
    assert (ulm.outlet.code, hof.outlet.code) == (None, Close.SIGNED_OUT)
    await say(ulm, "unter uns")
    await house.quiet()
    assert "unter uns" not in "".join(hof.outlet.raw)


async def test_a_new_right_brings_a_fresh_snapshot_of_the_new_stream(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    await hof.do(AskQuestion("noch nicht freigegeben"))
    house.admission.permissions["ulm"] = MODERATE
    await house.hub.reconsider()
    assert (ulm.joined.at.stream, ulm.joined.reset) == (Stream.DESK, True)
    assert ulm.picture.objects == fresh(house, Stream.DESK)
    house.admission.permissions["ulm"] = ATTEND
    await house.hub.reconsider()
    assert ulm.picture.objects == fresh(house, Stream.PUB)
    await hof.do(SendMessage("weiter"))
    await house.quiet()
    assert ulm.picture.texts == ["weiter"]


async def test_leases_are_renewed_without_the_reader_noticing(house: House) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    await house.tick(30_000)
    await say(ulm, "noch da?")
    await house.tick()
    assert hof.picture.texts == ["noch da?"]
    assert hof.picture.resets == 0


async def test_delivery_holds_while_the_policy_cannot_be_asked_and_then_goes_on(
    house: House,
) -> None:
    ulm, hof = await house.enter("ulm"), await house.enter("hof")
    house.admission.broken = True
    await house.tick(4_900)
    await say(ulm, "noch innerhalb der Frist")
    await house.tick(200)
    answer = await hof.do(SendMessage("danach"))
    assert answer.error is not None
    await house.tick(3_000)
    assert hof.picture.texts == ["noch innerhalb der Frist"]
    house.admission.broken = False
    await house.quiet()
    await say(ulm, "wieder da")
    await house.quiet()
    assert hof.picture.texts == ["noch innerhalb der Frist", "wieder da"]


async def test_a_lease_that_cannot_be_renewed_for_a_minute_ends_the_connection(
    house: House,
) -> None:
    hof = await house.enter("hof")
    house.admission.broken = True
    await house.tick(70_000)
    assert hof.outlet.code == Close.RESUME_LATER
