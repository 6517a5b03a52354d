"""Accounts, found and made by their mail address."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from server.db.tables.identity import AccountTable, CredentialTable
from server.identity.facts import Facts

MAIL = "mail"

_ACCOUNT = inspect(AccountTable).c
_CREDENTIAL = inspect(CredentialTable).c


class ClosedAccountError(Exception):
    """The address belongs to an account that was closed."""


class Accounts:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def find(self, address: str) -> str | None:
        """The account of an address, if there is one. Raises ``ClosedAccountError``."""
        query = (
            select(_ACCOUNT.id, _ACCOUNT.closed_at)
            .join(CredentialTable, _CREDENTIAL.account == _ACCOUNT.id)
            .where(_CREDENTIAL.kind == MAIL, _CREDENTIAL.value == address)
        )
        async with self._facts.engine.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        if row.closed_at is not None:
            raise ClosedAccountError
        account: str = row.id
        return account

    async def ensure(self, address: str, name: str | None = None, language: str = "de") -> str:
        """The account of an address, made now if there is none."""
        found = await self.find(address)
        if found is not None:
            return found
        try:
            return await self._make(address, name or name_in(address), language)
        except IntegrityError:
            # Somebody made it at the same moment.
            made = await self.find(address)
            if made is None:
                raise
            return made

    async def existing(self, accounts: Collection[str]) -> frozenset[str]:
        """Those of these accounts that are there and not closed. One query, nothing kept:
        whoever makes up names must not fill the memory."""
        query = select(_ACCOUNT.id).where(_ACCOUNT.id.in_(accounts), _ACCOUNT.closed_at.is_(None))
        async with self._facts.engine.connect() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def addresses(self, account: str) -> tuple[str, ...]:
        """The mail addresses of an account."""
        query = select(_CREDENTIAL.value).where(
            _CREDENTIAL.account == account, _CREDENTIAL.kind == MAIL
        )
        async with self._facts.engine.connect() as connection:
            return tuple((await connection.execute(query.order_by(_CREDENTIAL.value))).scalars())

    async def _make(self, address: str, name: str, language: str) -> str:
        now = self._facts.clock.now()
        account = self._facts.new_id()
        async with self._facts.engine.begin() as connection:
            person = AccountTable(
                id=account, name=name, language=language, created_at=now, closed_at=None
            )
            await connection.execute(insert(AccountTable).values(person.model_dump()))
            proof = CredentialTable(kind=MAIL, value=address, account=account, at=now)
            await connection.execute(insert(CredentialTable).values(proof.model_dump()))
        return account


def name_in(address: str) -> str:
    """A first guess of the name to show, until the person says otherwise."""
    local = address.partition("@")[0].partition("+")[0]
    words = [word for word in local.replace("_", ".").split(".") if word]
    return " ".join(word.capitalize() for word in words) or address.partition("@")[2]
