"""Signed tokens (JWT) for what crosses a border: mail links, scripts, big screens.

One algorithm, pinned; issuer, audience, expiry, issue time and id required; the key is chosen
from the key set by its id.  Each purpose has an audience of its own, so that a token for one
thing opens nothing else.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Any

import jwt
import msgspec

from access.audiences import Instant
from rooms.ports import Clock
from server.identity.keys import KeySet

ALGORITHM = "HS256"
LONGEST = 4_096


class Purpose(StrEnum):
    """The audience of a token."""

    SIGN_IN = "plenum:sign-in"
    BEARER = "plenum:bearer"
    SCREEN = "plenum:screen"


class Claims(msgspec.Struct, frozen=True):
    """What a valid token says."""

    jti: str
    subject: str
    expires_at: Instant
    to: str = "/"
    """Sign-in: the page of ours to go on to."""


class InvalidTokenError(Exception):
    """Forged, of another purpose, incomplete, or not ours at all."""


class UnknownKeyError(InvalidTokenError):
    """Signed with a key that is not in the set: forged, or another process rotated it."""


class ExpiredTokenError(InvalidTokenError):
    """It was valid once."""


class Tokens:
    def __init__(self, keys: KeySet, clock: Clock, issuer: str) -> None:
        self._keys = keys
        self._clock = clock
        self._issuer = issuer

    def issue(self, purpose: Purpose, subject: str, life_ms: int, to: str = "/") -> tuple[str, str]:
        """A new token and its id. Times in tokens are whole seconds, rounded down."""
        kid, key = self._keys.signing()
        now = self._clock.now() // 1_000
        jti = secrets.token_urlsafe(16)
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": purpose.value,
            "sub": subject,
            "iat": now,
            "exp": now + life_ms // 1_000,
            "jti": jti,
        }
        if to != "/":
            claims["to"] = to
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid}), jti

    async def read(self, purpose: Purpose, token: str) -> Claims:
        """The claims of a valid token. Raises ``InvalidTokenError`` or ``ExpiredTokenError``."""
        try:
            return self._read(purpose, token)
        except UnknownKeyError:
            if not await self._keys.reload():
                raise
        return self._read(purpose, token)

    def _read(self, purpose: Purpose, token: str) -> Claims:
        if len(token) > LONGEST:
            raise InvalidTokenError
        try:
            claims = self._decode(purpose, token)
        except jwt.PyJWTError as error:
            raise InvalidTokenError from error
        if self._clock.now() >= claims.expires_at:
            raise ExpiredTokenError
        return claims

    def _decode(self, purpose: Purpose, token: str) -> Claims:
        kid = jwt.get_unverified_header(token).get("kid")
        key = self._keys.key(kid) if isinstance(kid, str) else None
        if key is None:
            raise UnknownKeyError
        # Expiry and issue time are compared with our clock, not with the machine's.
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=purpose.value,
            issuer=self._issuer,
            options={
                "require": ["iss", "aud", "sub", "exp", "iat", "jti"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        if type(claims["exp"]) is not int or type(claims["iat"]) is not int:
            raise InvalidTokenError
        to = claims.get("to", "/")
        return Claims(claims["jti"], claims["sub"], claims["exp"] * 1_000, to if to else "/")
