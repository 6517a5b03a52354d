"""Connections that do not play by the rules: right code, no traceback, nobody else suffers."""

from __future__ import annotations

import asyncio
import logging
import random

import pytest

from rooms.core.chat import SendMessage
from rooms.core.names import Code
from rooms.wire.decoding import FRAME_BYTES
from rooms.wire.messages import Ack, Close, Do, Fault, Ping, Pong
from server.ws import http
from server.ws.budget import Allowance, Budget
from server.ws.frames import FrameCounter, text_frame, text_of
from tests.ws.client import connected, visiting
from tests.ws.raw import BINARY, CLOSE, PING, TEXT, frame, raw
from tests.ws.server import GUEST, Site, serving

# f1: malformed frames


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(TEXT, b"{}", masked=False), 1002),
        (bytes([0xF1]) + frame(TEXT, b"{}")[1:], 1002),
        (frame(0x3, b""), 1002),
        (frame(0xB, b""), 1002),
        (frame(0x0, b"continues nothing"), 1002),
        (frame(PING, b"x" * 126), 1002),
        (frame(PING, b"", fin=False), 1002),
        (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
        (frame(CLOSE, b"\x03"), 1002),
        (frame(CLOSE, (999).to_bytes(2, "big")), 1002),
        (frame(BINARY, b"{}"), 1003),
        (frame(TEXT, b"\xff\xfe"), 1007),
        (frame(TEXT, b"\xed\xa0\x80"), 1007),
        (frame(TEXT, b"\xc3", fin=False) + frame(0x0, b"\x28"), 1007),
        (frame(TEXT, b"x" * (FRAME_BYTES + 1)), 1009),
        (frame(TEXT, b"x" * 1_048_576), 1009),
        (frame(TEXT, b"x" * FRAME_BYTES, fin=False) + frame(0x0, b"x"), 1009),
        (bytes([0x81, 0xFF]) + b"\x7f" + b"\xff" * 7 + bytes(4), 1009),
    ],
)
async def test_a_malformed_frame_is_closed_with_the_right_code(
    site: Site, sent: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(site) as attacker:
        await attacker.send(sent)
        assert await attacker.close_code() == code
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    async with connected(site) as other:
        await other.send(Ping())
        await other.next(Pong)


async def test_hostile_json_is_a_fault_and_the_connection_stays(site: Site) -> None:
    async with connected(site) as client:
        for sent in ("{", "[" * 60_000, '{"t":"hello","protocol":NaN}', "\x00", "1" * 60_000):
            await client.socket.send(sent)
            assert (await client.next(Fault)).error.code is Code.MALFORMED
        await client.hello()


async def test_random_bytes_end_the_connection_without_a_traceback(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(20220504)
    for _ in range(60):
        async with raw(site) as attacker:
            await attacker.send(dice.randbytes(dice.randint(1, 400)))
            attacker.writer.write_eof()
            await attacker.close_code()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_connection_lost_in_the_middle_of_a_frame_leaves_nothing_behind(
    site: Site,
) -> None:
    async with visiting(site, "ulm") as ulm:
        async with raw(site) as attacker:
            await attacker.send(frame(TEXT, b"{" * 100)[:50])
        ack = await ulm.do(SendMessage("weiter"))
        assert ack.error is None


# f3: floods


@pytest.mark.parametrize(
    "flood",
    [
        frame(PING) * 4_000,
        frame(TEXT, b"", fin=False) + frame(0x0, b"", fin=False) * 4_000,
        frame(TEXT, b"x") * 4_000,
        frame(TEXT, b"x" * 60_000) * 30,
    ],
    ids=["pings", "empty fragments", "tiny frames", "bytes"],
)
async def test_a_flood_is_cut_before_it_is_parsed_and_others_are_answered(
    site: Site, flood: bytes
) -> None:
    """How fast, says ``make bench``."""
    async with visiting(site, "ulm") as other, raw(site) as attacker:
        sending = asyncio.create_task(attacker.send(flood * 20))
        for _ in range(20):
            await other.send(Ping())
            await other.next(Pong)
        # It hangs up on what still comes, so that the close frame may not arrive.
        assert await attacker.close_code() in (Close.BUDGET, None)
        async with asyncio.timeout(10):
            await sending
        assert site.received[GUEST] <= Allowance().frames
        ack = await other.do(SendMessage("weiter"))
        assert ack.error is None


async def test_costly_texts_within_the_budget_are_each_answered(site: Site) -> None:
    """Four of the largest frames at once, each of a text that used to take a second."""
    text = "a" + "\u0345\u0301\u0316" * 10_000
    async with visiting(site, "ulm") as other, visiting(site, "hof") as attacker:
        for _ in range(4):
            await attacker.send(Do(site.new_id(), SendMessage(text)))
        await other.send(Ping())
        await other.next(Pong)
        for _ in range(4):
            refused = (await attacker.next(Ack)).error
            assert refused is not None
            assert refused.code is Code.TOO_LONG


def test_a_budget_is_refilled_with_time() -> None:
    budget = Budget(Allowance(frames=10, frames_per_second=5), now=0.0)
    assert budget.spend(10, 0)
    assert not budget.spend(1, 0)
    budget.refill(1.0)
    assert budget.frames == 4
    budget.refill(100.0)
    assert budget.frames == 10
    budget.refill(50.0)
    assert budget.frames == 10


@pytest.mark.parametrize("step", [1, 2, 3, 7, 100_000])
def test_frames_are_counted_however_the_bytes_are_cut(step: int) -> None:
    sent = b"".join(
        [
            frame(TEXT, b"hello"),
            frame(PING),
            frame(TEXT, b"x" * 300),
            frame(BINARY, b"y" * 70_000),
            frame(TEXT, b"unmasked", masked=False),
        ]
    )
    counter = FrameCounter()
    counted = sum(counter.count(sent[at : at + step], 99) for at in range(0, len(sent), step))
    assert counted == 5


def test_counting_stops_at_the_most_there_may_be() -> None:
    assert FrameCounter().count(frame(PING) * 1_000, 7) == 7


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_prepared_frame_holds_its_text(size: int) -> None:
    text = "x" * size
    assert text_of(text_frame(text.encode())) == text


# f5: slow and silent handshakes


@pytest.fixture
def hasty() -> type[http.HttpProtocol]:
    """The protocol with a deadline a test can wait for."""

    class Hasty(http.HttpProtocol):
        deadline = 0.2

    return Hasty


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /ws HT", b"\r\n", b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"],
    ids=["silent", "half a line", "empty line", "half a body"],
)
async def test_a_handshake_that_does_not_get_on_is_closed(
    hasty: type[http.HttpProtocol], sent: bytes
) -> None:
    async with serving(Site(), http=hasty) as site, raw(site, upgraded=False) as slow:
        await slow.send(sent)
        async with asyncio.timeout(5):
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await slow.reader.readexactly(1)


def test_the_deadline_of_a_handshake_is_15_seconds() -> None:
    assert http.HttpProtocol.deadline == http.HANDSHAKE_S == 15


# T-X7 over a real socket, T-C6


async def test_a_message_with_markup_is_only_text(site: Site) -> None:
    async with visiting(site, "ulm") as ulm, visiting(site, "hof") as hof:
        text = "<script>alert(1)</script> javascript:alert(2)"
        await ulm.do(SendMessage(text))
        while not hof.picture.texts:
            await hof.read()
        assert hof.picture.texts == [text]


async def test_ten_thousand_combining_marks_are_refused(site: Site) -> None:
    async with visiting(site, "ulm") as ulm:
        ack = await ulm.do(SendMessage("e" + "\u0301" * 10_000))
        assert ack.error is not None


async def test_a_stopping_server_says_when_to_come_back() -> None:
    async with serving(Site()) as site:
        attacker = raw(site)
        client = await attacker.__aenter__()
    assert await client.close_code() == Close.GOING_AWAY
    await attacker.__aexit__(None, None, None)
