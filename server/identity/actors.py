"""Rows → the actors the policy decides about.

Everything recorded about people comes by one statement: what a statement costs this process is
more than what it costs the database, and a thousand people come in at nine o'clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    inspect,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
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
Parts = dict[tuple[str, str], Rows]
"""By part and account, each in order of time."""

_SHAPE: dict[str, String | BigInteger] = {
    "guid": String(),
    "scope": String(),
    "event": String(),
    "kind": String(),
    "key": String(),
    "name": String(),
    "season": BigInteger(),
    "since": BigInteger(),
    "until": BigInteger(),
    "confirmed_at": BigInteger(),
    "admits": BigInteger(),
}
"""Every part has these columns; what it has nothing for is NULL."""


def _part(part: str, account: ColumnElement[str], **columns: ColumnElement[Any]) -> Select[Any]:
    """One kind of fact about the accounts that are asked for."""
    shape = (columns.get(name, cast(null(), kind)).label(name) for name, kind in _SHAPE.items())
    return select(
        literal_column(f"'{part}'").label("part"), account.label("account"), *shape
    ).where(account.in_(bindparam("accounts", expanding=True)))


def _people() -> Select[Any]:
    return _part("person", _ACCOUNT.id, name=_ACCOUNT.name).where(_ACCOUNT.closed_at.is_(None))


def _employers() -> Select[Any]:
    return _part(
        "employer",
        _AFFILIATION.account,
        guid=_AFFILIATION.guid,
        scope=_AFFILIATION.organisation,
        kind=_ORGANISATION.kind,
        key=_ORGANISATION.key,
        name=_ORGANISATION.name,
        since=_AFFILIATION.since,
        until=_AFFILIATION.until,
        confirmed_at=_AFFILIATION.confirmed_at,
    ).join_from(
        AffiliationTable, OrganisationTable, _ORGANISATION.guid == _AFFILIATION.organisation
    )


def _projects_of_employers() -> Select[Any]:
    return (
        _part(
            "member",
            _AFFILIATION.account,
            scope=_AFFILIATION.organisation,
            name=_PROJECT.id,
            season=_PROJECT.season,
        )
        .join_from(
            AffiliationTable, ProjectMemberTable, _MEMBER.organisation == _AFFILIATION.organisation
        )
        .join(ModelProjectTable, _PROJECT.id == _MEMBER.project)
    )


def _own_projects() -> Select[Any]:
    through = and_(
        _MEMBER.project == _PROJECT_AFFILIATION.project,
        _MEMBER.organisation == _PROJECT_AFFILIATION.organisation,
    )
    return (
        _part(
            "project",
            _PROJECT_AFFILIATION.account,
            guid=_PROJECT_AFFILIATION.guid,
            scope=_PROJECT_AFFILIATION.project,
            season=_PROJECT.season,
            since=_PROJECT_AFFILIATION.since,
            until=_PROJECT_AFFILIATION.until,
            confirmed_at=_PROJECT_AFFILIATION.confirmed_at,
            admits=case((_MEMBER.admits.is_(False), 0), else_=1),
        )
        .join_from(
            ProjectAffiliationTable,
            ModelProjectTable,
            _PROJECT.id == _PROJECT_AFFILIATION.project,
        )
        .outerjoin(ProjectMemberTable, through)
    )


def _offices() -> Select[Any]:
    return _part(
        "office",
        _OFFICE.account,
        guid=_OFFICE.guid,
        scope=_OFFICE.scope,
        event=_OFFICE.event,
        kind=_OFFICE.kind,
        since=_OFFICE.since,
        until=_OFFICE.until,
    )


_EVERYTHING = union_all(
    _people(),
    _employers(),
    _projects_of_employers(),
    _own_projects(),
    _offices(),
    _part("invitation", _INVITATION.account, scope=_INVITATION.scope),
    _part("registration", _REGISTRATION.account, scope=_REGISTRATION.event).where(
        _REGISTRATION.status == CONFIRMED
    ),
    _part("ban", _BAN.account, scope=_BAN.event),
).order_by("since", "guid")


async def read_actors(
    connection: AsyncConnection, accounts: Sequence[str], now: Instant
) -> dict[str, Actor]:
    """Everything recorded about these people; who is unknown or closed is left out.

    ``now`` chooses the organisation that is shown.
    """
    parts: Parts = defaultdict(list)
    found: Rows = list(await connection.execute(_EVERYTHING, {"accounts": accounts}))
    for row in found:
        parts[row.part, row.account].append(row)
    return {
        account: _actor(rows[0], parts, now)
        for (part, account), rows in list(parts.items())
        if part == "person"
    }


def _actor(person: Row[Any], parts: Parts, now: Instant) -> Actor:
    account: str = person.account
    held = parts["employer", account]
    members = parts["member", account]
    affiliations = tuple(_affiliation(row, members) for row in held)
    return Actor(
        account=account,
        name=person.name,
        organisation=_shown(affiliations, {row.scope: row.name for row in held}, now),
        affiliations=affiliations,
        project_affiliations=tuple(map(_project_affiliation, parts["project", account])),
        invitations=_scopes(parts["invitation", account]),
        registrations=_scopes(parts["registration", account]),
        offices=tuple(map(_office, parts["office", account])),
        bans=_scopes(parts["ban", account]),
    )


def _scopes(rows: Rows) -> frozenset[str]:
    return frozenset(row.scope for row in rows)


def _affiliation(row: Row[Any], members: Rows) -> Affiliation:
    projects = {each.name: each.season for each in members if each.scope == row.scope}
    return Affiliation(
        organisation=row.scope,
        kind=OrganisationKind(row.kind),
        key=row.key,
        since=row.since,
        until=row.until,
        confirmed=row.confirmed_at is not None,
        projects=tuple(sorted(projects)),
        seasons=tuple(sorted(set(projects.values()))),
    )


def _shown(affiliations: tuple[Affiliation, ...], names: dict[str, str], now: Instant) -> str:
    """The organisation shown beside the name: the newest in force."""
    present = in_force(affiliations, now)
    return names[present[-1].organisation] if present else ""


def _project_affiliation(row: Row[Any]) -> ProjectAffiliation:
    return ProjectAffiliation(
        project=row.scope,
        season=row.season,
        since=row.since,
        until=row.until,
        confirmed=row.confirmed_at is not None,
        # No member organisation named: nothing but the confirmation counts.
        admits=row.admits != 0,
    )


def _office(row: Row[Any]) -> Office:
    return Office(OfficeKind(row.kind), row.scope, row.event, row.since, row.until)


async def read_office_holders(
    connection: AsyncConnection, events: Sequence[str], now: Instant
) -> dict[str, tuple[Actor, ...]]:
    """Per event: the people with an office for everything, the event, or something in it.

    Offices that have ended are left out; those that have yet to begin are not.
    """
    query = select(_OFFICE.account, _OFFICE.scope, _OFFICE.event).where(
        or_(_OFFICE.scope.is_(None), _OFFICE.scope.in_(events), _OFFICE.event.in_(events)),
        or_(_OFFICE.until.is_(None), _OFFICE.until > now),
    )
    rows: Rows = list(await connection.execute(query))
    accounts = sorted({row.account for row in rows})
    actors = await read_actors(connection, accounts, now)
    return {
        event: tuple(
            actors[account]
            for account in sorted({r.account for r in rows if _concerns(r, event)})
            if account in actors
        )
        for event in events
    }


def _concerns(office: Row[Any], event: str) -> bool:
    return office.scope is None or event in (office.scope, office.event)
