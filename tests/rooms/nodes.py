"""Houses on one database that give each other hints: the processes of a conference."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from rooms.core.names import AccountId
from rooms.draft import Committed
from rooms.hub import FOLLOW_MS
from rooms.sequencer import Sequencer
from rooms.wire.messages import Position
from server.bus.hints import Carrier, Hint, Hints
from server.storage.vault import FileVault
from server.ws.conversation import Reception
from tests.rooms.house import Picture, Visitor
from tests.rooms.kept import Kept
from tests.rooms.streams import StreamVisitor
from tests.ws.server import authenticated, streaming


class Node(Kept):
    """A house with a bus, joined to it as the server joins them."""

    def __init__(self, url: str, vault: FileVault, carrier: Carrier) -> None:
        super().__init__(url, vault)
        self.hints = Hints(
            carrier, self.timers, self.new_id(), heard=self._heard, missed=self.hub.look
        )
        self.sequencer = Sequencer(self.rows, self.accounts, self.decks, self._publish, self.new_id)
        self.started = self.timers.now()
        reception = Reception(
            self.hub,
            self.sequencer,
            self.clock,
            authenticate=authenticated,
            trusted=lambda _: True,
        )
        self.streams = streaming(reception)

    async def open(self) -> Node:
        await super().open()
        await self.hints.start()
        return self

    async def close(self) -> None:
        await self.hints.stop()
        await super().close()

    def _publish(self, commits: Sequence[Committed]) -> None:
        self.hub.publish(commits)
        self.hints.wrote([committed.head.room for committed in commits])

    def _heard(self, hint: Hint) -> None:
        for room in hint.rooms:
            self.hub.hint(room)


class Nodes:
    """All processes of one conference; people come in by turns."""

    def __init__(self, nodes: Sequence[Node], *, streams: bool = False) -> None:
        """``streams``: people come over the second transport."""
        self.nodes = nodes
        self._streams = streams
        self._entered = 0
        self._opened: list[StreamVisitor] = []

    async def enter(self, account: AccountId | None, after: Position | None = None) -> Visitor:
        node, other = (self.nodes[(self._entered + step) % len(self.nodes)] for step in (0, 1))
        self._entered += 1
        if not self._streams:
            return await node.enter(account, after)
        visitor = StreamVisitor(node, node.streams, other.streams, account)
        self._opened.append(visitor)
        await visitor.open(after)
        return visitor

    async def close(self) -> None:
        for visitor in self._opened:
            await visitor.close()

    @property
    def looked(self) -> bool:
        """Whether somebody had the time to look into the database without a hint."""
        return any(node.timers.now() - node.started >= FOLLOW_MS for node in self.nodes)

    async def until(self, done: Callable[[], bool], *, step: int = 5) -> None:
        """Let time pass, ``step`` milliseconds at a time. The bus and the database take real
        time; how much does not matter."""
        async with asyncio.timeout(60):
            while not done():
                for node in self.nodes:
                    await node.timers.advance(step)
                await asyncio.sleep(0.01)


class Wanderer:
    """A person who loses the connection and goes on at another process."""

    def __init__(self, visitor: Visitor) -> None:
        self.visits = [visitor]

    @property
    def here(self) -> Visitor:
        return self.visits[-1]

    @property
    def picture(self) -> Picture:
        """Of all that was received on the way; a hole or a repetition in the numbers fails."""
        picture = Picture()
        for visit in self.visits:
            for frame in visit.outlet.frames:
                picture.take(frame)
        return picture

    async def move(self, nodes: Nodes) -> None:
        self.here.leave()
        self.visits.append(await nodes.enter(self.here.account, self.picture.at))
