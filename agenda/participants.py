"""What participants do with the programme: star sessions, be told of the next, say how it was.

Stars and feedback are kept as they were given, and shown through what the person may see now: a
star for a session that somebody may no longer enter shows nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import msgspec

from access import offices
from access.actors import Actor
from access.audiences import Instant
from agenda.core.feedback import Answer, Summary, opens_at, summary
from agenda.core.model import Event, Guid, Session, Slot
from agenda.core.my_agenda import next_due, times_of
from agenda.ports import FeedbackStore, StarStore
from agenda.visible import Visible, for_viewer


class Events(Protocol):
    """The programme as it stands now."""

    async def events(self) -> tuple[Event, ...]:
        """The current release of every event."""


class Mine(msgspec.Struct, frozen=True):
    """What somebody starred in one event, as they may see it."""

    event: Event
    slots: tuple[Slot, ...]
    """In order; what is cancelled is marked so."""


class Due(msgspec.Struct, frozen=True):
    """Somebody's next session begins within minutes."""

    event: Event
    slot: Slot


class TooEarlyError(Exception):
    """The session is not over yet, or never takes place."""


class Participants:
    """The use cases. Who may star or give feedback was asked of the policy by the surface."""

    def __init__(self, stars: StarStore, feedback: FeedbackStore, agenda: Events) -> None:
        self._stars = stars
        self._feedback = feedback
        self._agenda = agenda

    # Stars

    async def star(self, account: str, session: Session) -> None:
        """They want to attend it. No place is taken by it, and nothing hindered."""
        await self._stars.put(account, session.guid)

    async def unstar(self, account: str, session: Session) -> None:
        await self._stars.remove(account, session.guid)

    async def starred(self, actor: Actor) -> frozenset[Guid]:
        """Guids of all sessions the actor starred; a guest has none."""
        if actor.account is None:
            return frozenset()
        return frozenset(await self._stars.of(actor.account))

    async def mine(self, actor: Actor, at: Instant) -> tuple[Mine, ...]:
        """My agenda: what the actor starred, event by event, of what they may see."""
        starred = await self.starred(actor)
        found = [
            Mine(seen.event, times_of(seen.event, starred))
            for seen in await self._holding(starred, actor, at)
        ]
        return tuple(mine for mine in found if mine.slots)

    async def due(self, actor: Actor, at: Instant) -> Due | None:
        """The starred session that begins next, or one the actor speaks in; if it is time."""
        wanted = await self.starred(actor) | offices.speaks_in(actor, at)
        if not wanted:
            return None
        found = []
        for event in await self._agenda.events():
            # Asked every few seconds by everybody: what they may see is worked out only if due.
            if next_due((slot for slot in event.slots if slot.session in wanted), at) is None:
                continue
            seen = for_viewer(event, actor, at)
            slot = next_due(times_of(seen.event, wanted), at) if seen else None
            if seen and slot:
                found.append(Due(seen.event, slot))
        return min(found, key=lambda due: due.slot.starts_at, default=None)

    async def _holding(
        self, sessions: Collection[Guid], actor: Actor, at: Instant
    ) -> tuple[Visible, ...]:
        """The events that hold one of these sessions, as far as the actor may see them."""
        events = [
            event
            for event in await self._agenda.events()
            if sessions and any(each.guid in sessions for each in event.sessions)
        ]
        seen = [for_viewer(event, actor, at) for event in events]
        return tuple(each for each in seen if each is not None)

    # Feedback

    async def said(self, actor: Actor) -> Mapping[Guid, Answer]:
        """What the actor said, by session; a guest said nothing."""
        return await self._feedback.own(actor.account) if actor.account is not None else {}

    async def say(
        self, account: str, event: Event, session: Session, answer: Answer, at: Instant
    ) -> None:
        """Give feedback, or change it. Raises ``TooEarlyError``; what was said may be changed."""
        opens = opens_at(event, session)
        early = opens is None or at < opens
        # A rehearsal begins anew, a session is moved: whoever answered before may correct it.
        if early and session.guid not in await self._feedback.own(account):
            raise TooEarlyError(session.guid)
        await self._feedback.put(account, event.guid, session.guid, answer)

    async def withdraw(self, account: str, session: Session) -> None:
        await self._feedback.remove(account, session.guid)

    async def summaries(self, event: Event) -> Mapping[Guid, Summary]:
        """What an organiser reads, by session; without those of which too little was said."""
        answers = await self._feedback.of_event(event.guid)
        found = {session: summary(said) for session, said in answers.items()}
        return {session: each for session, each in found.items() if each is not None}
