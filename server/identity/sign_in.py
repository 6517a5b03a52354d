"""Signing in by a link in a mail.

The link is good once and for 15 minutes.  Its token stands in the fragment, which no server,
proxy or log sees, and it is used up only by a POST from a button: mail scanners that open links
do not press it.  The answer to asking for a link is the same for every address.
"""

from __future__ import annotations

from typing import Protocol

import msgspec
from sqlalchemy import delete, insert, inspect
from sqlalchemy.exc import IntegrityError

from server.db.tables.identity import SignInLinkTable
from server.identity import addresses
from server.identity.accounts import Accounts, ClosedAccountError
from server.identity.facts import Facts
from server.identity.limits import Limit, network_of
from server.identity.sessions import LIFE_MS, Sessions
from server.identity.tokens import Claims, ExpiredTokenError, InvalidTokenError, Purpose, Tokens

LINK_LIFE_MS = 15 * 60_000
PER_PLACE = 5
"""Links in 15 minutes for one address, asked for from one network. Whoever asks in somebody
else's name from elsewhere takes none of theirs."""
PER_MAILBOX = 20
"""Links in 15 minutes for one address, wherever they were asked for: no mailbox is flooded."""
PER_NETWORK = 300
"""And for one network, whatever the address: a whole district office stands behind one."""
CONFIRM_PATH = "/sign-in/confirm"

_LINK = inspect(SignInLinkTable).c


class SignInMail(Protocol):
    """Sends the mail with the link. Returns at once; delivery happens later."""

    def sign_in_link(self, address: str, link: str, language: str) -> None: ...


class LinkSent(msgspec.Struct, frozen=True):
    """If mail can reach the address, a link is on its way. Says nothing about accounts."""

    address: str


class LinkRefused(msgspec.Struct, frozen=True):
    code: str
    """``invalid_address`` or ``rate_limited``."""
    retry_after_ms: int = 0


class SignedIn(msgspec.Struct, frozen=True):
    account: str
    session: str
    """The opaque id for the cookie."""
    life_ms: int
    to: str
    """The page of ours to go on to."""


class SignInFailed(msgspec.Struct, frozen=True):
    code: str
    """``link_invalid``, ``link_expired``, ``link_used``, ``link_withdrawn`` (its owner signed out
    everywhere since) or ``account_closed``."""


class SignIn:
    def __init__(
        self,
        facts: Facts,
        accounts: Accounts,
        sessions: Sessions,
        tokens: Tokens,
        *,
        mail: SignInMail,
        site: str,
    ) -> None:
        self._facts = facts
        self._accounts = accounts
        self._sessions = sessions
        self._tokens = tokens
        self._mail = mail
        self._site = site
        self._per_place = Limit(PER_PLACE, LINK_LIFE_MS)
        self._per_mailbox = Limit(PER_MAILBOX, LINK_LIFE_MS)
        self._per_network = Limit(PER_NETWORK, LINK_LIFE_MS)

    def request_link(
        self, text: str, *, language: str, network: str, to: str = "/"
    ) -> LinkSent | LinkRefused:
        """Send a link. ``network``: the caller's address, used for the limit and not kept."""
        address = addresses.parse(text)
        if address is None:
            return LinkRefused("invalid_address")
        wait = self._wait(address, network_of(network))
        if wait:
            return LinkRefused("rate_limited", wait)
        self._mail.sign_in_link(address, self.link(address, to), language)
        return LinkSent(address)

    def _wait(self, address: str, network: str) -> int:
        """0: counted, go on; else milliseconds, and nothing is counted."""
        now = self._facts.clock.now()
        limits = (
            (self._per_place, f"{network} {address}"),
            (self._per_mailbox, address),
            (self._per_network, network),
        )
        wait = max(limit.wait(key, now) for limit, key in limits)
        if not wait:
            for limit, key in limits:
                limit.count(key, now)
        return wait

    def link(self, address: str, to: str = "/") -> str:
        """A link that signs the owner of the address in, once."""
        token, _ = self._tokens.issue(Purpose.SIGN_IN, address, LINK_LIFE_MS, own_path(to))
        return f"{self._site}{CONFIRM_PATH}#{token}"

    async def confirm(self, token: str, *, language: str = "de") -> SignedIn | SignInFailed:
        """Use the link up and open a session. A first sign-in makes the account."""
        try:
            claims = await self._tokens.read(Purpose.SIGN_IN, token.strip())
        except ExpiredTokenError:
            return SignInFailed("link_expired")
        except InvalidTokenError:
            return SignInFailed("link_invalid")
        address = addresses.parse(claims.subject)
        if address is None:
            return SignInFailed("link_invalid")
        if not await self._use_up(claims):
            return SignInFailed("link_used")
        try:
            account = await self._accounts.ensure(address, language=language)
        except ClosedAccountError:
            return SignInFailed("account_closed")
        # Tokens know whole seconds: one of the same second may be the newer one.
        next_second = claims.expires_at - LINK_LIFE_MS + 1_000
        if await self._sessions.ended_everywhere(account) >= next_second:
            return SignInFailed("link_withdrawn")
        session = await self._sessions.open(account)
        return SignedIn(account, session, LIFE_MS, own_path(claims.to))

    async def _use_up(self, claims: Claims) -> bool:
        """Whether this is the first use. The primary key decides between two at once."""
        now = self._facts.clock.now()
        row = SignInLinkTable(jti=claims.jti, used_at=now, expires_at=claims.expires_at)
        try:
            async with self._facts.engine.begin() as connection:
                await connection.execute(insert(SignInLinkTable).values(row.model_dump()))
                long_ago = now - LINK_LIFE_MS
                await connection.execute(delete(SignInLinkTable).where(_LINK.expires_at < long_ago))
        except IntegrityError:
            return False
        return True


def own_path(to: str) -> str:
    """The path if it leads to a page of ours, else the start page."""
    plain = to.isascii() and to.isprintable() and "\\" not in to and len(to) <= 500
    return to if plain and to.startswith("/") and not to.startswith("//") else "/"
