"""How late an event is: what acts of running late have added up to on this day."""

from __future__ import annotations

from access.audiences import Instant
from agenda.core.model import Event, Guid
from agenda.core.shift import Replacement, Spans, spans, times_before_delays
from agenda.ports import Act, AgendaStore

REMEMBERED: Instant = 24 * 3_600_000
"""Milliseconds. A delay is of its day."""
LATENESS = frozenset({Act.LATE, Act.BACK})


class Lateness:
    """Made once per process: what a release said never changes, so it is read once."""

    def __init__(self, store: AgendaStore) -> None:
        self._store = store
        self._read: dict[Guid, dict[int, Spans]] = {}
        """Of each event, by number: what was needed when it was last asked for."""

    async def planned_times(self, event: Event, at: Instant) -> Spans:
        """When each slot was to take place before it ran late; ``event``: the current release."""
        known, needed = self._read.get(event.guid, {}), {event.release: spans(event)}
        replacements: list[Replacement] = []
        for release in await self._store.history(event.guid):
            number = release.number
            if number > event.release:
                continue
            if release.published_at < at - REMEMBERED:
                break
            before = known.get(number - 1) or await self._times(event.guid, number - 1)
            if before is None:
                break
            needed[number - 1] = before
            replacements.append(Replacement(before, needed[number], release.act in LATENESS))
        self._read[event.guid] = needed
        return times_before_delays(needed[event.release], replacements)

    async def _times(self, event: Guid, number: int) -> Spans | None:
        released = await self._store.release(event, number)
        return None if released is None else spans(released)
