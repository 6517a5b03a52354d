"""Requests behind an answer under way: nothing of them is kept, and nobody becomes a ghost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rooms.core.chat import SendMessage
from rooms.wire.messages import Close, Do
from server.http.sse import events
from server.http.sse.endpoint import PATH
from server.ws.crowd import Bounds, Crowd
from server.ws.http import LINE, REST, Line
from tests.rooms.house import ROOM
from tests.ws.raw import RawClient, raw
from tests.ws.server import Site, serving
from tests.ws.streamed import watching

HEADERS = b"host: x\r\ncookie: session=ulm\r\n"
STREAM = b"GET %s?protocol=1 HTTP/1.1\r\n%s\r\n" % (PATH.format(room=ROOM).encode(), HEADERS)
NEXT = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class Departing(Crowd):
    """Tells when a stream has ended, to the last line of its task."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        super().__init__(bounds)
        self.departures: asyncio.Queue[str] = asyncio.Queue()

    def depart(self, address: str) -> None:
        super().depart(address)
        self.departures.put_nowait(address)

    async def departed(self) -> None:
        async with asyncio.timeout(10):
            await self.departures.get()


@pytest.fixture
def crowd() -> Departing:
    return Departing()


@pytest.fixture
async def place(crowd: Departing) -> AsyncIterator[Site]:
    async with serving(Site(crowd=crowd)) as place:
        yield place


