"""Whoever loses a right is told over the open socket: code, rule, next step; then it is closed.

Real facts, policy, server and sockets; the clock is told the time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import jwt
import pytest
from msgspec.structs import replace

from access.audiences import Group, Step, TimeLine, always
from rooms.wire.messages import PROTOCOL, Close, Hello, Joined, Out
from server.identity.given import BEARER_LIFE_MS
from server.identity.sessions import LIFE_MS
from tests.identity.forged import FORGERIES, forged
from tests.identity.test_live_connections import CONGRESS, WITHDRAWALS, Congress, congress
from tests.ws.client import Client, connected
from tests.ws.server import Site, serving

__all__ = ["congress"]  # the fixture

AGAIN = Out("unauthorized", "credential_expired", "sign_in_again")
LAST_MOMENT_MS = 300


class Town(Site):
    """The congress behind a real server."""

    def __init__(self, congress: Congress) -> None:
        identity = congress.house.identity
        super().__init__(congress.admission, identity.credentials.authenticate)
        self.congress = congress
        identity.facts.listen(self.hub.reconsider)

    def move(self, milliseconds: int) -> None:
        self.congress.house.clock.move(milliseconds)
        self.clock.advance(milliseconds)


@pytest.fixture
async def town(congress: Congress) -> AsyncIterator[Town]:
    made = Town(congress)
    async with serving(made):
        yield made


@asynccontextmanager
async def inside(town: Town, token: str | None = None) -> AsyncIterator[Client]:
    """Funded staff in the congress, by cookie or by token."""
    cookie = None if token else town.congress.cookie
    async with connected(town, cookie=cookie) as client:
        await client.hello(token)
        assert isinstance(await client.join(room="room"), Joined)
        yield client


async def told(client: Client) -> tuple[Out, int]:
    """The last words of the server and its close code; nothing comes in between."""
    out = await client.next(Out)
    code = await client.closed()
    assert client.seen[-1] is out
    return out, code


@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
async def test_withdrawal_is_told_with_rule_and_next_step(town: Town, withdrawal: str) -> None:
    change, code, said = WITHDRAWALS[withdrawal]
    async with inside(town) as client:
        await change(town.congress)
        assert await told(client) == (said, code)


async def test_session_that_runs_out_is_told(town: Town) -> None:
    town.move(LIFE_MS - LAST_MOMENT_MS)
    async with inside(town) as client:
        town.move(LAST_MOMENT_MS)
        assert await told(client) == (AGAIN, Close.SIGNED_OUT)


async def test_token_that_runs_out_is_told(town: Town) -> None:
    token = await town.congress.house.identity.given.bearer(town.congress.account)
    town.move(BEARER_LIFE_MS - LAST_MOMENT_MS)
    async with inside(town, token) as client:
        town.move(LAST_MOMENT_MS)
        assert await told(client) == (AGAIN, Close.SIGNED_OUT)


async def test_token_taken_back_is_told(town: Town) -> None:
    given = town.congress.house.identity.given
    token = await given.bearer(town.congress.account)
    async with inside(town, token) as client:
        await given.revoke(jwt.decode(token, options={"verify_signature": False})["jti"], by="kts")
        assert await told(client) == (AGAIN, Close.SIGNED_OUT)


async def test_audience_that_narrows_in_time_is_told(town: Town) -> None:
    then = town.congress.house.clock.at + LAST_MOMENT_MS
    line = TimeLine(CONGRESS.audience.first, (Step(then, always(Group.NAMED).first),))
    town.congress.rooms.put(replace(CONGRESS, audience=line))
    async with inside(town) as client:
        town.move(LAST_MOMENT_MS)
        narrowed = Out("forbidden", "named_only", "ask_organiser")
        assert await told(client) == (narrowed, Close.NOT_ADMITTED)


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_token_that_is_not_valid_is_told_and_nothing_else_is_said(
    town: Town, forgery: str
) -> None:
    house = town.congress.house
    token = await forged(house.identity, house.clock.at, town.congress.account, forgery)
    async with connected(town) as client:
        await client.send(Hello(PROTOCOL, token=token))
        assert await told(client) == (AGAIN, Close.SIGNED_OUT)
        assert client.seen == [AGAIN]
