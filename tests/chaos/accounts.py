"""Bearer tokens for any addresses, a line each: ``python -m tests.chaos.accounts ADDRESS ...``.

An address without an account gets one, as at a first sign-in.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from server.services import services
from server.settings import Settings, load, with_data


async def tokens(settings: Settings, addresses: Sequence[str]) -> list[str]:
    """One for each address, in order."""
    parts = services(settings)
    try:
        await parts.identity.keys.load()
        accounts = [await parts.identity.accounts.ensure(address) for address in addresses]
        return [await parts.identity.given.bearer(account) for account in accounts]
    finally:
        await parts.store.close()
        parts.vault.close()
        await parts.engine.dispose()


if __name__ == "__main__":
    for each in asyncio.run(tokens(with_data(load()), sys.argv[1:])):
        sys.stdout.write(f"{each}\n")
