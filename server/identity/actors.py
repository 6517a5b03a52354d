"""Rows → the actor the policy decides about."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Row, and_, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from access.actors import Actor, Affiliation, Office, OfficeKind, ProjectAffiliation
from access.audiences import Instant
from access.groups import in_force
from access.organisations import OrganisationKind
from server.db.tables.access import (
    AffiliationTable,
    BanTable,
    InvitationTable,
    ModelProjectTable,
    OfficeTable,
    OrganisationTable,
    ProjectAffiliationTable,
    ProjectMemberTable,
    RegistrationTable,
)
from server.db.tables.identity import AccountTable

CONFIRMED = "confirmed"

_ACCOUNT = inspect(AccountTable).c
_AFFILIATION = inspect(AffiliationTable).c
_BAN = inspect(BanTable).c
_INVITATION = inspect(InvitationTable).c
_MEMBER = inspect(ProjectMemberTable).c
_OFFICE = inspect(OfficeTable).c
_ORGANISATION = inspect(OrganisationTable).c
_PROJECT = inspect(ModelProjectTable).c
_PROJECT_AFFILIATION = inspect(ProjectAffiliationTable).c
_REGISTRATION = inspect(RegistrationTable).c

Rows = list[Row[Any]]


async def read_actor(connection: AsyncConnection, account: str, now: Instant) -> Actor | None:
    """Everything recorded about a person, in one connection. ``now`` chooses the name shown."""
    person = (
        await connection.execute(
            select(_ACCOUNT.name).where(_ACCOUNT.id == account, _ACCOUNT.closed_at.is_(None))
        )
    ).first()
    if person is None:
        return None
    employers = await _employers(connection, account)
    projects = await _projects_of(connection, [row.organisation for row in employers])
    affiliations = tuple(_affiliation(row, projects[row.organisation]) for row in employers)
    names = {row.organisation: row.name for row in employers}
    return Actor(
        account=account,
        name=person.name,
        organisation=_shown(affiliations, names, now),
        affiliations=affiliations,
        project_affiliations=await _project_affiliations(connection, account),
        invitations=await _set(connection, select(_INVITATION.scope), _INVITATION, account),
        registrations=await _set(
            connection,
            select(_REGISTRATION.event).where(_REGISTRATION.status == CONFIRMED),
            _REGISTRATION,
            account,
        ),
        offices=await _offices(connection, account),
        bans=await _set(connection, select(_BAN.event), _BAN, account),
    )


async def _set(
    connection: AsyncConnection, query: Any, columns: Any, account: str
) -> frozenset[str]:
    rows = await connection.execute(query.where(columns.account == account))
    return frozenset(rows.scalars())


async def _employers(connection: AsyncConnection, account: str) -> Rows:
    query = (
        select(
            _AFFILIATION.organisation,
            _AFFILIATION.since,
            _AFFILIATION.until,
            _AFFILIATION.confirmed_at,
            _ORGANISATION.kind,
            _ORGANISATION.key,
            _ORGANISATION.name,
        )
        .join(OrganisationTable, _ORGANISATION.guid == _AFFILIATION.organisation)
        .where(_AFFILIATION.account == account)
        .order_by(_AFFILIATION.since, _AFFILIATION.guid)
    )
    return list(await connection.execute(query))


async def _projects_of(connection: AsyncConnection, organisations: list[str]) -> dict[str, Rows]:
    query = (
        select(_MEMBER.organisation, _PROJECT.id, _PROJECT.season)
        .join(ModelProjectTable, _PROJECT.id == _MEMBER.project)
        .where(_MEMBER.organisation.in_(organisations))
        .order_by(_PROJECT.id)
    )
    found: dict[str, Rows] = defaultdict(list)
    rows: Rows = list(await connection.execute(query))
    for row in rows:
        found[row.organisation].append(row)
    return found


def _affiliation(row: Row[Any], projects: Rows) -> Affiliation:
    return Affiliation(
        organisation=row.organisation,
        kind=OrganisationKind(row.kind),
        key=row.key,
        since=row.since,
        until=row.until,
        confirmed=row.confirmed_at is not None,
        projects=tuple(each.id for each in projects),
        seasons=tuple(sorted({each.season for each in projects})),
    )


def _shown(affiliations: tuple[Affiliation, ...], names: dict[str, str], now: Instant) -> str:
    """The organisation shown beside the name: the newest in force."""
    present = in_force(affiliations, now)
    return names[present[-1].organisation] if present else ""


async def _project_affiliations(
    connection: AsyncConnection, account: str
) -> tuple[ProjectAffiliation, ...]:
    through = and_(
        _MEMBER.project == _PROJECT_AFFILIATION.project,
        _MEMBER.organisation == _PROJECT_AFFILIATION.organisation,
    )
    query = (
        select(
            _PROJECT_AFFILIATION.project,
            _PROJECT.season,
            _PROJECT_AFFILIATION.since,
            _PROJECT_AFFILIATION.until,
            _PROJECT_AFFILIATION.confirmed_at,
            _MEMBER.admits,
        )
        .join(ModelProjectTable, _PROJECT.id == _PROJECT_AFFILIATION.project)
        .outerjoin(ProjectMemberTable, through)
        .where(_PROJECT_AFFILIATION.account == account)
        .order_by(_PROJECT_AFFILIATION.since, _PROJECT_AFFILIATION.guid)
    )
    return tuple(
        ProjectAffiliation(
            project=row.project,
            season=row.season,
            since=row.since,
            until=row.until,
            confirmed=row.confirmed_at is not None,
            admits=row.admits is not False,
        )
        for row in await connection.execute(query)
    )


async def _offices(connection: AsyncConnection, account: str) -> tuple[Office, ...]:
    query = (
        select(_OFFICE.kind, _OFFICE.scope, _OFFICE.event, _OFFICE.since, _OFFICE.until)
        .where(_OFFICE.account == account)
        .order_by(_OFFICE.since, _OFFICE.guid)
    )
    return tuple(
        Office(OfficeKind(row.kind), row.scope, row.event, row.since, row.until)
        for row in await connection.execute(query)
    )
