"""A conversation over a real socket: hello, join, commands, events, the end."""

from __future__ import annotations

import asyncio

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Refusal, Stream
from rooms.core.people import RemovePerson
from rooms.core.questions import AskQuestion
from rooms.wire.messages import Close, Events, Fault, Hello, Join, Joined, Out, Ping, Pong, Position
from tests.fakes.admission import MODERATOR
from tests.rooms.house import Picture
from tests.ws.client import Come, connected, visiting
from tests.ws.server import REFUSED_ORIGIN, Site, serving


async def test_a_message_reaches_the_other_and_the_sender_is_acknowledged(
    site: Site, enter: Come
) -> None:
    async with enter(site, "ulm") as ulm, enter(site, "hof") as hof:
        ack = await ulm.do(SendMessage("Guten Tag"))
        await hof.next(Events)
        assert (ack.at, ack.error) == (1, None)
        assert hof.picture.texts == ["Guten Tag"]


async def test_the_same_conversation_works_without_the_prepared_writer() -> None:
    async with (
        serving(Site(), ws="websockets-sansio") as site,
        visiting(site, "ulm") as ulm,
        visiting(site, "hof") as hof,
    ):
        await ulm.do(SendMessage("Guten Tag"))
        await hof.next(Events)
        assert hof.picture.texts == ["Guten Tag"]


async def test_the_same_command_on_two_connections_is_carried_out_once(
    site: Site, enter: Come
) -> None:
    """T-X1: both sent before either is answered; one message, the same answer."""
    async with (
        enter(site, "ulm") as phone,
        enter(site, "ulm") as office,
        enter(site, "hof") as hof,
    ):
        sent, name = SendMessage("einmal"), site.new_id()
        acks = await asyncio.gather(phone.do(sent, name), office.do(sent, name))
        assert [(ack.done, ack.at) for ack in acks] == [(acks[0].done, 1)] * 2
        assert sorted(ack.replayed for ack in acks) == [False, True]
        await hof.do(SendMessage("danach"))
        assert (await fresh(site)).texts == ["einmal", "danach"]


async def fresh(site: Site) -> Picture:
    async with visiting(site) as guest:
        return guest.picture


async def test_five_hundred_families_are_a_question_and_one_more_is_told_the_limit(
    site: Site,
) -> None:
    """T-Q9: a limit is counted in what a reader counts, and nothing is cut."""
    family = "👩‍👩‍👧‍👦"
    async with visiting(site, "ulm") as ulm, visiting(site, MODERATOR) as desk:
        for text in (family * 501, "x" * 501):
            refused = await ulm.do(AskQuestion(text))
            assert refused.error == Refusal(Code.TOO_LONG, limit=500)
        accepted = await ulm.do(AskQuestion(family * 500))
        assert accepted.error is None
        await desk.next(Events)
        assert [question.text for question in desk.picture.questions] == [family * 500]


async def test_welcome_says_who_one_is_and_what_is_too_long(site: Site) -> None:
    async with connected(site, "ulm") as client:
        welcome = await client.hello()
        assert (welcome.account, welcome.build, welcome.epoch) == ("ulm", "test", "epoch-1")
        assert welcome.limits.message == 1_000


async def test_a_frame_before_hello_is_a_fault_and_the_connection_stays(site: Site) -> None:
    async with connected(site) as client:
        await client.send(Join("plenum"))
        fault = await client.next(Fault)
        assert fault.error.code is Code.ILLEGAL_TRANSITION
        await client.send(Ping())
        assert (await client.next(Pong)).server_time == site.clock.now()


async def test_a_client_that_is_too_old_is_closed_for_good(site: Site) -> None:
    async with connected(site) as client:
        await client.send(Hello(0))
        assert await client.closed() == Close.PROTOCOL


async def test_a_forged_token_is_told_and_closed(site: Site) -> None:
    async with connected(site) as client:
        await client.send(Hello(1, token="forged"))
        out = await client.next(Out)
        assert out == Out("unauthorized", "credential_expired", "sign_in_again")
        assert await client.closed() == Close.SIGNED_OUT


async def test_a_foreign_origin_gets_no_socket(site: Site) -> None:
    try:
        async with connected(site, "ulm", origin=REFUSED_ORIGIN.decode()):
            raise AssertionError("a foreign page was let in")
    except Exception as error:
        assert "403" in str(error)


async def test_a_guest_reads_but_does_not_speak(site: Site, enter: Come) -> None:
    async with enter(site) as guest, enter(site, "ulm") as ulm:
        ack = await guest.do(SendMessage("Hallo"))
        assert ack.error is not None
        assert ack.error.code is Code.UNAUTHORIZED
        await ulm.do(SendMessage("Guten Tag"))
        await guest.next(Events)
        assert guest.picture.texts == ["Guten Tag"]


async def test_a_removed_person_is_out_on_both_devices_and_cannot_come_back(
    site: Site, come: Come, enter: Come
) -> None:
    async with (
        enter(site, MODERATOR) as desk,
        enter(site, "ulm") as phone,
        enter(site, "ulm") as office,
    ):
        await desk.do(RemovePerson("ulm", "stört"))
        told = Out("banned", "removed_from_room", "ask_organiser", "stört")
        for device in (phone, office):
            assert await device.next(Out) == told
            assert await device.closed() == Close.NOT_ADMITTED
        async with come(site, "ulm") as again:
            await again.hello()
            assert await again.join() == told


async def test_who_comes_back_gets_each_missed_number_once_and_in_order(
    site: Site, come: Come, enter: Come
) -> None:
    async with enter(site, "ulm") as ulm, enter(site, "hof") as hof:
        await ulm.do(SendMessage("eins"))
        await hof.next(Events)
        hof.lose()
        for text in ("zwei", "drei"):
            await ulm.do(SendMessage(text))
        async with come(site, "hof") as back:
            back.picture = hof.picture
            await back.hello()
            joined = await back.join(hof.picture.at)
            assert isinstance(joined, Joined)
            assert joined.snapshot is None
            while len(back.picture.texts) < 3:
                await back.next(Events)
            assert (back.picture.texts, back.picture.numbers) == (
                ["eins", "zwei", "drei"],
                [1, 2, 3],
            )


async def test_a_position_of_another_life_of_the_database_is_answered_by_a_reset(
    site: Site, come: Come, enter: Come
) -> None:
    async with enter(site, "ulm") as ulm, come(site, "hof") as hof:
        await ulm.do(SendMessage("eins"))
        await hof.hello()
        joined = await hof.join(Position("epoch-0", Stream.PUB, 1))
        assert isinstance(joined, Joined)
        assert (joined.reset, joined.at.n, hof.picture.texts) == (True, 1, ["eins"])
