"""Who asks: the recorded facts about one person (or guest, or big screen), with their dates.

A fact holds in ``[since, until)``; ``until`` None means without end.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from access.audiences import Instant
from access.organisations import OrganisationKind


class Affiliation(msgspec.Struct, frozen=True):
    """Works for an organisation."""

    organisation: str
    """Guid."""
    kind: OrganisationKind
    key: str | None = None
    since: Instant = 0
    until: Instant | None = None
    confirmed: bool = False
    """False: the person says so. Enough where any municipality is meant."""
    projects: tuple[str, ...] = ()
    """Ids of the model projects this organisation belongs to. Says what to offer; admits nobody."""
    seasons: tuple[int, ...] = ()
    """The funding rounds of these projects."""


class ProjectAffiliation(msgspec.Struct, frozen=True):
    """Works in a model project."""

    project: str
    season: int
    since: Instant = 0
    until: Instant | None = None
    confirmed: bool = False
    """By the project's lead or the organiser. Until then the person waits."""
    admits: bool = True
    """Setting of the project for the member organisation this rests on (ProjectMember.admits)."""


class OfficeKind(StrEnum):
    ORGANISER = "organiser"
    HOST = "host"
    """Manages only its own event."""
    MODERATOR = "moderator"
    """Of one room, or of all rooms of an event. Often hired: no rights of an organiser."""
    SPEAKER = "speaker"
    """Of one session."""


class Office(msgspec.Struct, frozen=True):
    kind: OfficeKind
    scope: str | None = None
    """Guid of an event, room or session; None (organiser only): everything."""
    event: str | None = None
    """Guid of the event the scope lies in; for an event's office the event itself."""
    since: Instant = 0
    until: Instant | None = None


class Actor(msgspec.Struct, frozen=True):
    """Everything the policy knows about who asks."""

    account: str | None
    name: str = ""
    organisation: str = ""
    """Display name of the organisation. Never used to decide."""
    affiliations: tuple[Affiliation, ...] = ()
    project_affiliations: tuple[ProjectAffiliation, ...] = ()
    invitations: frozenset[str] = frozenset()
    """Guids of events (or of a room or session) this person was invited to by name."""
    registrations: frozenset[str] = frozenset()
    """Guids of events with a confirmed registration."""
    offices: tuple[Office, ...] = ()
    bans: frozenset[str] = frozenset()
    """Guids of events and rooms this person was sent out of."""
    screen_of: str | None = None
    """A big screen: guid of the one room it shows."""
    until: Instant | None = None
    """When the credential expires."""

    def known_in(self, room: str, removed: Collection[str]) -> Actor:
        """With what this room itself knows. ``removed``: the accounts it sent out."""
        if self.account not in removed:
            return self
        return replace(self, bans=self.bans | {room})


GUEST = Actor(account=None)
