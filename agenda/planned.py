"""Sessions that stand in a draft: who is to hold them may prepare before anybody else knows."""

from __future__ import annotations

import msgspec

from access.audiences import Group, always
from access.resources import EventResource, SessionResource
from agenda.core.draft import Kind, Planned
from agenda.core.materials import OwnerKind
from agenda.core.model import Event, Guid, Session
from agenda.ports import Drafts
from agenda.resources import event_resource


def planned_event(event: Event) -> EventResource:
    """A draft's own audience is a plan. Until the release only its staff is admitted."""
    staff = always(Group.STAFF)
    return msgspec.structs.replace(event_resource(event), hidden=True, audience=staff)


class PlannedSession(msgspec.Struct, frozen=True):
    """A session of a draft, and the event it is to take place in."""

    event: Event
    session: Session

    @property
    def resource(self) -> SessionResource:
        """For the policy. It lies in no room yet, so that nothing of it comes onto a stage."""
        return SessionResource(self.session.guid, planned_event(self.event), released=False)


class PlannedSessions:
    """``agenda.materials.Owners``. Ask it last: what is released is not planned any more."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    async def find(self, guid: Guid) -> PlannedSession | None:
        """The session in whichever draft holds it."""
        found = await self._drafts.find(Kind.SESSION, guid)
        head = await self._drafts.find(Kind.EVENT, found[0]) if found else None
        planned, event = found[1].body if found else None, head[1].body if head else None
        if not isinstance(planned, Planned) or not isinstance(event, Event):
            return None
        return PlannedSession(event, planned.session)

    async def owner(self, kind: OwnerKind, guid: Guid) -> SessionResource | None:
        """See ``agenda.materials.Owners``."""
        found = await self.find(guid) if kind is OwnerKind.SESSION else None
        return found.resource if found else None
