"""Changing the facts about people. Each change is one transaction with its audit entry.

Who may ask for a change is decided by the surface that calls; here only what is recorded.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, insert, inspect, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from access.actors import OfficeKind
from access.audiences import Instant
from access.organisations import Organisation
from server.db.tables.access import (
    AffiliationTable,
    BanTable,
    InvitationTable,
    OfficeTable,
    ProjectAffiliationTable,
    ProjectMemberTable,
    RegistrationTable,
)
from server.db.tables.identity import AccountTable
from server.db.tables.participants import FeedbackRow, StarRow
from server.identity.actors import CONFIRMED
from server.identity.facts import Facts
from server.identity.registers import Registers
from server.storage.journal import ErasureJournal

CANCELLED = "cancelled"

_ACCOUNT = inspect(AccountTable).c
_AFFILIATION = inspect(AffiliationTable).c
_BAN = inspect(BanTable).c
_INVITATION = inspect(InvitationTable).c
_MEMBER = inspect(ProjectMemberTable).c
_OFFICE = inspect(OfficeTable).c
_PROJECT_AFFILIATION = inspect(ProjectAffiliationTable).c
_REGISTRATION = inspect(RegistrationTable).c


class UnknownEntryError(LookupError):
    """No such organisation or project in the registers."""


class Records:
    """Records what people say about themselves, and what organisers confirm or end."""

    def __init__(
        self, facts: Facts, registers: Registers, erasures: ErasureJournal | None = None
    ) -> None:
        self._facts = facts
        self._registers = registers
        self._erasures = erasures

    async def rename(self, account: str, name: str) -> None:
        """The name shown beside what the person says."""
        async with self._facts.changing(account, "account.renamed", by=account) as connection:
            await connection.execute(
                update(AccountTable).where(_ACCOUNT.id == account).values(name=name)
            )

    async def choose_organisation(self, account: str, organisation: str) -> Organisation:
        """The person says where they work now. Unconfirmed; ends what they said before.

        Ends the work in model projects that rested on the former employer, too.  A former
        organisation leads to its successor.  Raises ``UnknownEntryError``.
        """
        chosen = await self._registers.organisation(organisation)
        if chosen is None:
            raise UnknownEntryError(organisation)
        now = self._now()
        act = "affiliation.chosen"
        async with self._facts.changing(account, act, by=account, detail=chosen.guid) as connection:
            elsewhere = _AFFILIATION.organisation != chosen.guid
            await _end(connection, AffiliationTable, account, now, elsewhere)
            rested = and_(
                _PROJECT_AFFILIATION.organisation.is_not(None),
                _PROJECT_AFFILIATION.organisation != chosen.guid,
            )
            await _end(connection, ProjectAffiliationTable, account, now, rested)
            if not await _present(connection, AffiliationTable, account, now, ~elsewhere):
                row = AffiliationTable(
                    guid=self._facts.new_id(),
                    account=account,
                    organisation=chosen.guid,
                    since=now,
                    until=None,
                    confirmed_at=None,
                    confirmed_by=None,
                )
                await connection.execute(insert(AffiliationTable).values(row.model_dump()))
        return chosen

    async def declare_project(self, account: str, project: str) -> None:
        """The person says they work in this model project: waits for confirmation.

        Raises ``UnknownEntryError``.
        """
        if project not in {each.id for each in await self._registers.projects()}:
            raise UnknownEntryError(project)
        now = self._now()
        act = "project.declared"
        async with self._facts.changing(account, act, by=account, detail=project) as connection:
            same = _PROJECT_AFFILIATION.project == project
            if not await _present(connection, ProjectAffiliationTable, account, now, same):
                row = ProjectAffiliationTable(
                    guid=self._facts.new_id(),
                    account=account,
                    project=project,
                    organisation=await _employer_in(connection, account, project, now),
                    since=now,
                    until=None,
                    confirmed_at=None,
                    confirmed_by=None,
                )
                await connection.execute(insert(ProjectAffiliationTable).values(row.model_dump()))

    async def confirm_project(self, account: str, project: str, *, by: str) -> None:
        """The project's lead or the organiser confirms that the person works in it."""
        now = self._now()
        act = "project.confirmed"
        async with self._facts.changing(account, act, by=by, detail=project) as connection:
            await connection.execute(
                update(ProjectAffiliationTable)
                .where(
                    _PROJECT_AFFILIATION.account == account,
                    _PROJECT_AFFILIATION.project == project,
                    _in_force(_PROJECT_AFFILIATION, now),
                    _PROJECT_AFFILIATION.confirmed_at.is_(None),
                )
                .values(confirmed_at=now, confirmed_by=by)
            )

    async def end_project(self, account: str, project: str, *, by: str) -> None:
        """The person does not work in this model project any more."""
        act = "project.ended"
        async with self._facts.changing(account, act, by=by, detail=project) as connection:
            same = _PROJECT_AFFILIATION.project == project
            await _end(connection, ProjectAffiliationTable, account, self._now(), same)

    async def end_affiliation(self, account: str, organisation: str, *, by: str) -> None:
        """The person does not work there any more, nor in the projects that rested on it."""
        now = self._now()
        act = "affiliation.ended"
        async with self._facts.changing(account, act, by=by, detail=organisation) as connection:
            here = _AFFILIATION.organisation == organisation
            await _end(connection, AffiliationTable, account, now, here)
            rested = _PROJECT_AFFILIATION.organisation == organisation
            await _end(connection, ProjectAffiliationTable, account, now, rested)

    async def admit_member(self, project: str, organisation: str, admits: bool, *, by: str) -> None:
        """Setting of a project: whether this member's confirmed staff count as its staff."""
        detail = f"{project} {organisation} {admits}"
        async with self._facts.changing(
            None, "project.setting", by=by, detail=detail
        ) as connection:
            await connection.execute(
                update(ProjectMemberTable)
                .where(_MEMBER.project == project, _MEMBER.organisation == organisation)
                .values(admits=admits)
            )

    async def appoint(
        self, account: str, kind: OfficeKind, scope: str | None, event: str | None, *, by: str
    ) -> str:
        """Give an office; returns its guid. ``event``: where the room or session lies."""
        guid = self._facts.new_id()
        detail = f"{kind} {scope or 'everything'}"
        async with self._facts.changing(
            account, "office.given", by=by, detail=detail
        ) as connection:
            row = OfficeTable(
                guid=guid,
                account=account,
                kind=kind.value,
                scope=scope,
                event=event,
                since=self._now(),
                until=None,
            )
            await connection.execute(insert(OfficeTable).values(row.model_dump()))
        return guid

    async def dismiss(self, account: str, office: str, *, by: str) -> None:
        """End an office."""
        async with self._facts.changing(
            account, "office.ended", by=by, detail=office
        ) as connection:
            same = _OFFICE.guid == office
            await _end(connection, OfficeTable, account, self._now(), same)

    async def invite(self, account: str, scope: str, *, by: str) -> None:
        """Invite a named person to an event (or to one room or session)."""
        row = {"account": account, "scope": scope, "at": self._now(), "by": by}
        async with self._facts.changing(account, "invited", by=by, detail=scope) as connection:
            await _put(connection, InvitationTable, ("account", "scope"), row)

    async def withdraw_invitation(self, account: str, scope: str, *, by: str) -> None:
        async with self._facts.changing(account, "uninvited", by=by, detail=scope) as connection:
            await connection.execute(
                delete(InvitationTable).where(
                    _INVITATION.account == account, _INVITATION.scope == scope
                )
            )

    async def register(self, account: str, event: str) -> None:
        """A place at an event. Registering again changes nothing but the time."""
        await self._registration(account, event, CONFIRMED, by=account)

    async def cancel_registration(self, account: str, event: str, *, by: str) -> None:
        await self._registration(account, event, CANCELLED, by=by)

    async def _registration(self, account: str, event: str, status: str, *, by: str) -> None:
        row = {"account": account, "event": event, "status": status, "at": self._now()}
        act = f"registration.{status}"
        async with self._facts.changing(account, act, by=by, detail=event) as connection:
            await _put(connection, RegistrationTable, ("account", "event"), row)

    async def ban(self, account: str, event: str, *, by: str, reason: str) -> None:
        """Send a person out of a whole event."""
        row = {"account": account, "event": event, "at": self._now(), "by": by, "reason": reason}
        async with self._facts.changing(account, "banned", by=by, detail=event) as connection:
            await _put(connection, BanTable, ("account", "event"), row)

    async def lift_ban(self, account: str, event: str, *, by: str) -> None:
        async with self._facts.changing(account, "ban.lifted", by=by, detail=event) as connection:
            await connection.execute(
                delete(BanTable).where(_BAN.account == account, _BAN.event == event)
            )

    async def close_account(self, account: str, *, by: str) -> None:
        """The account is closed: signed out everywhere, no rights, no way in.

        Stars and feedback are gone: nobody is left to take them back.  Raises ``OSError`` when
        that could not be remembered for when a backup is put back; then nothing was changed.
        """
        if self._erasures is not None:
            await self._erasures.account(account)
        now = self._now()
        async with self._facts.changing(account, "account.closed", by=by) as connection:
            await connection.execute(
                update(AccountTable).where(_ACCOUNT.id == account).values(closed_at=now)
            )
            for table in (StarRow, FeedbackRow):
                await connection.execute(delete(table).where(inspect(table).c.account == account))

    def _now(self) -> Instant:
        return self._facts.clock.now()


