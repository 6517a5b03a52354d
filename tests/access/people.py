"""People and things the cases speak about. Keys are the official ones."""

from __future__ import annotations

from access.actors import Actor, Affiliation, Office, OfficeKind, ProjectAffiliation
from access.audiences import Group, TimeLine, always
from access.organisations import KEY_LENGTH
from access.resources import EventKind, EventResource, RoomResource, SessionResource

NOW = 1_000_000

MUNICIPAL = {length: kind for kind, length in KEY_LENGTH.items()}

NO_PROJECT: tuple[tuple[str, ...], tuple[int, ...]] = ((), ())
PROJECTS_OF = {
    "09475": (("hof",), (2021,)),
    "08421000": (("ulm",), (2019,)),
    "071375002": (("mayen-koblenz",), (2021,)),
}


def works_for(key: str, since: int = 0, until: int | None = None) -> Affiliation:
    projects, seasons = PROJECTS_OF.get(key, NO_PROJECT)
    return Affiliation(
        organisation=f"organisation {key}",
        kind=MUNICIPAL[len(key)],
        key=key,
        since=since,
        until=until,
        projects=projects,
        seasons=seasons,
    )


def project(name: str, season: int = 2021, *, confirmed: bool = True) -> ProjectAffiliation:
    return ProjectAffiliation(name, season, confirmed=confirmed)


def office(kind: OfficeKind, scope: str | None = None) -> Office:
    return Office(kind, scope, event="congress")


def event(
    group: Group | TimeLine, guid: str = "congress", *, hidden: bool = False, guests: bool = False
) -> EventResource:
    line = group if isinstance(group, TimeLine) else always(group)
    kind = EventKind.CONGRESS if guid == "congress" else EventKind.REGIONAL_CONFERENCE
    return EventResource(guid, guid, guid, line, hidden, kind, guests)


def session(of: EventResource, group: Group | None = None, room: str = "room") -> SessionResource:
    return SessionResource("session", of, None if group is None else always(group), room)


def room(of: EventResource, group: Group | None = None, guid: str = "room") -> RoomResource:
    line = None if group is None else always(group)
    return RoomResource(guid, of, line, frozenset({"session"}))


CONGRESS = event(Group.FUNDED)
CONFERENCE = event(Group.MUNICIPALITIES, "conference")

HOF_CITY = Actor("hof-city", affiliations=(works_for("09464000"),))
"""Works for Stadt Hof, which is not funded. Landkreis Hof, of the same name, is."""
HOF_DISTRICT = Actor("hof-district", affiliations=(works_for("09475"),))
"""Works for Landkreis Hof; has not said that the project is hers."""
FUNDED = Actor(
    "ulm", affiliations=(works_for("08421000"),), project_affiliations=(project("ulm", 2019),)
)
EXPERT = Actor("expert")
"""A named person without a municipality."""
