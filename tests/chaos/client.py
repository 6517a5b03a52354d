"""A client that never gives up: it resumes after every cut and writes down what it saw.

Speaks the protocol with plain JSON on purpose: it shares no code with the server.
"""

from __future__ import annotations

import abc
import asyncio
import os
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.chaos.checker import Operation, Outcome, Reader, RefKey, Seen, Segment

CUTS = (ConnectionClosed, InvalidHandshake, OSError, EOFError, TimeoutError)
ANSWER_S = 60.0
"""Longer than several deaths in a row: whoever keeps trying must be answered in the end."""
RETRY_S = (0.02, 0.3)
"""Where no server said when to come back: sooner than a browser, so that more happens in a run."""
Json = dict[str, Any]


def uuid7(ahead_s: int = 0) -> str:
    """A command id as RFC 9562, section 5.7, lays it out; by a clock that is so much ahead."""
    value = (time.time_ns() // 1_000_000 + ahead_s * 1_000) << 80 | int.from_bytes(
        os.urandom(10), "big"
    )
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@dataclass
class Client(abc.ABC):
    """One participant in one room, over as many connections as it takes; how these are made is
    said in ``tests/chaos/transports.py``."""

    name: str
    url: str
    token: str
    room: str
    silent: bool = False
    """Reads, votes once at the end, and does not talk."""
    mute: bool = False
    """Changes its vote all the time, and does not talk."""
    ahead_s: int = 0
    """By how much its clock is ahead of ours."""
    reader: Reader = field(init=False)
    operations: list[Operation] = field(default_factory=list)
    """Of words."""
    acknowledged: int = 0
    """Commands that were carried out, words or not."""
    astray: list[str] = field(default_factory=list)
    """Votes that found another state than the one this client was told of."""
    views: dict[RefKey, Json] = field(default_factory=dict)
    scores: dict[str, list[Any]] = field(default_factory=dict)
    position: Json | None = None
    resumes: int = 0
    resets: int = 0
    gaps: list[float] = field(default_factory=list)
    """Seconds without a room, each time it was lost."""
    back: list[float] = field(default_factory=list)
    """When it was in the room again after each of them, on a steady clock."""
    partings: list[float] = field(default_factory=list)
    """Those of them that began with a server's goodbye."""
    heard: dict[str, float] = field(default_factory=dict)
    """When each message came, on a steady clock."""
    answered: dict[str, float] = field(default_factory=dict)
    """When each of the own messages was answered."""

    def __post_init__(self) -> None:
        self.reader = Reader(self.name)
        self._live = asyncio.Event()
        self._lost_at: float | None = None
        self._hint_ms: int | None = None
        self._parted = False
        self._random = random.Random(self.name)

    def move(self, url: str) -> None:
        """Reconnect there from now on, at once if it is somewhere else."""
        self.url = url
        self.lose()

    @abc.abstractmethod
    def lose(self) -> None:
        """Cut the own connection, if there is one."""

    @abc.abstractmethod
    async def listen(self) -> None:
        """Enter, and take every frame until the connection ends; raises one of ``CUTS``, or not."""

    @abc.abstractmethod
    async def ask(self, cmd_id: str, command: Json) -> Json | None:
        """The answer to a command on the present connection; None when it is cut."""

    async def run(self) -> None:
        """Stay in the room until cancelled."""
        while True:
            with suppress(*CUTS):
                await self.listen()
            if self._live.is_set():
                self._lost_at = time.monotonic()
            self._live.clear()
            await asyncio.sleep(self.pause())

    def pause(self) -> float:
        """Seconds until the next try. The hint of a goodbye is obeyed once, and as a browser obeys
        it (``static/src/adapters/backoff.ts``)."""
        hint, self._hint_ms = self._hint_ms, None
        if hint is None:
            return self._random.uniform(*RETRY_S)
        return hint / 1000 * (1 + self._random.random() / 4)

    def take(self, frame: Json) -> None:
        """What a frame tells."""
        match frame["t"]:
            case "joined":
                self._joined(frame)
            case "events":
                for delta in frame["events"]:
                    self._delta(delta)
            case "gauges":
                for score in frame.get("scores", ()):
                    self._score(score)
            case "bye":
                self._hint_ms = frame["retry_after_ms"]
                self._parted = True
            case "fault" if frame["error"]["code"] == "retry_later":
                raise EOFError("the database was not there; come again")
            case "out" | "fault":
                raise AssertionError(f"{self.name}: {frame}")

    def _joined(self, frame: Json) -> None:
        snapshot = frame.get("snapshot")
        if snapshot is not None:
            self.position = dict(frame["at"])
            self.reader.stream = frame["at"]["stream"]
            self.reader.segments.append(Segment(frame["at"]["n"]))
            self.views = {}
            for view in (
                snapshot["room"],
                *snapshot["messages"],
                *snapshot["questions"],
                *snapshot["people"],
            ):
                self.views[view["k"], view["id"]] = view
            self.scores = {score[0]: score for score in snapshot["scores"]}
            self.resets += frame.get("reset", False)
        else:
            self.resumes += 1
        if self._lost_at is not None:
            self.back.append(time.monotonic())
            self.gaps.append(self.back[-1] - self._lost_at)
            self.partings += self.gaps[-1:] if self._parted else []
            self._lost_at = None
        self._parted, self._hint_ms = False, None
        self._live.set()

    def _delta(self, delta: Json) -> None:
        put = {(view["k"], view["id"]): view for view in delta.get("put", ())}
        gone = {(kind, id_) for kind, id_ in delta.get("gone", ())}
        self.views.update(put)
        now = time.monotonic()
        for kind, id_ in put:
            if kind == "message":
                self.heard.setdefault(id_, now)
        for key in gone:
            self.views.pop(key, None)
        self.reader.segments[-1].seen.append(Seen(delta["n"], frozenset({*put, *gone})))
        assert self.position is not None
        self.position["n"] = delta["n"]

    def _score(self, score: list[Any]) -> None:
        known = self.scores.get(score[0])
        if known is None or score[3] >= known[3]:
            self.scores[score[0]] = score

    async def do(self, command: Json, marker: str = "") -> Json | None:
        """Send until it is carried out or refused for good, after the pause that is asked for; the
        same id each time. None: no answer came."""
        cmd_id = uuid7(self.ahead_s)
        deadline = time.monotonic() + ANSWER_S
        answer: Json | None = None
        while answer is None and time.monotonic() < deadline:
            answer = await self.attempt(cmd_id, command)
            error = (answer or {}).get("error", {})
            pause = self._random.uniform(*RETRY_S)
            if error.get("code") == "rate_limited":
                pause = error["retry_after_ms"] / 1000
            if error.get("code") in {"retry_later", "rate_limited"}:
                answer = None
            if answer is None:
                await asyncio.sleep(pause)
        self.acknowledged += answer is not None and "done" in answer
        if marker:
            self.operations.append(self._note(cmd_id, marker, answer))
        return answer

    async def vote(self, question: str, value: bool) -> None:
        """Change the own vote. That it was as last told shows in that it changes."""
        answer = await self.do({"type": "question.vote", "question": question, "value": value})
        done = (answer or {}).get("done")
        if done is None or done.get("no_change"):
            self.astray.append(f"{self.name}: a vote became {value} and was so already: {answer}")

    async def attempt(self, cmd_id: str, command: Json) -> Json | None:
        """One attempt on the present connection; None when it is cut."""
        try:
            async with asyncio.timeout(3):
                await self._live.wait()
                return await self.ask(cmd_id, command)
        except CUTS:
            return None

    def _note(self, cmd_id: str, marker: str, answer: Json | None) -> Operation:
        outcome: Outcome = "unknown"
        if answer is not None:
            outcome = "fail" if answer.get("error") else "ok"
        done = (answer or {}).get("done") or {}
        at = (answer or {}).get("at")
        if done.get("object"):
            self.answered[done["object"]] = time.monotonic()
        return Operation(
            cmd_id, self.name, marker, outcome, done.get("object"), at, self.reader.stream
        )
