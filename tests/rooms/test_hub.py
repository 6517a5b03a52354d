"""Joining, ticks, gauges, ``me``: what is brought to whom, when."""

from __future__ import annotations

from rooms.core.chat import SendMessage
from rooms.core.names import Stream
from tests.rooms.house import House, fresh


async def test_a_message_reaches_everybody_and_its_number_is_in_the_ack(house: House) -> None:
    sender = await house.enter("ulm")
    other = await house.enter("hof")
    ack = await sender.do(SendMessage("Guten Tag"))
    await house.tick()
    assert ack.at == 1
    assert ack.done is not None
    assert ack.error is None
    assert [view.text for view in other.picture.objects.values() if hasattr(view, "order")] == [
        "Guten Tag"
    ]
    assert other.picture.objects == fresh(house, Stream.PUB)
