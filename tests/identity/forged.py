"""Bearer tokens that are not valid, each good but for one thing."""

from __future__ import annotations

from typing import Any

import jwt

from server.identity.service import Identity
from server.identity.tokens import ALGORITHM, Purpose

FORGERIES = (
    "nonsense",
    "no algorithm",
    "other algorithm",
    "wrong key",
    "unknown key",
    "wrong audience",
    "wrong issuer",
    "tampered",
    "expired",
    "never given out",
)


async def forged(identity: Identity, now: int, account: str, forgery: str) -> str:
    """A token like one of the account's. ``now``: milliseconds."""
    good = await identity.given.bearer(account)
    kid, key = identity.keys.signing()
    claims: dict[str, Any] = jwt.decode(good, options={"verify_signature": False})
    algorithm = ALGORITHM
    match forgery:
        case "nonsense":
            return "not.a.token"
        case "no algorithm":
            return jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
        case "other algorithm":
            algorithm, key = "HS512", key + key
        case "wrong key":
            key = bytes(32)
        case "unknown key":
            kid = "unknown"
        case "wrong audience":
            claims["aud"] = Purpose.SIGN_IN.value
        case "wrong issuer":
            claims["iss"] = "https://elsewhere.example"
        case "tampered":
            return tampered(good, claims)
        case "expired":
            claims["exp"] = now // 1_000
        case _:
            claims["jti"] = "never given out"
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def tampered(good: str, claims: dict[str, Any]) -> str:
    """Another person's name under the signature of this one."""
    header, _, signature = good.split(".")
    other = jwt.encode(claims | {"sub": "organiser"}, "x" * 32, algorithm=ALGORITHM)
    return f"{header}.{other.split('.')[1]}.{signature}"
