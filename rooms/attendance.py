"""Who is in a room by the connections of one process, as it tells the others.

Processes know of each other's people only by this: it may be some seconds old, and nothing but
numbers and lists of who is here depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from rooms.core.names import AccountId, Person, RoomId


class Attendance(msgspec.Struct, frozen=True):
    """One room."""

    persons: Mapping[AccountId, Person] = {}
    """Signed in, each once; without what they may do."""
    guests: int = 0
    """Connections of guests."""


NOBODY = Attendance()
Attendances = Mapping[RoomId, Attendance]
"""Of one process: the rooms in which somebody is."""


def attendance(persons: Iterable[Person], guests: int) -> Attendance:
    """What a process tells of a room."""
    bare = (msgspec.structs.replace(one, may=frozenset(), staff=frozenset()) for one in persons)
    return Attendance({one.account: one for one in bare}, guests)


def together(processes: Iterable[Attendances]) -> dict[RoomId, Attendance]:
    """Of several processes: who is connected to two of them is one person."""
    found: dict[RoomId, Attendance] = {}
    for rooms in processes:
        for room, here in rooms.items():
            known = found.get(room, NOBODY)
            persons = {**known.persons, **here.persons}
            found[room] = Attendance(persons, known.guests + here.guests)
    return found


def people(rooms: Attendances) -> int:
    """In all rooms: who is in two of them counts twice."""
    return sum(len(here.persons) + here.guests for here in rooms.values())
