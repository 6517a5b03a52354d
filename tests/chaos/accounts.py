"""Bearer tokens for any addresses, a line each: ``python -m tests.chaos.accounts ADDRESS ...``.

An address without an account gets one, as at a first sign-in. With ``--project`` and
``--employer`` all of them are confirmed staff of a model project, by this organisation.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.identity.facts import SYSTEM
from server.identity.service import Identity
from server.services import services
from server.settings import load, with_data


async def tokens(asked: argparse.Namespace) -> list[str]:
    """One for each address, in order."""
    async with _identity() as identity:
        accounts = [await identity.accounts.ensure(address) for address in asked.address]
        for account in accounts if asked.project else ():
            await identity.records.choose_organisation(account, asked.employer)
            await identity.records.declare_project(account, asked.project)
            await identity.records.confirm_project(account, asked.project, by=SYSTEM)
        return [await identity.given.bearer(account) for account in accounts]


@asynccontextmanager
async def _identity() -> AsyncIterator[Identity]:
    parts = services(with_data(load()))
    try:
        await parts.identity.keys.load()
        yield parts.identity
    finally:
        await parts.store.close()
        parts.vault.close()
        await parts.engine.dispose()


def main() -> None:
    """Print a token for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address", nargs="+")
    parser.add_argument("--project", default="")
    parser.add_argument("--employer", default="")
    for each in asyncio.run(tokens(parser.parse_args())):
        sys.stdout.write(f"{each}\n")


if __name__ == "__main__":
    main()
