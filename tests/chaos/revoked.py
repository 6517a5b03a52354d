"""h1: rights end while somebody is connected elsewhere. Measured from the answer to whoever ended
them until the socket is told; nothing of the room may reach it afterwards."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.seed.guids import guid
from tests.chaos.client import Client
from tests.chaos.measured import never, seconds
from tests.chaos.places import Place
from tests.chaos.room import PEOPLE, ROOM, Traffic, socket_of, tokens_of
from tests.chaos.troubles import Progress, silent

PERSON = PEOPLE[-1]
OTHERS = PEOPLE[:-1]
OF_THE_ROOM = frozenset({"joined", "events", "gauges", "me", "here"})
NOT_ADMITTED, SIGNED_OUT = 4101, 4100
PATIENCE_S = 60.0
SELDOM = 10
"""A sign-out and a change of employer for so many removals: each costs a new token."""
CONGRESS = guid("room", "kongress_probe", "plenum")
"""For confirmed staff of model projects only."""
EMPLOYER, ANOTHER = guid("organisation", "07137"), guid("organisation", "09464000")
STAFF = ("--project", "mayen-koblenz", "--employer", EMPLOYER)


@dataclass
class Window:
    """One connection of the person, from coming to being told to go."""

    url: str
    token: str
    room: str = ROOM
    account: str = ""
    heard: list[str] = field(default_factory=list)
    """Kinds of frames, in order."""
    told_at: float = 0.0
    """When ``out`` came, on a steady clock."""
    code: int | None = None
    inside: asyncio.Event = field(default_factory=asyncio.Event)

    async def stay(self) -> None:
        """Read until the server closes."""
        async with self._entering() as socket:
            try:
                while True:
                    self._take(json.loads(await socket.recv()))
            except ConnectionClosed:
                self.code = socket.close_code

    async def knock(self) -> bool:
        """Whether the room lets the person in."""
        async with self._entering() as socket:
            while not ({"joined", "out"} & set(self.heard)):
                self._take(json.loads(await socket.recv()))
        return self.inside.is_set()

    @asynccontextmanager
    async def _entering(self) -> AsyncIterator[ClientConnection]:
        async with connect(self.url, compression=None) as socket:
            await socket.send(json.dumps({"t": "hello", "protocol": 1, "token": self.token}))
            await socket.send(json.dumps({"t": "join", "room": self.room}))
            yield socket

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["t"]
        self.heard.append(kind)
        if kind == "welcome":
            self.account = frame["account"]
        if kind == "joined":
            self.inside.set()
        if kind == "out" and not self.told_at:
            self.told_at = time.monotonic()

    @property
    def overheard(self) -> int:
        """Frames of the room after ``out``."""
        at = self.heard.index("out") if "out" in self.heard else 0
        return sum(kind in OF_THE_ROOM for kind in self.heard[at:])


@dataclass
class Tally:
    """What happened over all windows."""

    removals: list[float] = field(default_factory=list)
    sign_outs: list[float] = field(default_factory=list)
    leavings: list[float] = field(default_factory=list)
    """After a change of employer."""
    overheard: int = 0
    let_in: int = 0
    """Windows that were let in while they had no right to it."""
    wrong: list[str] = field(default_factory=list)


async def rights_end(
    place: Place, traffic: Traffic, times: int, progress: Progress = silent, *, cut: bool = False
) -> None:
    """A moderator at one server removes somebody at another and readmits them, again and again.
    Less often somebody signs out everywhere, and staff of a model project leave their employer and
    with it the congress. ``cut``: nothing passes between servers and bus meanwhile."""
    tally = Tally()
    moderator = traffic.clients[1]
    [token] = tokens_of(place.servers[0], [PERSON])
    addresses = [f"staff-{number}@chaos.example" for number in range(0, times, SELDOM)]
    staff = tokens_of(place.servers[0], addresses, *STAFF)
    elsewhere = [
        socket_of(server) for server in place.servers if socket_of(server) != moderator.url
    ]
    for wire in place.relays if cut else ():
        wire.hush()
    for number in range(times):
        url = elsewhere[number % len(elsewhere)]
        await _removed(moderator, Window(url, token), tally)
        if number % SELDOM == 0 and not cut:
            other = place.servers[number % len(place.servers)].url
            await _left(other, Window(url, staff.pop(), CONGRESS), tally)
            await _signed_out(other, Window(url, token), tally)
            [token] = await asyncio.to_thread(tokens_of, place.servers[0], [PERSON])
        progress(number + 1)
    for wire in place.relays:
        wire.mend()
    _told(traffic, tally, cut=cut)


async def _entered(window: Window) -> asyncio.Task[None]:
    """Staying, from when the person is inside. Who was readmitted by another server is let in by
    this one as soon as it has heard of it."""
    while not await Window(window.url, window.token, window.room).knock():  # noqa: ASYNC110 - another server sets this
        await asyncio.sleep(0.05)
    staying = asyncio.create_task(window.stay())
    await window.inside.wait()
    return staying


async def _removed(moderator: Client, window: Window, tally: Tally) -> None:
    async with asyncio.timeout(PATIENCE_S):
        staying = await _entered(window)
        done = await moderator.do(
            {"type": "person.remove", "account": window.account, "reason": "Probe"}
        )
        at = time.monotonic()
        if done is None or "done" not in done:
            tally.wrong.append(f"no removal: {done}")
        await staying
        tally.removals.append(max(0.0, window.told_at - at))
        tally.let_in += await Window(window.url, window.token).knock()
        back = await moderator.do({"type": "person.readmit", "account": window.account})
        if back is None or "done" not in back:
            tally.wrong.append(f"no readmission: {back}")
    _note(window, NOT_ADMITTED, tally)


async def _signed_out(url: str, window: Window, tally: Tally) -> None:
    """From the person's own page, at another server."""
    tally.sign_outs.append(await _ended(url, "/profile/sign-out-everywhere", {}, window, tally))
    _note(window, SIGNED_OUT, tally)


