"""What another process takes from somebody ends their socket here, within five seconds.

A real server, real sockets; the facts are changed by a second process on the same database.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rooms.wire.messages import PROTOCOL, Close
from server.seed.guids import guid
from tests.fixtures.server import RunningServer

ROOM = guid("room", "generalprobe", "plenum")
FUNDED_ROOM = guid("room", "kongress_probe", "plenum")
SOON_S = 5.0
Json = dict[str, Any]


async def enter(
    server: RunningServer, token: str, room: str = ROOM
) -> tuple[ClientConnection, str]:
    """A socket in the room, and the stream it was given."""
    address = f"ws://127.0.0.1:{server.port}/ws"
    socket = await connect(address, compression=None)
    await socket.send(json.dumps({"t": "hello", "protocol": PROTOCOL, "token": token}))
    await socket.send(json.dumps({"t": "join", "room": room}))
    joined = await next_frame(socket, "joined")
    return socket, joined["at"]["stream"]


async def next_frame(socket: ClientConnection, kind: str) -> Json:
    async with asyncio.timeout(10):
        while True:
            frame: Json = json.loads(await socket.recv())
            if frame["t"] == kind:
                return frame


async def closed(socket: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        await socket.recv()
    return socket.close_code


async def take(server: RunningServer, what: str, address: str) -> float:
    """Have another process take it; answers when that process had ended."""
    await asyncio.to_thread(server.beside, "tests.identity.withdraw", what, address)
    return time.monotonic()


async def test_withdrawal_by_another_process_ends_live_sockets(server: RunningServer) -> None:
    tokens = {
        address: server.command("token", address).split()[-1]
        for address in (
            "staff@hof.example",
            "staff@mayen-koblenz.example",
            "moderation@kts.example",
        )
    }
    hof, _ = await enter(server, tokens["staff@hof.example"])
    mayen, _ = await enter(server, tokens["staff@mayen-koblenz.example"], FUNDED_ROOM)
    desk, stream = await enter(server, tokens["moderation@kts.example"])
    assert stream == "desk"

    done = await take(server, "employer", "staff@mayen-koblenz.example")
    out = await next_frame(mayen, "out")
    assert (out["code"], out["rule"]) == ("forbidden", "project_ended")
    assert await closed(mayen) == Close.NOT_ADMITTED
    assert time.monotonic() - done < SOON_S

    done = await take(server, "sign-out", "staff@hof.example")
    assert (await next_frame(hof, "out"))["code"] == "unauthorized"
    assert await closed(hof) == Close.SIGNED_OUT
    assert time.monotonic() - done < SOON_S

    done = await take(server, "offices", "moderation@kts.example")
    assert await lost_the_desk(desk)
    assert time.monotonic() - done < SOON_S
    await desk.close()


async def lost_the_desk(socket: ClientConnection) -> bool:
    """Out of the room, or in it with what every participant sees."""
    async with asyncio.timeout(10):
        while True:
            frame: Json = json.loads(await socket.recv())
            if frame["t"] in ("joined", "out"):
                return bool(frame["t"] == "out" or frame["at"]["stream"] == "pub")


async def test_moderator_cannot_mute_the_organiser_over_a_socket(server: RunningServer) -> None:
    token = server.command("token", "moderation@kts.example").split()[-1]
    organiser = server.command("token", "organisation@kts.example").split()[-1]
    theirs, _ = await enter(server, organiser)
    desk, _ = await enter(server, token)
    async with httpx.AsyncClient(base_url=server.url) as browser:
        listed = await browser.get(
            f"/api/v1/rooms/{ROOM}/people",
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
        )
    people = listed.json()["people"]
    assert [person["staff"] for person in people] == [True, True]
    for person in people:
        command = {"type": "person.mute", "account": person["account"]}
        await desk.send(json.dumps({"t": "do", "id": new_id(), "command": command}))
        assert (await next_frame(desk, "ack"))["error"]["code"] == "forbidden"
    await theirs.close()
    await desk.close()


def new_id() -> str:
    at = time.time_ns() // 1_000_000
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7000-8000-{time.time_ns() % 10**12:012d}"
