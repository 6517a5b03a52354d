"""From what a request or socket shows (cookie, token) to the person, with present facts."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from access.actors import GUEST, Actor
from access.audiences import Instant
from rooms.ports import Credential
from server.identity.facts import Accounts, Facts
from server.identity.given import GivenTokens
from server.identity.sessions import Sessions, hashed
from server.identity.tokens import InvalidTokenError, Purpose, Tokens

Headers = list[tuple[bytes, bytes]]
"""As ASGI has them: names in lower case."""

NOBODY = Credential("guest", "")
"""No cookie, no token."""
MOST_KEPT = 20_000


class _Known(msgspec.Struct, frozen=True):
    """A credential that was looked up and found good."""

    account: str | None
    room: str | None
    expires_at: Instant


class Credentials:
    """Authentication: who shows this credential. Never what they may."""

    def __init__(
        self,
        facts: Facts,
        sessions: Sessions,
        given: GivenTokens,
        tokens: Tokens,
        cookie: str,
    ) -> None:
        self._facts = facts
        self._sessions = sessions
        self._given = given
        self._tokens = tokens
        self.cookie = cookie
        self._known: dict[str, _Known] = {}
        facts.forgetting(self._forget)

    async def authenticate(self, headers: Headers, token: str | None = None) -> Credential | None:
        """Who shows these headers, or this token from a socket's first frame.

        A token counts before a cookie.  None: a token that is not valid (any more).  A cookie
        that is not valid makes a guest, so that public pages stay readable.
        """
        token = token or bearer(headers)
        if token is not None:
            return await self._by_token(token)
        opaque = session_cookie(headers, self.cookie)
        if opaque is None:
            return NOBODY
        session = hashed(opaque)
        known = await self._look_up("session", session)
        return Credential("session", session, known.account) if known else NOBODY

    async def actor(self, credential: Credential) -> Actor | None:
        """The actor with present facts; None when the credential was withdrawn or expired."""
        if credential.kind == "guest":
            return GUEST
        known = await self._look_up(credential.kind, credential.id)
        if known is None:
            return None
        if known.account is None:
            return Actor(account=None, screen_of=known.room, until=known.expires_at)
        actor = await self._facts.actor_of(known.account)
        return None if actor is None else replace(actor, until=known.expires_at)

    async def visitor(self, headers: Headers) -> Actor | None:
        """Who asks over HTTP; None: by a token that was forged or is not valid any more."""
        credential = await self.authenticate(headers)
        return None if credential is None else await self.actor(credential)

    async def _by_token(self, token: str) -> Credential | None:
        for kind, purpose in (("bearer", Purpose.BEARER), ("screen", Purpose.SCREEN)):
            try:
                claims = await self._tokens.read(purpose, token)
            except InvalidTokenError:
                continue
            known = await self._look_up(kind, claims.jti)
            return Credential(kind, claims.jti, known.account) if known else None
        return None

    async def _look_up(self, kind: str, id: str) -> _Known | None:  # noqa: A002 - as in Credential
        await self._facts.fresh()
        known = self._known.get(f"{kind} {id}")
        if known is None:
            before = self._facts.forgotten
            known = await self._read(kind, id)
            if known is not None and before == self._facts.forgotten:
                self._keep(f"{kind} {id}", known)
        if known is None or known.expires_at <= self._facts.clock.now():
            return None
        return known

    async def _read(self, kind: str, id: str) -> _Known | None:  # noqa: A002 - as in Credential
        if kind == "session":
            session = await self._sessions.get(id)
            return _Known(session.account, None, session.expires_at) if session else None
        given = await self._given.get(id)
        return _Known(given.account, given.room, given.expires_at) if given else None

    def _keep(self, key: str, known: _Known) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[key] = known

    def _forget(self, accounts: Accounts) -> None:
        if accounts is None:
            self._known.clear()
            return
        gone = [key for key, known in self._known.items() if known.account in accounts]
        for key in gone:
            del self._known[key]


def bearer(headers: Headers) -> str | None:
    """The token in the Authorization header, if there is one."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
    return None


def session_cookie(headers: Headers, name: str) -> str | None:
    """The opaque id in the cookie of this name, if it looks like one of ours."""
    for header, value in headers:
        if header == b"cookie":
            for part in value.decode("latin-1").split(";"):
                key, _, opaque = part.strip().partition("=")
                if key == name and 0 < len(opaque) <= 100:
                    return opaque
    return None