def _in_force(columns: Any, now: Instant) -> Any:
    return and_(columns.since <= now, or_(columns.until.is_(None), columns.until > now))


async def _end(
    connection: AsyncConnection, table: Any, account: str, now: Instant, which: Any
) -> None:
    columns = inspect(table).c
    await connection.execute(
        update(table)
        .where(columns.account == account, which, _in_force(columns, now))
        .values(until=now)
    )


async def _present(
    connection: AsyncConnection, table: Any, account: str, now: Instant, which: Any
) -> bool:
    columns = inspect(table).c
    query = select(columns.guid).where(columns.account == account, which, _in_force(columns, now))
    return (await connection.execute(query)).first() is not None


async def _employer_in(
    connection: AsyncConnection, account: str, project: str, now: Instant
) -> str | None:
    """The person's employer that is a member of the project, if one is."""
    query = (
        select(_AFFILIATION.organisation)
        .join(ProjectMemberTable, _MEMBER.organisation == _AFFILIATION.organisation)
        .where(
            _AFFILIATION.account == account,
            _MEMBER.project == project,
            _in_force(_AFFILIATION, now),
        )
    )
    found: str | None = (await connection.execute(query)).scalar()
    return found


async def _put(
    connection: AsyncConnection, table: Any, key: tuple[str, ...], row: dict[str, Any]
) -> None:
    """Insert, or overwrite the row of the same key. Serialised by the access version's lock."""
    columns = inspect(table).c
    same = and_(*(columns[name] == row[name] for name in key))
    changed = await connection.execute(update(table).where(same).values(row))
    if changed.rowcount == 0:
        await connection.execute(insert(table).values(row))