@pytest.fixture(autouse=True)
def _no_fault(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


async def inside(client: RawClient) -> None:
    """Read until the stream is in the room."""
    async with asyncio.timeout(10):
        await client.reader.readuntil(b'{"t":"joined"')


async def rest(client: RawClient) -> bytes:
    """Everything until the server hangs up."""
    said = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            while part := await client.reader.read(65_536):
                said += part
    return said


def present(site: Site) -> int:
    return len(list(site.hub._feeds["plenum"].members))


@pytest.mark.parametrize("behind", [NEXT, NEXT * 2_000, b"GET / HT", b"\x00garbage"])
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
async def test_a_stream_with_requests_behind_it_ends_with_its_connection(
    place: Site, crowd: Departing, behind: bytes, at_once: bool
) -> None:
    async with raw(place, upgraded=False) as client:
        await client.send(STREAM + (behind if at_once else b""))
        await inside(client)
        assert present(place) == 1
        if not at_once:
            await client.send(behind)
    await crowd.departed()
    assert present(place) == 0
    assert crowd._addresses == {}
    assert crowd._accounts == {}


async def test_a_stream_goes_on_before_a_request_that_nobody_reads(place: Site) -> None:
    async with raw(place, upgraded=False) as client, watching(place, "hof") as hof:
        await client.send(STREAM + NEXT)
        await inside(client)
        await hof.do(SendMessage("weiter"))
        async with asyncio.timeout(10):
            assert b"weiter" in await client.reader.readuntil(b"weiter")


async def test_a_flood_behind_a_stream_is_cut(place: Site, crowd: Departing) -> None:
    async with raw(place, upgraded=False) as client:
        await client.send(STREAM)
        await inside(client)
        await client.send(NEXT + b"x" * REST)
        await client.send(b"x" * REST)
        await crowd.departed()
        assert b"HTTP/1.1" not in await rest(client)
    assert present(place) == 0


async def test_a_stream_that_made_room_is_gone_whatever_came_behind_it() -> None:
    crowd = Departing(Bounds(account_connections=1))
    async with serving(Site(crowd=crowd)) as place, raw(place, upgraded=False) as older:
        await older.send(STREAM)
        await inside(older)
        await older.send(NEXT)
        async with watching(place, "ulm"):
            await crowd.departed()
            assert b"data: %d" % Close.TOO_MANY in await rest(older)
            assert present(place) == 1


async def test_a_stream_whose_client_will_say_nothing_more_ends(
    place: Site, crowd: Departing
) -> None:
    async with raw(place, upgraded=False) as client:
        await client.send(STREAM)
        await inside(client)
        client.writer.write_eof()
        await crowd.departed()
    assert present(place) == 0


async def test_an_orderly_stop_does_not_wait_for_what_came_behind() -> None:
    async with contextlib.AsyncExitStack() as clients:
        async with asyncio.timeout(10), serving(Site()) as place:
            stayed = [await clients.enter_async_context(raw(place, upgraded=False))]
            async with raw(place, upgraded=False) as gone:
                for client in (*stayed, gone):
                    await client.send(STREAM)
                    await inside(client)
                    await client.send(NEXT * 50)
        assert events.end(Close.GOING_AWAY) in await rest(stayed[0])


async def test_of_requests_sent_at_once_only_the_first_is_answered(site: Site) -> None:
    """As HTTP allows: who sends ahead repeats what was not answered."""
    async with raw(site, upgraded=False) as client:
        await client.send(NEXT * 2_000)
        said = await rest(client)
    assert said.count(b"HTTP/1.1 204") == said.count(b"HTTP/1.1") == 1
    assert said.count(b"connection: close") == 1


async def test_a_post_is_carried_out_and_answered_whatever_came_behind_it(site: Site) -> None:
    body = msgspec.json.encode(Do(site.new_id(), SendMessage("Guten Tag")))
    path = PATH.format(room=ROOM).encode()
    head = b"POST %s HTTP/1.1\r\n%scontent-length: %d\r\n\r\n" % (path, HEADERS, len(body))
    async with raw(site, upgraded=False) as client:
        await client.send(head + body + NEXT * 50)
        said = await rest(client)
    assert (said.count(b"HTTP/1.1 200"), said.count(b"HTTP/1.1")) == (1, 1)
    assert b'"t":"ack"' in said
    assert site.disk.room("plenum").head.pub == 1


async def test_an_empty_line_behind_a_request_is_no_request(site: Site) -> None:
    async with raw(site, upgraded=False) as client:
        for _ in range(2):
            await client.send(NEXT + b"\r\n")
            async with asyncio.timeout(10):
                said = await client.reader.readuntil(b"\r\n\r\n")
            assert said.startswith(b"HTTP/1.1 204")
            assert b"connection: close" not in said


class Late(Site):
    """Says that an answer is whole only some time after its last byte."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.over = asyncio.Event()

    @property
    def app(self) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self.asked += 1
            headers = [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"ok", "more_body": True})
            await self.over.wait()
            await send({"type": "http.response.body"})

        return app


async def test_who_has_the_whole_answer_may_ask_again_and_only_once() -> None:
    """A file is read in parts: the last byte goes out before it is known to be the last."""
    late = Late()
    async with (
        serving(late) as site,
        raw(site, upgraded=False) as client,
        raw(site, upgraded=False) as other,
    ):
        for each, sent in ((client, NEXT), (client, NEXT * 50), (other, NEXT)):
            await each.send(sent)
            if sent == NEXT:
                async with asyncio.timeout(10):
                    await each.reader.readuntil(b"\r\n\r\nok")
        late.over.set()
        said = await rest(client)
    assert (said.count(b"HTTP/1.1 200"), late.asked) == (1, 3)


class Deaf:
    """A connection of which nobody says that it is lost."""

    def __init__(self) -> None:
        self.aborted = 0

    def get_write_buffer_size(self) -> int:
        return 1

    def abort(self) -> None:
        self.aborted += 1


class Asked:
    """A stream over plain ASGI, of whose end the server says nothing."""

    def __init__(self, site: Site, line: Line) -> None:
        self.site = site
        self.line = line
        self.inside = asyncio.Event()
        self.stuck = False

    async def run(self) -> None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": PATH.format(room=ROOM),
            "query_string": b"protocol=1",
            "headers": [(b"cookie", b"session=ulm")],
            "extensions": {LINE: self.line},
        }
        await self.site.app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if b'"t":"joined"' in message.get("body", b""):
            self.inside.set()
        if self.stuck:
            await asyncio.Event().wait()


@pytest.mark.parametrize("stuck", [False, True], ids=["lost", "does not read"])
async def test_a_stream_ends_also_when_only_its_line_knows(crowd: Departing, stuck: bool) -> None:
    site, deaf = Site(crowd=crowd), Deaf()
    stream = Asked(site, Line(deaf))  # type: ignore[arg-type]
    await site.hub.start()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(stream.run())
        await stream.inside.wait()
        stream.stuck = stuck
        if stuck:
            (member,) = site.hub._feeds["plenum"].members
            member.outlet.close(Close.TOO_MANY)
        else:
            assert stream.line.lost is not None
            stream.line.lost()
    assert deaf.aborted == stuck
    assert present(site) == 0
    await site.sequencer.close()
    await site.hub.close()
