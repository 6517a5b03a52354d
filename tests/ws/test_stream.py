"""What the second transport has of its own: ids, statuses, posts, signs of life, the goodbye."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import msgspec
import pytest

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Refusal, Stream
from rooms.core.people import RemovePerson
from rooms.ports import Credential
from rooms.wire.decoding import FRAME_BYTES
from rooms.wire.messages import (
    Ack,
    Bye,
    Close,
    Do,
    Events,
    Hello,
    Join,
    Joined,
    Out,
    Ping,
    Position,
    Welcome,
)
from server.http.sse import events
from server.http.sse.endpoint import ACCOUNT, PATH
from server.ws import drain
from server.ws.budget import Allowance
from server.ws.conversation import Headers
from server.ws.crowd import Bounds, Crowd
from server.ws.frames import text_frame
from tests.fakes.admission import MODERATOR
from tests.rooms.house import ROOM
from tests.ws.client import visiting
from tests.ws.raw import raw
from tests.ws.server import REFUSED_ORIGIN, Site, authenticated, serving
from tests.ws.streamed import streaming, watching

FOREIGN = {"origin": REFUSED_ORIGIN.decode()}


@pytest.mark.parametrize("at", [Position("e1", Stream.PUB, 0), Position("a.b", Stream.DESK, 2**53)])
def test_an_id_is_a_position(at: Position) -> None:
    assert events.position(events.name(at)) == at


@pytest.mark.parametrize(
    "last", ["", "pub", "pub.1", "pub.-1.e", "pub.²." + "e", "all.1.e", f"pub.{2**53 + 1}.e", "7"]
)
def test_an_id_that_is_none_of_ours_cannot_be_continued(last: str) -> None:
    assert events.position(last).epoch == ""


def test_only_what_moves_the_position_has_an_id() -> None:
    numbered = events.Numbered()
    joined = text_frame(b'{"t":"joined","room":"r","at":{"epoch":"e","stream":"pub","n":4}}')
    told = text_frame(b'{"t":"events","events":[{"n":5,"at":1},{"n":6,"at":1}]}')
    assert numbered.event(joined).startswith(b"id: pub.4.e\ndata: {")
    assert numbered.event(told).startswith(b"id: pub.6.e\ndata: {")
    assert numbered.event(text_frame(b'{"t":"ack","id":"x","at":9}')).startswith(b"data: {")


async def test_the_whole_conversation_is_on_the_stream_and_no_proxy_may_hold_it_back(
    site: Site,
) -> None:
    async with streaming(site, "ulm") as ulm:
        await ulm.join()
        assert ulm.status == 200
        assert ulm.answered["content-type"] == "text/event-stream"
        assert "no-store" in ulm.answered["cache-control"]
        assert ulm.answered["x-accel-buffering"] == "no"
        welcome, joined = ulm.seen
        assert isinstance(welcome, Welcome)
        assert isinstance(joined, Joined)
        assert (welcome.account, welcome.build, welcome.epoch) == ("ulm", "test", "epoch-1")
        assert ulm.last_id == events.name(joined.at)


async def test_a_browser_that_comes_back_by_itself_goes_on_after_the_last_id(site: Site) -> None:
    async with watching(site, "ulm") as ulm, streaming(site, "hof") as hof:
        await hof.join()
        for text in ("eins", "zwei", "drei"):
            await ulm.do(SendMessage(text))
            if text == "eins":
                await hof.next(Events)
                hof.lose()
        await hof.open(hof.last_id)
        while len(hof.picture.texts) < 3:
            await hof.next(Events)
        assert (hof.picture.texts, hof.picture.numbers) == (["eins", "zwei", "drei"], [1, 2, 3])
        await hof.open("7")
        assert (await hof.next(Joined)).reset


async def test_a_foreign_page_gets_neither_stream_nor_command(site: Site) -> None:
    async with streaming(site, "ulm", **FOREIGN) as ulm:
        assert await ulm.join() == Out("forbidden", "foreign_page", "open_in_browser")
        assert ulm.status == 403
        answer = await ulm.post(msgspec.json.encode(Do(site.new_id(), SendMessage("Hallo"))))
        assert (answer.status_code, answer.json()["rule"]) == (403, "foreign_page")
        assert site.disk.room("plenum").head.pub == 0


async def test_who_is_refused_is_told_why_with_a_status_that_ends_the_coming_back(
    site: Site,
) -> None:
    async with watching(site, MODERATOR) as desk, streaming(site, "ulm") as ulm:
        await desk.do(RemovePerson("ulm", "stört"))
        assert await ulm.join() == Out("banned", "removed_from_room", "ask_organiser", "stört")
        assert ulm.status == 403
        assert await ulm.closed() == Close.NOT_ADMITTED
        ack = await ulm.do(SendMessage("Noch schnell"))
        assert ack.error == Refusal(Code.BANNED)
    async with streaming(site, authorization="Bearer forged") as stranger:
        out = await stranger.join()
        assert out == Out("unauthorized", "credential_expired", "sign_in_again")
        assert stranger.status == 401
        assert await stranger.closed() == Close.SIGNED_OUT


async def test_a_client_that_is_too_old_is_closed_for_good(site: Site) -> None:
    async with streaming(site, "ulm") as ulm:
        ulm.protocol = 0
        await ulm.open()
        assert (ulm.status, await ulm.closed()) == (400, Close.PROTOCOL)


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b'{"t":"do"', 400, "malformed"),
        (b"\xff", 400, "malformed"),
        (b"x" * (FRAME_BYTES + 1), 413, None),
        (msgspec.json.encode(Hello(1)), 400, "illegal_transition"),
        (msgspec.json.encode(Join("plenum")), 400, "illegal_transition"),
        (msgspec.json.encode(Ping()), 200, None),
    ],
    ids=["cut", "not UTF-8", "too large", "hello", "join", "ping"],
)
async def test_a_post_is_one_frame_that_fits(
    site: Site, sent: bytes, status: int, code: str | None
) -> None:
    async with streaming(site, "ulm") as ulm:
        answer = await ulm.post(sent)
        assert answer.status_code == status
        assert code is None or answer.json()["code"] == code


async def test_a_broken_command_is_acknowledged_as_on_the_socket(site: Site) -> None:
    async with streaming(site, "ulm") as ulm:
        name = site.new_id()
        answer = await ulm.post(b'{"t":"do","id":"%s","command":{"type":"no"}}' % name.encode())
        ack = msgspec.json.decode(answer.content, type=Ack)
        assert (ack.id, ack.error) == (name, Refusal(Code.UNKNOWN_COMMAND))


async def test_a_command_written_as_somebody_else_is_not_carried_out(site: Site) -> None:
    """In another tab of the browser somebody else signed in since."""
    body = msgspec.json.encode(Do(site.new_id(), SendMessage("Guten Tag")))
    async with streaming(site, "ulm") as ulm:
        assert (await ulm.post(body, **{ACCOUNT: "hof"})).status_code == 409
        assert (await ulm.post(body, **{ACCOUNT: "ulm"})).status_code == 200
    async with streaming(site) as guest:
        assert (await guest.post(body, **{ACCOUNT: "ulm"})).status_code == 409
    assert site.disk.room("plenum").head.pub == 1


async def test_posts_share_the_budget_of_their_account() -> None:
    bounds = Bounds(account=Allowance(frames=40, frames_per_second=0))
    ping = msgspec.json.encode(Ping())
    async with (
        serving(Site(crowd=Crowd(bounds))) as site,
        watching(site, "ulm") as phone,
        watching(site, "ulm") as office,
        watching(site, "hof") as hof,
    ):
        answers = [await device.post(ping) for device in (phone, office) for _ in range(20)]
        assert [answers[0].status_code, answers[-1].status_code] == [200, 429]
        assert answers[-1].headers["retry-after"] == "1"
        assert all(
            (each.headers.get("connection") == "close") == (each.status_code == 429)
            for each in answers
        )
        assert (await hof.post(ping)).status_code == 200


async def test_a_post_beyond_the_budget_costs_one_look_at_who_it_is_and_no_more() -> None:
    looks = Counter[str | None]()

    async def counted(headers: Headers, token: str | None) -> Credential | None:
        credential = await authenticated(headers, token)
        looks[credential.account if credential else None] += 1
        return credential

    crowd = Crowd(Bounds(account=Allowance(frames=1, frames_per_second=0)))
    async with (
        serving(Site(crowd=crowd, authenticate=counted)) as site,
        streaming(site, "ulm") as ulm,
    ):
        body = msgspec.json.encode(Do(site.new_id(), SendMessage("Guten Tag")))
        answers = [await ulm.post(body) for _ in range(10)]
        assert [each.status_code for each in answers] == [200, *[429] * 9]
        assert looks["ulm"] == 2 + 9
        assert site.disk.room("plenum").head.pub == 1


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
async def test_the_bytes_of_a_post_are_charged_also_when_it_does_not_say_how_many(
    announced: bool,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * 1_000

    crowd = Crowd(Bounds(account=Allowance(bytes=25_000, bytes_per_second=0)))
    async with serving(Site(crowd=crowd)) as site, streaming(site, "ulm") as ulm:
        url = f"http://127.0.0.1:{site.port}{PATH.format(room=ROOM)}"
        answers = [
            await ulm.browser.post(
                url, content=b" " * 10_000 if announced else chunks(), headers=ulm.headers
            )
            for _ in range(3)
        ]
        assert [each.status_code for each in answers] == [400, 400, 429]


@pytest.mark.parametrize("size", [60_000, 3 * FRAME_BYTES], ids=["beyond budget", "too large"])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
async def test_who_is_still_sending_reads_the_refusal(size: int, announced: bool) -> None:
    """Bytes that lie unread when a connection ends make a reset of the answer."""
    how = b"content-length: %d" % size if announced else b"transfer-encoding: chunked"
    head = b"POST %s HTTP/1.1\r\nhost: x\r\ncookie: session=ulm\r\n%s\r\n\r\n"
    status, frames = (429, 0) if size < FRAME_BYTES else (413, 9)
    crowd = Crowd(Bounds(account=Allowance(frames=frames, frames_per_second=0)))
    async with serving(Site(crowd=crowd)) as site, raw(site, upgraded=False) as client:
        await client.send(head % (PATH.format(room=ROOM).encode(), how))
        for _ in range(size // 10_000):
            await client.send(b" " * 10_000 if announced else b"2710\r\n%s\r\n" % (b" " * 10_000))
            await asyncio.sleep(0)
        await client.send(b" " * (size % 10_000) if announced else b"0\r\n\r\n")
        async with asyncio.timeout(10):
            answer = await client.reader.read()
    assert answer.startswith(b"HTTP/1.1 %d" % status)
    assert b"connection: close" in answer


async def test_who_opens_streams_beyond_the_budget_is_asked_to_wait_longer() -> None:
    crowd = Crowd(Bounds(account=Allowance(frames=10, frames_per_second=0)))
    async with serving(Site(crowd=crowd)) as site, streaming(site, "ulm") as ulm:
        await ulm.open()
        assert (ulm.status, await ulm.closed()) == (200, Close.BUDGET)
        assert ulm.retry == str(events.BUDGET_MS)
        # As our client reads it: what it is comes first, its data last.
        assert events.end(Close.BUDGET) == b"event: close\nretry: 10000\ndata: 4002\n\n"


async def test_streams_count_among_the_connections_of_their_address() -> None:
    async with (
        serving(Site(crowd=Crowd(Bounds(address_connections=1)))) as site,
        visiting(site, "hof"),
        streaming(site, "ulm") as ulm,
    ):
        await ulm.open()
        assert (ulm.status, ulm.answered["retry-after"]) == (429, "2")


async def test_streams_count_among_the_connections_of_their_account() -> None:
    async with (
        serving(Site(crowd=Crowd(Bounds(account_connections=1)))) as site,
        watching(site, "ulm") as older,
        watching(site, "ulm"),
    ):
        assert await older.closed() == Close.TOO_MANY


async def test_a_silent_room_gives_signs_of_life_with_the_time() -> None:
    async with serving(Site(beat_s=0.005)) as site, watching(site, "ulm") as ulm:
        while ulm.beats < 2:
            async with asyncio.timeout(10):
                await ulm.listen()
        assert ulm.beaten == str(site.clock.now())


async def test_a_server_that_stops_says_when_to_come_back() -> None:
    async with streaming(site := Site(), "ulm") as ulm:
        async with serving(site):
            await ulm.join()
        assert await ulm.closed() == Close.GOING_AWAY
        (bye,) = (frame for frame in ulm.seen if isinstance(frame, Bye))
        assert bye.retry_after_ms == drain.SOONEST_MS
        assert ulm.retry == str(bye.retry_after_ms)
