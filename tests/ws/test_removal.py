"""Removed is removed: nothing that came after it reaches the person, however busy the room is.

What is asserted is order and numbers, so that it holds on a busy machine too.
"""

from __future__ import annotations

import asyncio
import contextlib

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from rooms.core.chat import SendMessage
from rooms.core.names import Code
from rooms.core.people import RemovePerson
from rooms.wire.messages import Ack, Close, Do, Events, Out
from server.ws.protocol import SocketProtocol
from tests.fakes.admission import MODERATOR, SPEAKER
from tests.ws.client import Client, visiting
from tests.ws.server import Site, serving

BEFORE, AFTER = 100, 100
"""Messages; together fewer frames than a connection may send at once."""
TOLD = Out("banned", "removed_from_room", "ask_organiser", "stört")


@pytest.mark.parametrize("ws", [SocketProtocol, "websockets-sansio"], ids=["prepared", "plain"])
async def test_nothing_numbered_after_the_removal_reaches_the_removed_person(
    ws: type[SocketProtocol] | str,
) -> None:
    async with (
        serving(Site(), ws=ws) as site,
        visiting(site, MODERATOR) as desk,
        visiting(site, "ulm") as phone,
        visiting(site, "ulm") as office,
        visiting(site, SPEAKER) as speaker,
    ):
        reading = [asyncio.create_task(device.closed()) for device in (phone, office)]
        talk = asyncio.create_task(talking(speaker, BEFORE + AFTER))
        await shown(desk, BEFORE)
        removal = await desk.do(RemovePerson("ulm", "stört"))
        await talk
        after = await speaker.do(SendMessage("Nach der Entfernung"))
        assert removal.error is after.error is None
        assert await asyncio.gather(*reading) == [Close.NOT_ADMITTED] * 2
        await shown_up_to(desk, removal.at)
        allowed = texts_before(desk, removal.at)
    for device in (phone, office):
        assert device.seen[-1] == TOLD
        assert device.seen.count(TOLD) == 1
        heard = device.picture.texts
        assert len(heard) >= BEFORE
        assert heard == allowed[: len(heard)]


async def test_what_the_removed_person_sends_after_the_removal_is_not_carried_out(
    site: Site,
) -> None:
    async with visiting(site, MODERATOR) as desk, visiting(site, "ulm") as ulm:
        removal = await desk.do(RemovePerson("ulm", "stört"))
        with contextlib.suppress(ConnectionClosed):
            await ulm.send(Do(site.new_id(), SendMessage("Noch schnell")))
        assert await ulm.closed() == Close.NOT_ADMITTED
        acks = [frame for frame in ulm.seen if isinstance(frame, Ack)]
        assert all(ack.error and ack.error.code is Code.BANNED for ack in acks)
        after = await desk.do(SendMessage("Weiter im Programm"))
        assert (removal.at, after.at) == (1, 2)


async def talking(client: Client, number: int) -> None:
    """Many messages without waiting for their answers, then all answers."""
    for count in range(number):
        await client.send(Do(client.site.new_id(), SendMessage(f"Beitrag {count}")))
    for _ in range(number):
        assert (await client.next(Ack)).error is None


async def shown(client: Client, number: int) -> None:
    while len(client.picture.texts) < number:
        await client.next(Events)


async def shown_up_to(client: Client, number: int | None) -> None:
    assert number is not None
    while client.picture.at is None or client.picture.at.n < number:
        await client.next(Events)


def texts_before(desk: Client, number: int | None) -> list[str]:
    """What was said before this number of the desk's stream, which leaves nothing out."""
    assert number is not None
    deltas = [
        delta
        for frame in desk.seen
        if isinstance(frame, Events)
        for delta in frame.events
        if delta.n < number
    ]
    views = [msgspec.to_builtins(view) for delta in deltas for view in delta.put]
    return [view["text"] for view in views if view["k"] == "message"]
