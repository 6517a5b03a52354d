"""Rows → the actors the policy decides about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, inspect, select
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
Query = Select[Any]


async def read_actors(
    connection: AsyncConnection, accounts: Sequence[str], now: Instant
) -> dict[str, Actor]:
    """Everything recorded about these people; who is unknown or closed is left out.

    Eight queries, however many they are.  ``now`` chooses the organisation that is shown.
    """
    people = await _rows(
        connection,
        select(_ACCOUNT.id, _ACCOUNT.name).where(
            _ACCOUNT.id.in_(accounts), _ACCOUNT.closed_at.is_(None)
        ),
    )
    employers = _by_account(await _rows(connection, _employers(accounts)))
    organisations = {row.organisation for rows in employers.values() for row in rows}
    projects = _grouped(await _rows(connection, _projects_of(organisations)), "organisation")
    work = _by_account(await _rows(connection, _project_affiliations(accounts)))
    offices = _by_account(await _rows(connection, _offices(accounts)))
    invitations = _by_account(await _rows(connection, _of(_INVITATION, "scope", accounts)))
    registrations = _by_account(
        await _rows(
            connection,
            _of(_REGISTRATION, "event", accounts).where(_REGISTRATION.status == CONFIRMED),
        )
    )
    bans = _by_account(await _rows(connection, _of(_BAN, "event", accounts)))
    actors = {}
    for person in people:
        held = employers[person.id]
        affiliations = tuple(_affiliation(row, projects[row.organisation]) for row in held)
        actors[person.id] = Actor(
            account=person.id,
            name=person.name,
            organisation=_shown(affiliations, {row.organisation: row.name for row in held}, now),
            affiliations=affiliations,
            project_affiliations=tuple(map(_project_affiliation, work[person.id])),
            invitations=frozenset(row.scope for row in invitations[person.id]),
            registrations=frozenset(row.event for row in registrations[person.id]),
            offices=tuple(map(_office, offices[person.id])),
            bans=frozenset(row.event for row in bans[person.id]),
        )
    return actors


async def _rows(connection: AsyncConnection, query: Query) -> Rows:
    return list(await connection.execute(query))


def _grouped(rows: Rows, column: str) -> dict[str, Rows]:
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups


def _by_account(rows: Rows) -> dict[str, Rows]:
    return _grouped(rows, "account")


def _of(columns: Any, value: str, accounts: Sequence[str]) -> Query:
    return select(columns.account, columns[value]).where(columns.account.in_(accounts))


def _employers(accounts: Sequence[str]) -> Query:
    return (
        select(
            _AFFILIATION.account,
            _AFFILIATION.organisation,
            _AFFILIATION.since,
            _AFFILIATION.until,
            _AFFILIATION.confirmed_at,
            _ORGANISATION.kind,
            _ORGANISATION.key,
            _ORGANISATION.name,
        )
        .join(OrganisationTable, _ORGANISATION.guid == _AFFILIATION.organisation)
        .where(_AFFILIATION.account.in_(accounts))
        .order_by(_AFFILIATION.since, _AFFILIATION.guid)
    )


def _projects_of(organisations: Iterable[str]) -> Query:
    return (
        select(_MEMBER.organisation, _PROJECT.id, _PROJECT.season)
        .join(ModelProjectTable, _PROJECT.id == _MEMBER.project)
        .where(_MEMBER.organisation.in_(organisations))
        .order_by(_PROJECT.id)
    )


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


def _project_affiliations(accounts: Sequence[str]) -> Query:
    through = and_(
        _MEMBER.project == _PROJECT_AFFILIATION.project,
        _MEMBER.organisation == _PROJECT_AFFILIATION.organisation,
    )
    return (
        select(
            _PROJECT_AFFILIATION.account,
            _PROJECT_AFFILIATION.project,
            _PROJECT.season,
            _PROJECT_AFFILIATION.since,
            _PROJECT_AFFILIATION.until,
            _PROJECT_AFFILIATION.confirmed_at,
            _MEMBER.admits,
        )
        .join(ModelProjectTable, _PROJECT.id == _PROJECT_AFFILIATION.project)
        .outerjoin(ProjectMemberTable, through)
        .where(_PROJECT_AFFILIATION.account.in_(accounts))
        .order_by(_PROJECT_AFFILIATION.since, _PROJECT_AFFILIATION.guid)
    )


def _project_affiliation(row: Row[Any]) -> ProjectAffiliation:
    return ProjectAffiliation(
        project=row.project,
        season=row.season,
        since=row.since,
        until=row.until,
        confirmed=row.confirmed_at is not None,
        # No member organisation named: nothing but the confirmation counts.
        admits=row.admits is not False,
    )


def _offices(accounts: Sequence[str]) -> Query:
    return (
        select(
            _OFFICE.account,
            _OFFICE.kind,
            _OFFICE.scope,
            _OFFICE.event,
            _OFFICE.since,
            _OFFICE.until,
        )
        .where(_OFFICE.account.in_(accounts))
        .order_by(_OFFICE.since, _OFFICE.guid)
    )


def _office(row: Row[Any]) -> Office:
    return Office(OfficeKind(row.kind), row.scope, row.event, row.since, row.until)
