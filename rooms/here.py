"""Who is in a room, for its moderators: from the memory of one process, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from access.audiences import Instant
from rooms.core import people
from rooms.core.names import AccountId, Person
from rooms.core.people import People, PersonView


@dataclass(frozen=True)
class Here:
    """Persons with a connection, however many tabs each has open, and who is under a sanction."""

    present: Mapping[AccountId, Person]
    sanctioned: Mapping[AccountId, PersonView]
    """Only sanctions in force, also of persons who are not here."""


def here(present: Iterable[Person], sanctions: People, at: Instant) -> Here:
    """Who is in the room at an instant."""
    views = {account: people.view(sanctions, account) for account in sanctions.sanctions}
    return Here(
        {person.account: person for person in present},
        {
            account: view
            for account, view in views.items()
            if view is not None and people.barred(sanctions, account, writing=True, at=at)
        },
    )
