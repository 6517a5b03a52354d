"""Who holds an office in an event, with the address they are known by: for whoever gives it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, inspect, or_, select

from access.actors import OfficeKind
from access.audiences import Instant
from server.db.tables.access import OfficeTable, RegistrationTable
from server.db.tables.identity import AccountTable, CredentialTable
from server.identity.accounts import MAIL
from server.identity.actors import CONFIRMED
from server.identity.facts import Facts

_ACCOUNT = inspect(AccountTable).c
_CREDENTIAL = inspect(CredentialTable).c
_OFFICE = inspect(OfficeTable).c
_REGISTRATION = inspect(RegistrationTable).c


class Held(msgspec.Struct, frozen=True):
    """One office of one person."""

    guid: str
    account: str
    kind: OfficeKind
    scope: str
    """Guid of the event, or of the room or session in it."""
    name: str
    address: str
    since: Instant


class Staff:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def of(self, event: str) -> Sequence[Held]:
        """Offices of this event and of what lies in it, by name. Those for everything are not."""
        now = self._facts.clock.now()
        query = (
            select(
                _OFFICE.guid,
                _OFFICE.account,
                _OFFICE.kind,
                _OFFICE.scope,
                _OFFICE.since,
                _ACCOUNT.name,
                func.min(_CREDENTIAL.value).label("address"),
            )
            .join(AccountTable, _ACCOUNT.id == _OFFICE.account)
            .outerjoin(
                CredentialTable,
                (_CREDENTIAL.account == _OFFICE.account) & (_CREDENTIAL.kind == MAIL),
            )
            .where(
                or_(_OFFICE.event == event, _OFFICE.scope == event),
                or_(_OFFICE.until.is_(None), _OFFICE.until > now),
                _ACCOUNT.closed_at.is_(None),
            )
            .group_by(
                _OFFICE.guid,
                _OFFICE.account,
                _OFFICE.kind,
                _OFFICE.scope,
                _OFFICE.since,
                _ACCOUNT.name,
            )
            .order_by(_ACCOUNT.name, _OFFICE.guid)
        )
        async with self._facts.engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Held(r.guid, r.account, OfficeKind(r.kind), r.scope, r.name, r.address or "", r.since)
            for r in rows
        )

    async def registered(self, event: str) -> int:
        """How many people have a place."""
        query = select(func.count()).where(
            _REGISTRATION.event == event, _REGISTRATION.status == CONFIRMED
        )
        async with self._facts.engine.connect() as connection:
            found: int = (await connection.execute(query)).scalar_one()
        return found
