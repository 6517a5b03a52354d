"""f2: requests that are no HTTP, and calls of the API with any values at all."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import httpx

from tests.chaos.hostile import still_well, tracebacks
from tests.chaos.measured import never
from tests.chaos.places import Place
from tests.chaos.room import Traffic
from tests.chaos.troubles import Progress, silent
from tests.fixtures.server import RunningServer
from tests.ws.raw import raw

VALUES: Sequence[str] = (
    *("", "generalprobe", "plenum", "keynote", "0", "-1", "1e400", "null", "true", "[]", "{}"),
    *("../../etc/passwd", "%00", "\0", "\r\nX: y", "'; DROP TABLE x; --", "\u202e", "ß" * 300),
    *("2026-02-30", "9999-12-31T23:59:60Z", "00000000-0000-0000-0000-000000000000", "x" * 5_000),
)
BODIES: Sequence[bytes] = (
    *(b"", b"{", b"[]", b"null", b'{"x":NaN}', b'"\\ud800"', b"\xff\xfe", b"[" * 50_000),
    *(b'{"text":1}', b'{"a":{"a":{"a":{}}}}', b"a=b&c=%ff", b"1" * 5_000, b"--x\r\n\r\n"),
)
KINDS = ("application/json", "application/x-www-form-urlencoded", "text/csv", "multipart/form-data")
PAGES = ("/", "/events/generalprobe", "/profile", "/sign-in", "/organise", "/sse/rooms/x", "/ws")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


async def requests_are_malformed(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """Each operation of the API so many times, by a guest and by the organiser; pages and raw
    bytes as often."""
    (server,) = place.servers
    before = tracebacks(server)
    dice = traffic.random
    bearer = {"authorization": f"Bearer {traffic.clients[0].token}"}
    failed: list[str] = []
    asked = 0
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        described = (await client.get("/api/openapi.json")).json()
        for number in range(times):
            for method, path in [*operations(described, dice), *_pages(dice)]:
                for headers in ({}, bearer):
                    asked += 1
                    failed += await _answer(client, method, path, headers, dice)
            asked += 1
            failed += await _raw_answer(server, dice)
            progress(number + 1)
    traffic.findings += failed[:20]
    traffic.measured += [never("answers 5xx", len(failed), of=asked), *still_well(server, before)]


def operations(described: dict[str, Any], dice: random.Random) -> list[tuple[str, str]]:
    """Every method and path of the description, its places filled with anything."""
    made = []
    for path, item in described["paths"].items():
        for method, operation in item.items():
            parts = [
                quote(dice.choice(VALUES), safe="") or "x" if part[:1] == "{" else part
                for part in path.split("/")
            ]
            query = "&".join(
                f"{each['name']}={quote(dice.choice(VALUES), safe='')}"
                for each in operation["parameters"]
                if each.get("in") == "query"
            )
            made.append((method.upper(), "/".join(parts) + (f"?{query}" if query else "")))
    return made


def _pages(dice: random.Random) -> list[tuple[str, str]]:
    value = quote(dice.choice(VALUES), safe="")
    return [
        (dice.choice(METHODS), f"{dice.choice(PAGES)}?q={value}"),
        (dice.choice(METHODS), f"{dice.choice(PAGES)}/{value}"),
    ]


async def _answer(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], dice: random.Random
) -> list[str]:
    """What failed, in words."""
    body = b"" if method in {"GET", "HEAD"} else dice.choice(BODIES)
    own = {
        **headers,
        "content-type": dice.choice(KINDS),
        "accept-language": dice.choice(VALUES[:9]),
    }
    try:
        async with client.stream(method, path, content=body, headers=own) as answer:
            status = answer.status_code
    except httpx.RemoteProtocolError:
        return []  # hung up on: an answer as well
    return [f"{method} {path[:80]}: {status}"] if status >= 500 else []


async def _raw_answer(server: RunningServer, dice: random.Random) -> list[str]:
    """A right request with some bytes changed."""
    sent = bytearray(
        b"POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\nAccept: */*\r\nRange: bytes=0-\r\nConnection: close\r\n\r\n"
        b"4\r\n{}{}\r\n0\r\n\r\n"
    )
    for _ in range(dice.randint(0, 6)):
        at = dice.randrange(len(sent))
        sent[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 4))
    async with raw(server, upgraded=False) as attacker:
        await attacker.send(bytes(sent))
        attacker.writer.write_eof()
        try:
            async with asyncio.timeout(20):
                line = await attacker.reader.readline()
        except (TimeoutError, ConnectionError):
            return []
    return [f"raw bytes: {line!r}"] if line[9:10] == b"5" else []
