"""The outlet over plain ASGI, for servers that offer no writer."""

from __future__ import annotations

from starlette.types import Message

from server.ws.outlet import SendOutlet


class Line:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[object] = []

    async def send(self, message: Message) -> None:
        self.sent.append(message.get("text", message.get("code")))


async def test_what_is_handed_over_when_it_has_drained_is_sent_without_another_word() -> None:
    line = Line()
    outlet = SendOutlet(line.send)
    owed = [b"\x81\x05third", b"\x81\x06second"]
    outlet.drained = lambda: outlet.write(owed.pop()) if owed else None
    outlet.write(b"\x81\x05first")
    await outlet.finish()
    assert line.sent == ["first", "second", "third"]
    assert outlet.buffered() == 0


async def test_what_closes_it_when_it_has_drained_closes_it() -> None:
    line = Line()
    outlet = SendOutlet(line.send)
    outlet.drained = lambda: outlet.close(4000)
    outlet.write(b"\x81\x04last")
    await outlet.finish()
    assert line.sent == ["last", 4000]
