"""Who is connected, and what they may do together: per account, and per network address.

A budget per connection alone is one more for each connection somebody opens.  In memory, for one
process; time is an argument, in seconds.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Protocol

from server.ws.budget import Allowance, Budget

MOST_KEYS = 50_000
"""Accounts or addresses remembered. Then those are forgotten that owe nothing."""


class Closable(Protocol):
    """A connection that can be told to make room."""

    def make_room(self) -> None:
        """Close for good: its account has opened too many others."""


ACCOUNT = Allowance(frames=1_000, frames_per_second=200, bytes=524_288, bytes_per_second=131_072)
"""For all connections of an account; for one guest likewise."""
HANDSHAKES = Allowance(frames=3_000, frames_per_second=500)
"""For a network address: everybody of a district office comes back within seconds."""


@dataclass(frozen=True)
class Bounds:
    """Generous to people, who open some windows; and to towns, who share one address."""

    account: Allowance = ACCOUNT
    account_connections: int = 20
    handshakes: Allowance = HANDSHAKES
    address_connections: int = 10_000


class Crowd:
    """Every connection is counted in (``arrive``) and out (``depart``)."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._budgets = _Budgets(self.bounds.account)
        self._handshakes = _Budgets(self.bounds.handshakes)
        self._addresses: dict[str, int] = {}
        self._accounts: dict[str, list[Closable]] = {}

    def arrive(self, address: str, now: float) -> bool:
        """Whether one more connection from there is taken; then ``depart`` must follow."""
        network = _network(address)
        if not self._handshakes.of(network, now).take(1, 0):
            return False
        count = self._addresses.get(network, 0)
        if count >= self.bounds.address_connections:
            return False
        self._addresses[network] = count + 1
        return True

    def depart(self, address: str) -> None:
        """A connection that arrived is gone."""
        network = _network(address)
        count = self._addresses[network] - 1
        if count:
            self._addresses[network] = count
        else:
            del self._addresses[network]

    def guest(self, now: float) -> Budget:
        """What somebody without an account may send: nobody shares it."""
        return Budget(self.bounds.account, now)

    def signed_in(self, account: str, connection: Closable, now: float) -> Budget:
        """A connection is this account's from now on: what all of them together may send.

        With one too many the oldest must make room, so that a person is never kept out by
        windows forgotten elsewhere.
        """
        open_ones = self._accounts.setdefault(account, [])
        open_ones.append(connection)
        if len(open_ones) > self.bounds.account_connections:
            open_ones.pop(0).make_room()
        return self._budgets.of(account, now)

    def of_account(self, account: str, now: float) -> Budget:
        """What an account may send, also beside its connections."""
        return self._budgets.of(account, now)

    def gone(self, account: str, connection: Closable) -> None:
        """A connection is no longer this account's. Harmless to repeat."""
        open_ones = self._accounts.get(account, [])
        if connection in open_ones:
            open_ones.remove(connection)
        if not open_ones:
            self._accounts.pop(account, None)


class _Budgets:
    """A budget for each key. It outlives its connections: coming back does not fill it."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._budgets: dict[str, Budget] = {}

    def of(self, key: str, now: float) -> Budget:
        budget = self._budgets.get(key)
        if budget is None:
            if len(self._budgets) >= MOST_KEYS:
                self._forget(now)
            budget = self._budgets[key] = Budget(self._allowance, now)
        budget.refill(now)
        return budget

    def _forget(self, now: float) -> None:
        for budget in self._budgets.values():
            budget.refill(now)
        kept = {key: budget for key, budget in self._budgets.items() if not budget.full}
        # If all of them owe something, the older half is let off.
        self._budgets = dict(list(kept.items())[-MOST_KEYS // 2 :])


def _network(address: str) -> str:
    """Who gets one IPv6 address gets a network of 64 bits of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))
