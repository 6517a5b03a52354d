"""Announcements from outside of the rooms: the organiser speaks to several of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from access import policy
from access.actors import Actor
from access.audiences import Instant
from access.resources import RoomResource
from rooms.core.announcements import AnnouncementCommand
from rooms.core.names import AccountId, Code, Person, Refusal, RoomId
from rooms.draft import Submission
from rooms.ports import CommandKey
from rooms.wire.commands import Answer
from server.identity.admission import Directory, person


class Announcing:
    """One per process."""

    def __init__(
        self,
        submit: Callable[[Submission], None],
        rooms: Directory,
        removed: Callable[[RoomId], Awaitable[frozenset[AccountId]]],
        now: Callable[[], Instant],
        new_id: Callable[[], str],
    ) -> None:
        """``removed``: whom a room sent out."""
        self._submit = submit
        self._rooms = rooms
        self._removed = removed
        self._now = now
        self._new_id = new_id

    async def tell(
        self, actor: Actor, rooms: Sequence[RoomId], command: AnnouncementCommand
    ) -> Mapping[RoomId, Refusal]:
        """Give the command in every room, as if the actor stood there. Which refused, and why."""
        answers = await asyncio.gather(*(self._give(actor, room, command) for room in rooms))
        told = zip(rooms, answers, strict=True)
        return {room: answer.error for room, answer in told if answer.error is not None}

    async def _give(self, actor: Actor, room: RoomId, command: AnnouncementCommand) -> Answer:
        resource = await self._rooms.room(room)
        if resource is None or actor.account is None:
            return Answer(error=Refusal(Code.NOT_FOUND))
        known = actor.known_in(room, await self._removed(room))
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._submit(
            Submission(
                room,
                CommandKey(actor.account, self._new_id()),
                command,
                sender=partial(self._person, known, resource),
                tell=partial(_tell, told),
            )
        )
        return await told

    def _person(self, actor: Actor, room: RoomResource) -> Person | Refusal:
        at = self._now()
        may, _ = policy.permissions(actor, room, at)
        return person(actor, room, may, at) or Refusal(Code.UNAUTHORIZED)


def _tell(told: asyncio.Future[Answer], answer: Answer) -> None:
    if not told.done():  # whoever asked may have gone away meanwhile
        told.set_result(answer)
