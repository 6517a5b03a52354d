"""Organisations and model projects, read. A person finds theirs by name and picks it by key."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import Row, case, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from access.organisations import Organisation, OrganisationKind
from access.projects import MemberRole, ModelProject, ProjectMember
from agenda.core.text_search import fold
from server.db.tables.access import ModelProjectTable, OrganisationTable, ProjectMemberTable

LONGEST_QUERY = 100
MOST_HITS = 50
"""There are 12 Neuenkirchen; a search with more hits than this asks for more letters."""

_ORGANISATION = inspect(OrganisationTable).c
_PROJECT = inspect(ModelProjectTable).c
_MEMBER = inspect(ProjectMemberTable).c


class Hit(msgspec.Struct, frozen=True):
    """An organisation found, and what must stand beside its name."""

    organisation: Organisation
    former_name: str | None = None
    """The name or key searched for is a former one and leads to this organisation."""
    projects: tuple[str, ...] = ()
    """Names of the model projects it belongs to."""


class Registers:
    """Looking up. Nothing here decides or changes anything."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def search(self, query: str) -> tuple[Hit, ...]:
        """All organisations whose name contains the words, or whose key it is; never only one
        picked from several.  Exact names first, then by name, state, district and key.
        """
        if len(query) > LONGEST_QUERY:
            return ()
        words = fold(query)
        if len(words) < 2:
            return ()
        condition = _ORGANISATION.folded.contains(words, autoescape=True)
        if words.isdigit():
            condition = or_(condition, _ORGANISATION.key == words)
        exact = or_(
            _ORGANISATION.folded == words,
            _ORGANISATION.folded.endswith(f" {words}", autoescape=True),
        )
        nearest = case(
            (exact, 0),
            (_ORGANISATION.folded.startswith(words, autoescape=True), 1),
            else_=2,
        )
        order = (nearest, _ORGANISATION.folded, _ORGANISATION.state, _ORGANISATION.key)
        rows = await self._rows(
            select(OrganisationTable).where(condition).order_by(*order).limit(MOST_HITS)
        )
        return await self._hits([_organisation(row) for row in rows])

    async def organisation(self, guid: str) -> Organisation | None:
        """The organisation; for a former one the one that took its place."""
        found = await self._one(_ORGANISATION.guid == guid)
        return await self._present(found) if found else None

    async def by_key(self, key: str) -> Organisation | None:
        """The same by official key, a former key included."""
        found = await self._one(_ORGANISATION.key == key)
        return await self._present(found) if found else None

    async def projects(self) -> tuple[ModelProject, ...]:
        """All model projects with their members, by name."""
        members: dict[str, list[ProjectMember]] = defaultdict(list)
        query = select(ProjectMemberTable, _ORGANISATION.key).join(
            OrganisationTable, _ORGANISATION.guid == _MEMBER.organisation
        )
        for row in await self._rows(query.order_by(_ORGANISATION.key)):
            members[row.project].append(
                ProjectMember(row.organisation, row.key, MemberRole(row.role), row.admits)
            )
        rows = await self._rows(select(ModelProjectTable).order_by(_PROJECT.name))
        return tuple(
            ModelProject(r.id, r.name, r.season, r.title, r.state, tuple(members[r.id]))
            for r in rows
        )

    async def _present(self, found: Organisation) -> Organisation:
        if found.former_of is None:
            return found
        return await self._one(_ORGANISATION.guid == found.former_of) or found

    async def _hits(self, found: list[Organisation]) -> tuple[Hit, ...]:
        projects: dict[str, list[str]] = defaultdict(list)
        for project in await self.projects():
            for member in project.members:
                projects[member.organisation].append(project.name)
        hits: dict[str, Hit] = {}
        for each in found:
            present = await self._present(each)
            former = each.name if present.guid != each.guid else None
            known = hits.get(present.guid)
            if known is None or known.former_name is not None:
                names = tuple(projects[present.guid])
                hits[present.guid] = Hit(present, former, names)
        return tuple(hits.values())

    async def _one(self, condition: Any) -> Organisation | None:
        rows = await self._rows(select(OrganisationTable).where(condition))
        return _organisation(rows[0]) if rows else None

    async def _rows(self, query: Any) -> list[Row[Any]]:
        async with self._engine.connect() as connection:
            return list(await connection.execute(query))


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(
        guid=row.guid,
        kind=OrganisationKind(row.kind),
        key=row.key,
        name=row.name,
        district=row.district,
        state=row.state,
        former_of=row.former_of,
    )
