"""A conversation over a real socket: hello, join, commands, events, the end."""

from __future__ import annotations

import asyncio

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Refusal
from rooms.core.people import RemovePerson
from rooms.core.questions import AskQuestion
from rooms.wire.messages import Ack, Close, Do, Events, Fault, Hello, Join, Out, Ping, Pong
from tests.fakes.admission import MODERATOR
from tests.rooms.house import Picture
from tests.ws.client import connected, visiting
from tests.ws.server import REFUSED_ORIGIN, Site, serving


async def test_a_message_reaches_the_other_socket_and_the_sender_is_acknowledged(
    site: Site,
) -> None:
    async with visiting(site, "ulm") as ulm, visiting(site, "hof") as hof:
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


async def test_the_same_command_on_two_sockets_is_carried_out_once(site: Site) -> None:
    """T-X1: both sent before either is answered; one message, the same answer."""
    async with (
        visiting(site, "ulm") as phone,
        visiting(site, "ulm") as office,
        visiting(site, "hof") as hof,
    ):
        sent = Do(site.new_id(), SendMessage("einmal"))
        await asyncio.gather(phone.send(sent), office.send(sent))
        acks = [await phone.next(Ack), await office.next(Ack)]
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


async def test_a_guest_reads_but_does_not_speak(site: Site) -> None:
    async with visiting(site) as guest, visiting(site, "ulm") as ulm:
        ack = await guest.do(SendMessage("Hallo"))
        assert ack.error is not None
        assert ack.error.code is Code.UNAUTHORIZED
        await ulm.do(SendMessage("Guten Tag"))
        await guest.next(Events)
        assert guest.picture.texts == ["Guten Tag"]


async def test_a_removed_person_is_out_on_both_devices_and_cannot_come_back(site: Site) -> None:
    async with (
        visiting(site, MODERATOR) as desk,
        visiting(site, "ulm") as phone,
        visiting(site, "ulm") as office,
    ):
        await desk.do(RemovePerson("ulm", "stört"))
        told = Out("banned", "removed_from_room", "ask_organiser", "stört")
        for device in (phone, office):
            assert await device.next(Out) == told
            assert await device.closed() == Close.NOT_ADMITTED
        async with connected(site, "ulm") as again:
            await again.hello()
            assert await again.join() == told
