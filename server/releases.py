"""Tells live rooms that the programme of their event was released anew.

This process is told by whoever releases; what other processes release it notices by looking.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from agenda.core.model import Event, Guid
from rooms.core.names import RoomId
from rooms.wire.messages import Agenda, AnyServerFrame

LOOK_SECONDS = 2.0

log = logging.getLogger(__name__)


class Programme(Protocol):
    async def events(self) -> Sequence[Event]:
        """The current release of every event."""


class Rooms(Protocol):
    def tell(self, rooms: Collection[RoomId], frame: AnyServerFrame) -> None: ...


class Releases:
    """One per process. ``start`` before use, ``stop`` at the end."""

    def __init__(self, agenda: Programme, rooms: Rooms) -> None:
        self._agenda = agenda
        self._rooms = rooms
        self._known: dict[Guid, int] = {}
        self._watching: asyncio.Task[None] | None = None

    async def released(self, event: Event) -> None:
        """Tell the rooms of the event, unless they were told of this release already."""
        if self._known.get(event.guid, 0) >= event.release:
            return
        self._known[event.guid] = event.release
        rooms = [room.guid for room in event.rooms]
        self._rooms.tell(rooms, Agenda(event.guid, event.release))

    async def look(self) -> None:
        """Find out what others released."""
        for event in await self._agenda.events():
            await self.released(event)

    async def start(self) -> None:
        # What is published by now is what pages are opened with.
        self._known = {event.guid: event.release for event in await self._agenda.events()}
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (SQLAlchemyError, OSError):
                log.warning("releases could not be looked for", exc_info=True)
