"""Who is in a room, for its moderators: what processes know of connections, of this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from access.audiences import Instant
from rooms.core import announcements, people
from rooms.core.names import AccountId, Person
from rooms.core.people import People, PersonView
from rooms.core.questions import QuestionState
from rooms.core.room import Room


@dataclass(frozen=True)
class Here:
    """Persons with a connection, however many tabs each has open, and who is under a sanction."""

    present: Mapping[AccountId, Person]
    sanctioned: Mapping[AccountId, PersonView]
    """Only sanctions in force, also of persons who are not here."""


@dataclass(frozen=True)
class Glance:
    """A room in numbers, for whoever looks after all of them."""

    people: int
    """Persons and guests."""
    pending: int
    """Questions that wait for a moderator."""
    open: int
    """Questions that everybody sees and nobody has answered yet."""
    on_air: str
    """The question that is being answered; empty: none."""
    announced: str = ""
    """The announcement everybody sees; empty: none."""


def glance(people: int, room: Room, at: Instant) -> Glance:
    """A room at a glance, at an instant."""
    questions, announced = room.questions, room.announcements
    banner = announcements.view(announced, announced.shown)
    states = [question.state for question in questions.questions.values()]
    on_air = questions.questions.get(questions.on_air or "")
    return Glance(
        people=people,
        pending=states.count(QuestionState.PENDING),
        open=states.count(QuestionState.PUBLISHED),
        on_air=on_air.words.text if on_air and on_air.words else "",
        announced=banner.text if banner and at < banner.until else "",
    )


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
