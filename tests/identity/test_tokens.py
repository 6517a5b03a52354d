"""A token is believed only if it is ours, whole, for this purpose, and not too old."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from server.identity.keys import KeySet
from server.identity.tokens import ALGORITHM, ExpiredTokenError, InvalidTokenError, Purpose
from tests.identity.house import SITE, START, House, other_process

MINUTE = 60_000


async def refused(house: House, token: str, purpose: Purpose = Purpose.SIGN_IN) -> bool:
    try:
        await house.identity.tokens.read(purpose, token)
    except InvalidTokenError:
        return True
    return False


def made(house: House, changes: dict[str, Any], *, key: bytes | None = None) -> str:
    """A token like ours but for the changes; a change to None leaves the claim out."""
    kid, own = house.identity.keys.signing()
    claims: dict[str, Any] = {
        "iss": SITE,
        "aud": Purpose.SIGN_IN.value,
        "sub": "staff@hof.example",
        "iat": START // 1_000,
        "exp": START // 1_000 + 900,
        "jti": "one",
    } | changes
    whole = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(whole, key or own, algorithm=ALGORITHM, headers={"kid": kid})


async def test_own_token_is_read(house: House) -> None:
    token, jti = house.identity.tokens.issue(Purpose.SIGN_IN, "staff@hof.example", MINUTE)
    claims = await house.identity.tokens.read(Purpose.SIGN_IN, token)
    assert (claims.jti, claims.subject) == (jti, "staff@hof.example")
    assert claims.expires_at == START + MINUTE


async def test_token_built_by_hand_like_ours_is_read(house: House) -> None:
    """So that the refusals below are for what they change, and nothing else."""
    assert not await refused(house, made(house, {}))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": Purpose.BEARER.value},
        {"aud": "plenum"},
        {"exp": START // 1_000 - 1},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"exp": True},
        {"sub": 5},
        {"jti": 5},
        *({name: None} for name in ("iss", "aud", "sub", "iat", "exp", "jti")),
    ],
    ids=str,
)
async def test_token_with_another_or_missing_claim_is_refused(
    house: House, changes: dict[str, Any]
) -> None:
    assert await refused(house, made(house, changes))


async def test_token_of_another_key_is_refused(house: House) -> None:
    assert await refused(house, made(house, {}, key=b"0123456789abcdef0123456789abcdef"))


async def test_token_without_a_signature_is_refused(house: House) -> None:
    kid, _ = house.identity.keys.signing()
    claims = jwt.decode(made(house, {}), options={"verify_signature": False})
    token = jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
    assert await refused(house, token)


async def test_token_of_another_algorithm_is_refused(house: House) -> None:
    kid, key = house.identity.keys.signing()
    claims = jwt.decode(made(house, {}), options={"verify_signature": False})
    token = jwt.encode(claims, key + key, algorithm="HS512", headers={"kid": kid})
    assert await refused(house, token)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5_000, "\x00", "ä.ö.ü"])
async def test_text_that_is_no_token_is_refused(house: House, token: str) -> None:
    assert await refused(house, token)


async def test_expired_token_is_told_from_a_forged_one(house: House) -> None:
    token, _ = house.identity.tokens.issue(Purpose.SIGN_IN, "staff@hof.example", MINUTE)
    house.clock.move(MINUTE)
    with pytest.raises(ExpiredTokenError):
        await house.identity.tokens.read(Purpose.SIGN_IN, token)


async def test_token_for_one_purpose_opens_no_other(house: House) -> None:
    token, _ = house.identity.tokens.issue(Purpose.SCREEN, "room", MINUTE)
    assert not await refused(house, token, Purpose.SCREEN)
    assert await refused(house, token, Purpose.BEARER)
    assert await refused(house, token, Purpose.SIGN_IN)


async def test_former_key_is_believed_until_it_is_retired(house: House) -> None:
    tokens, keys = house.identity.tokens, house.identity.keys
    before, _ = tokens.issue(Purpose.SIGN_IN, "staff@hof.example", 10 * MINUTE)
    await keys.rotate(MINUTE)
    after, _ = tokens.issue(Purpose.SIGN_IN, "staff@hof.example", 10 * MINUTE)
    assert not await refused(house, before)
    house.clock.move(MINUTE)
    assert await refused(house, before)
    assert not await refused(house, after)


async def test_key_rotated_by_another_process_is_found(house: House) -> None:
    async with other_process(house) as other:
        await other.identity.keys.rotate(MINUTE)
        token, _ = other.identity.tokens.issue(Purpose.SIGN_IN, "staff@hof.example", MINUTE)
    house.clock.move(10_000)
    assert not await refused(house, token)


async def test_another_secret_believes_nothing(house: House) -> None:
    token = made(house, {})
    keys = KeySet(house.engine, house.clock, "another secret, just as long as the first")
    await keys.load()
    kid = jwt.get_unverified_header(token)["kid"]
    assert keys.key(kid) is not None
    assert keys.key(kid) != house.identity.keys.key(kid)
