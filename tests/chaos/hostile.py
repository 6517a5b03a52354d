"""f1, f3, f5: connections that do not play by the rules, while people talk."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.asyncio.client import connect

from tests.chaos.client import Client
from tests.chaos.measured import Measured, never, seconds
from tests.chaos.places import Place
from tests.chaos.room import ROOM, Traffic
from tests.chaos.troubles import Progress, silent
from tests.fixtures.server import RunningServer
from tests.ws.raw import BINARY, CLOSE, PING, TEXT, RawClient, frame, raw

FRAME_BYTES = 65_536
HOPELESS_S = 30.0
CALM_S = 1.0
ASKERS = 4
"""Who ask meanwhile: a flood is over so soon that one alone would hardly ask."""
HELLO = json.dumps({"t": "hello", "protocol": 1}).encode()
MALFORMED: Sequence[tuple[bytes, int]] = (
    (frame(TEXT, b"{}", masked=False), 1002),
    (bytes([0xF1]) + frame(TEXT, b"{}")[1:], 1002),
    (frame(0x3), 1002),
    (frame(0x0, b"continues nothing"), 1002),
    (frame(PING, b"x" * 126), 1002),
    (frame(PING, fin=False), 1002),
    (frame(CLOSE, b"\x03"), 1002),
    (frame(BINARY, b"{}"), 1003),
    (frame(TEXT, b"\xff\xfe"), 1007),
    (frame(TEXT, b"\xc3", fin=False) + frame(0x0, b"\x28"), 1007),
    (frame(TEXT, b"x" * (FRAME_BYTES + 1)), 1009),
    (bytes([0x81, 0xFF]) + b"\x7f" + b"\xff" * 7 + bytes(4), 1009),
)
ALLOWED = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 4000, 4001, 4002, 4100, 4101, 4102})
"""What random bytes may be closed with."""
FLOODS: Sequence[bytes] = (
    frame(PING) * 4_000,
    frame(TEXT, fin=False) + frame(0x0, fin=False) * 4_000,
    frame(TEXT, b"x") * 4_000,
    frame(TEXT, b"x" * 60_000) * 30,
)
HANDSHAKES = (
    b"",
    b"GET /ws HT",
    b"\r\n",
    b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
)


async def frames_are_malformed(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """f1: each malformed frame, some random bytes and some hostile JSON, so many times."""
    (server,) = place.servers
    before = tracebacks(server)
    wrong = unanswered = 0
    for number in range(times):
        sent, code = MALFORMED[number % len(MALFORMED)]
        async with raw(server) as attacker:
            await attacker.send(sent)
            wrong += await attacker.close_code() != code
        wrong += await _closed_strangely(server, mutated(traffic.random))
        unanswered += await _unanswered(server, hostile_json(traffic.random))
        progress(number + 1)
    traffic.measured += [
        never("malformed frames and random bytes with a wrong close code", wrong, of=2 * times),
        never("hostile JSON that was neither answered nor closed in order", unanswered, of=times),
        *still_well(server, before),
    ]


def mutated(dice: random.Random) -> bytes:
    """Right frames with some bytes changed, left out or put in."""
    sent = bytearray(frame(TEXT, HELLO) + frame(PING, b"x") + frame(TEXT, HELLO[:9], fin=False))
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(sent))
        match dice.randrange(3):
            case 0:
                sent[at] = dice.randrange(256)
            case 1:
                del sent[at]
            case _:
                sent[at:at] = dice.randbytes(dice.randint(1, 8))
    return bytes(sent)


def hostile_json(dice: random.Random) -> str:
    """A frame whose values are of any kind and any size."""
    frames: list[dict[str, object]] = [
        {"t": "hello", "protocol": 1},
        {"t": "join", "room": ROOM, "after": {"epoch": "x", "stream": "pub", "n": 1}},
        {"t": "do", "id": "x", "command": {"type": "chat.send", "text": "Guten Tag"}},
        {"t": "ping"},
    ]
    chosen = dice.choice(frames)
    chosen[dice.choice([*chosen, "unbekannt"])] = _value(dice, 3)
    text = json.dumps(chosen)
    return text[: dice.randrange(len(text))] if dice.random() < 0.2 else text


def _value(dice: random.Random, depth: int) -> object:
    plain: list[object] = [
        None,
        True,
        -1,
        2**53 + 1,
        10**400,
        1e308,
        float("nan"),
        "",
        "\0",
        "\ud800",
    ]
    plain += ["x" * 5_000, "e" + "\u0301" * 500, "\u202e", ROOM, "desk", "do", "\ud800"]
    if depth and dice.random() < 0.5:
        inner = [_value(dice, depth - 1) for _ in range(dice.randint(0, 4))]
        return inner if dice.random() < 0.5 else {f"{key}": key for key in inner}
    return dice.choice(plain)


async def _closed_strangely(server: RunningServer, sent: bytes) -> bool:
    async with raw(server) as attacker:
        await attacker.send(sent)
        attacker.writer.write_eof()
        code = await attacker.close_code()
    return code is not None and code not in ALLOWED


async def _unanswered(server: RunningServer, sent: str) -> bool:
    """Whether neither a frame nor a close came back."""
    async with raw(server) as attacker:
        await attacker.send(frame(TEXT, sent.encode(errors="surrogatepass")))
        try:
            async with asyncio.timeout(10):
                await attacker.read()
        except TimeoutError:
            return True
        except (ConnectionError, asyncio.IncompleteReadError):
            return False
    return False


@dataclass
class Others:
    """Some others, who ask for a sign of life again and again."""

    client: Client
    taken: list[float] = field(default_factory=list)

    async def ask(self) -> None:
        async with connect(self.client.url, compression=None) as socket:
            while True:
                begun = time.monotonic()
                await socket.send('{"t":"ping"}')
                await socket.recv()
                self.taken.append(time.monotonic() - begun)
                await asyncio.sleep(0.02)


async def connections_flood(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """f3: one connection floods, in one way after the other; others ask meanwhile."""
    (server,) = place.servers
    before = tracebacks(server)
    calm, pressed = Others(traffic.clients[0]), Others(traffic.clients[0])
    await _asking(calm, asyncio.sleep(CALM_S))
    closed: list[float] = []

    async def floods() -> None:
        for number in range(times):
            async with raw(server) as attacker:
                closed.append(await _flooded(attacker, FLOODS[number % len(FLOODS)]))
            progress(number + 1)

    await _asking(pressed, floods())
    traffic.measured += [
        Measured("others before the floods", "none", _p(calm.taken), True),
        seconds("others during the floods", pressed.taken, p50=0.005, p95=0.05),
        seconds("flooding connection closed after", closed, longest=1.0),
        *still_well(server, before),
    ]


def _p(taken: Sequence[float]) -> str:
    return seconds("", taken, p50=0.0, p95=0.0).found


async def _asking(others: Others, meanwhile: Awaitable[None]) -> None:
    asking = [asyncio.create_task(others.ask()) for _ in range(ASKERS)]
    await meanwhile
    for each in asking:
        each.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def _flooded(attacker: RawClient, flood: bytes) -> float:
    """Seconds until the server hung up."""
    begun = time.monotonic()
    sending = asyncio.create_task(attacker.send(flood * 5))
    with suppress(TimeoutError):
        await attacker.close_code()
    taken = time.monotonic() - begun
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    return taken


async def handshakes_do_not_get_on(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent
) -> None:
    """f5: connections that say nothing, half of something, or one byte a second."""
    (server,) = place.servers
    before = tracebacks(server)
    for number in range(times):
        closed = await asyncio.gather(
            *(_stalled(server, sent, drip=drip) for sent in HANDSHAKES for drip in (False, True))
        )
        progress(number + 1)
    # The server's clock and ours begin at different moments: a tenth of a second is no difference.
    taken = [round(each, 1) for each in closed]
    traffic.measured += [
        seconds("handshakes that do not get on, closed after", taken, longest=15.0),
        *still_well(server, before),
    ]


async def _stalled(server: RunningServer, sent: bytes, *, drip: bool) -> float:
    async with raw(server, upgraded=False) as slow:
        begun = time.monotonic()
        await slow.send(sent)
        reading = asyncio.create_task(slow.reader.read(1))
        while not reading.done() and time.monotonic() - begun < HOPELESS_S:
            if drip:
                await slow.send(b"x")
            await asyncio.wait({reading}, timeout=1)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        return time.monotonic() - begun


def tracebacks(server: RunningServer) -> int:
    """How many it has written."""
    return server.output.count("Traceback")


def still_well(server: RunningServer, before: int) -> list[Measured]:
    """That it neither ended nor wrote a traceback since."""
    return [never("tracebacks", tracebacks(server) - before), exits(server)]


def exits(server: RunningServer) -> Measured:
    """That the process that was started last still runs."""
    return never("exits", int(server.process is None or server.process.poll() is not None))
