"""Takes something from a person, in a process of its own.

``python -m tests.identity.withdraw sign-out|employer|offices ADDRESS``, with a server's settings.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import select
from sqlmodel import col

from server.clock import SystemClock
from server.db.engine import create_engine
from server.db.tables.access import OfficeTable
from server.identity.service import Identity
from server.ids import uuid7
from server.settings import load
from tests.identity.house import Letterbox


async def main(what: str, address: str) -> None:
    settings = load()
    engine = create_engine(settings.database)
    secret = settings.secret.get_secret_value()
    identity = Identity(
        engine, SystemClock(), uuid7, Letterbox(), site=settings.site, secret=secret, demo=True
    )
    account = await identity.accounts.find(address)
    assert account is not None, address
    actor = await identity.facts.actor_of(account)
    assert actor is not None
    match what:
        case "sign-out":
            await identity.sign_out_everywhere(account)
        case "employer":
            for each in actor.affiliations:
                await identity.records.end_affiliation(account, each.organisation, by="kts")
        case "offices":
            async with engine.connect() as connection:
                held = await connection.scalars(
                    select(col(OfficeTable.guid)).where(col(OfficeTable.account) == account)
                )
            for office in held.all():
                await identity.records.dismiss(account, office, by="kts")
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
