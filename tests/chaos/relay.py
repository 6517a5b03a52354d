"""A wire between a server and what it talks to, which can be cut without either of them dying."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.fixtures.ports import free_port


class Relay:
    """Passes bytes from a port of its own on to another, on a thread of its own."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._whole = asyncio.Event()
        self._refusing = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._thread.start()
        self._whole.set()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def cut(self) -> None:
        """Connections end, and new ones end at once."""
        self._loop.call_soon_threadsafe(self._cut)

    def hush(self) -> None:
        """Connections stay, and nothing passes: what a lost route looks like."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """All passes again."""
        self._loop.call_soon_threadsafe(self._mend)

    def stop(self) -> None:
        """End everything; the thread as well."""
        asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _cut(self) -> None:
        self._refusing = True
        for writer in self._writers:
            writer.transport.abort()

    def _mend(self) -> None:
        self._refusing = False
        self._whole.set()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)

    async def _ended(self) -> None:
        self._server.close()
        self._cut()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        await asyncio.sleep(0)  # in which aborted connections are closed

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            there, beyond = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        for source, sink in ((reader, beyond), (there, writer)):
            self._writers.add(sink)
            task = asyncio.create_task(self._pass(source, sink))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await self._whole.wait()
                sink.write(data)
                await sink.drain()
        self._writers.discard(sink)
        sink.close()


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    """A relay to this port of the loopback, as long as the block."""
    made = Relay(target)
    made.start()
    try:
        yield made
    finally:
        made.stop()
