"""How late an event is: what acts of running late have added up to on this day."""

from __future__ import annotations

from collections.abc import Mapping

from access.audiences import Instant
from agenda.core.model import Event, Guid
from agenda.core.shift import Replacement, Span, times_before_delays
from agenda.ports import Act, AgendaStore

REMEMBERED: Instant = 24 * 3_600_000
"""Milliseconds. A delay is of its day."""
LATENESS = frozenset({Act.LATE, Act.BACK})


async def planned_times(store: AgendaStore, event: Event, at: Instant) -> Mapping[Guid, Span]:
    """When each slot was to take place before it ran late; ``event`` is the current release."""
    replacements: list[Replacement] = []
    after = event
    for release in await store.history(event.guid):
        if release.number > event.release:
            continue
        if release.published_at < at - REMEMBERED:
            break
        before = await store.release(event.guid, release.number - 1)
        if before is None:
            break
        replacements.append(Replacement(before, after, release.act in LATENESS))
        after = before
    return times_before_delays(event, replacements)