async def _left(url: str, window: Window, tally: Tally) -> None:
    """The person says on their own page that they work elsewhere now: outside the project."""
    said = {"organisation": ANOTHER}
    tally.leavings.append(await _ended(url, "/profile/organisation", said, window, tally))
    tally.let_in += await Window(window.url, window.token, window.room).knock()
    _note(window, NOT_ADMITTED, tally)


async def _ended(url: str, path: str, said: dict[str, str], window: Window, tally: Tally) -> float:
    """Seconds from the answer to this form until the window is told."""
    async with asyncio.timeout(PATIENCE_S):
        staying = await _entered(window)
        headers = {"authorization": f"Bearer {window.token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers) as page:
            answer = await page.post(path, data=said)
        at = time.monotonic()
        if answer.is_error:
            tally.wrong.append(f"{path}: {answer.status_code}")
        await staying
    return max(0.0, window.told_at - at)


def _note(window: Window, code: int, tally: Tally) -> None:
    tally.overheard += window.overheard
    if "out" not in window.heard or window.code != code:
        tally.wrong.append(f"closed with {window.code} after {window.heard[-3:]}")


def _told(traffic: Traffic, tally: Tally, *, cut: bool) -> None:
    traffic.findings += tally.wrong
    if tally.overheard:
        traffic.findings.append(f"{tally.overheard} frames of the room came after 'out'")
    how = "with the bus cut" if cut else "over the bus"
    removals = f"removed on one server until told on another, {how}"
    if cut:
        traffic.measured.append(seconds(removals, tally.removals, longest=5.0))
    else:
        traffic.measured.append(seconds(removals, tally.removals, p50=0.1, p99=1.0))
        traffic.measured += [
            seconds("signed out everywhere until told", tally.sign_outs, p50=0.1, p99=1.0),
            seconds(
                "left the employer until told in the congress", tally.leavings, p50=0.1, p99=1.0
            ),
        ]
    kept_out = len(tally.removals) + len(tally.leavings)
    windows = kept_out + len(tally.sign_outs)
    traffic.measured.append(never("frames of the room after 'out'", tally.overheard, of=windows))
    traffic.measured.append(never("let in without a right to it", tally.let_in, of=kept_out))
