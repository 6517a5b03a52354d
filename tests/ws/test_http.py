"""Requests that are none, or too much: an answer below 500, no traceback, bounded memory."""

from __future__ import annotations

import asyncio
import logging

import pytest

from server.ws.http import HEAD_BYTES, MOST_HEADERS, URL_BYTES
from tests.ws.raw import HANDSHAKE, RawClient, raw
from tests.ws.server import Site

HOST = b"Host: x\r\n"
UPGRADE = HANDSHAKE.partition(b"\r\n")[2]
"""The headers of a WebSocket's first request, without its line."""


async def status(client: RawClient) -> int:
    """Of the answer; 0 when the server hung up without one."""
    try:
        async with asyncio.timeout(10):
            line = await client.reader.readuntil(b"\r\n")
    except (ConnectionError, asyncio.IncompleteReadError):
        return 0
    return int(line.split()[1])


def faults(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [each for each in caplog.records if each.levelno >= logging.ERROR or each.exc_info]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\xff\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
        b"G\x00T / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\nBad Header\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\n: none\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b" folded\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 0x1\r\n\r\na",
        b"POST / HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET http://[::1 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET \xff HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
)
async def test_a_malformed_request_gets_an_answer_below_500(
    site: Site, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(site, upgraded=False) as client:
        await client.send(sent)
        client.writer.write_eof()
        assert await status(client) in range(400, 500)
    assert faults(caplog) == []
    async with raw(site):
        pass


LONG_URL = b"GET /" + b"x" * URL_BYTES + b" HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (LONG_URL + HOST + b"\r\n", 414),
        (LONG_URL + UPGRADE, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (MOST_HEADERS + 1) + b"\r\n", 431),
        (b"GET /ws HTTP/1.1\r\n" + b"X: y\r\n" * MOST_HEADERS + UPGRADE, 431),
        (b"GET /ws HTTP/1.1\r\nX: " + b"x" * 9_000 + b"\r\n" + UPGRADE, 400),
    ],
    ids=["url", "url of ws", "header", "headers", "headers of ws", "line of ws"],
)
async def test_a_head_beyond_its_bounds_is_refused(
    site: Site, sent: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The last one: the parser of a WebSocket's handshake takes lines of 8 KiB."""
    async with raw(site, upgraded=False) as client:
        await client.send(sent)
        assert await status(client) == code
    assert faults(caplog) == []


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /?q=" + b"x" * 40_000_000,
        b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000_000,
        b"GET / HTTP/1.1\r\n" + b"x" * 40_000_000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1_000_000,
        b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nX: " + b"x" * 40_000_000,
    ],
    ids=["url", "value", "name", "headers", "ws"],
)
async def test_a_head_without_an_end_is_not_read_to_its_end(
    site: Site, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It hangs up on what still comes, so the answer may not arrive (0)."""
    async with raw(site, upgraded=False) as client:
        sending = asyncio.create_task(client.send(sent))
        assert await status(client) in (414, 431, 0)
        async with asyncio.timeout(10):
            await sending
    assert faults(caplog) == []


async def test_a_large_head_within_the_bounds_is_taken(site: Site) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1_000) for n in range(60))
    for line in (b"GET /?q=%s HTTP/1.1\r\n" % (b"x" * 7_000), b"GET /ws HTTP/1.1\r\n"):
        async with raw(site, upgraded=False) as client:
            await client.send(line + fields + (UPGRADE if b"ws" in line else HOST + b"\r\n"))
            assert await status(client) in (101, 204)


@pytest.mark.parametrize(
    "endless",
    [b"1;" + b"x" * 200_000, b"0\r\nX: " + b"x" * 200_000, b"0\r\n" + b"X: y\r\n" * 50_000],
)
async def test_a_body_may_not_hide_a_head_without_an_end(site: Site, endless: bytes) -> None:
    """Extensions of a chunk and trailers are bounded like headers."""
    async with raw(site, upgraded=False) as client:
        await client.send(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        await client.send(endless)
        assert await status(client) in (431, 0)


async def test_requests_one_after_the_other_are_counted_apart(site: Site) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 30_000 + b"\r\n\r\n"
    async with raw(site, upgraded=False) as client:
        for _ in range(4):
            await client.send(request)
            assert await status(client) == 204
            await client.reader.readuntil(b"\r\n\r\n")
