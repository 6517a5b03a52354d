"""Releasing: the one way new content of an event gets out."""

from __future__ import annotations

import msgspec

from access.audiences import Instant
from agenda.core import gate
from agenda.core.gate import Finding
from agenda.core.model import Event
from agenda.core.release import stamp
from agenda.ports import SYSTEM, Act, AgendaStore


class NotReleasableError(Exception):
    """The gate found faults that would break exports or leak. ``findings`` names them."""

    def __init__(self, event: Event, findings: tuple[Finding, ...]) -> None:
        faults = ", ".join(f"{finding.fault} ({finding.subject})" for finding in findings)
        super().__init__(f"{event.slug} cannot be released: {faults}")
        self.findings = findings


async def publish(
    store: AgendaStore, draft: Event, at: Instant, act: Act = Act.RELEASE, *, by: str = SYSTEM
) -> Event:
    """Release the draft and return it as released; the same content again changes nothing.

    Raises ``NotReleasableError``, or ``ReleaseTakenError`` when another release came first; then
    nothing was stored.
    """
    previous = await store.event_by_guid(draft.guid)
    if previous is not None and _unchanged(previous, draft):
        return previous
    event = stamp(previous, draft, at)
    findings = tuple(finding for finding in gate.check(event) if finding.blocks)
    if findings:
        raise NotReleasableError(event, findings)
    await store.put_release(event, act, by=by)
    return event


def _unchanged(previous: Event, draft: Event) -> bool:
    again = stamp(previous, draft, previous.published_at)
    return msgspec.structs.replace(again, release=previous.release) == previous
