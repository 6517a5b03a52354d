"""Cookies and tokens: whom they prove, and that they stop when they are withdrawn."""

from __future__ import annotations

from access.actors import GUEST
from rooms.ports import Credential
from server.identity.given import BEARER_LIFE_MS
from server.identity.sessions import LIFE_MS
from tests.identity.house import House, other_process

HOF = "staff@hof.example"
GUEST_CREDENTIAL = Credential("guest", "")


async def test_cookie_proves_the_person_who_signed_in(house: House) -> None:
    signed_in = await house.sign_in(HOF)
    credential = await house.identity.credentials.authenticate(house.cookie(signed_in))
    assert credential is not None
    assert (credential.kind, credential.account) == ("session", signed_in.account)
    actor = await house.identity.credentials.actor(credential)
    assert actor is not None
    assert (actor.account, actor.name) == (signed_in.account, "Staff")
    assert actor.until == house.clock.at + LIFE_MS


async def test_no_cookie_or_a_stale_one_makes_a_guest(house: House) -> None:
    credentials = house.identity.credentials
    assert await credentials.authenticate([]) == GUEST_CREDENTIAL
    stale = [(b"cookie", f"{credentials.cookie}=gone; other=1".encode())]
    assert await credentials.authenticate(stale) == GUEST_CREDENTIAL
    assert await credentials.actor(GUEST_CREDENTIAL) == GUEST


async def test_session_ends_after_its_life(house: House) -> None:
    signed_in = await house.sign_in(HOF)
    cookie = house.cookie(signed_in)
    credential = await house.identity.credentials.authenticate(cookie)
    assert credential is not None
    house.clock.move(LIFE_MS)
    assert await house.identity.credentials.actor(credential) is None
    assert await house.identity.credentials.authenticate(cookie) == GUEST_CREDENTIAL


async def test_signing_out_ends_this_browser_only(house: House) -> None:
    here, there = await house.sign_in(HOF), await house.sign_in(HOF)
    credentials = house.identity.credentials
    credential = await credentials.authenticate(house.cookie(here))
    assert credential is not None
    await house.identity.sign_out(credential)
    assert await credentials.actor(credential) is None
    other = await credentials.authenticate(house.cookie(there))
    assert other is not None
    assert other.account == there.account
    assert len(await house.identity.sessions.of(here.account)) == 1


async def test_signing_out_everywhere_ends_browsers_and_tokens(any_house: House) -> None:
    house = any_house
    signed_in = await house.sign_in(HOF)
    credentials = house.identity.credentials
    token = await house.identity.given.bearer(signed_in.account)
    held = [
        await credentials.authenticate(house.cookie(signed_in)),
        await credentials.authenticate([], token),
    ]
    house.told.clear()
    await house.identity.sign_out_everywhere(signed_in.account)
    assert house.told == [frozenset({signed_in.account})]
    assert [await credentials.actor(each) for each in held if each] == [None, None]
    assert await credentials.authenticate([], token) is None


async def test_bearer_token_proves_its_account_in_header_and_frame(house: House) -> None:
    account = (await house.sign_in(HOF)).account
    token = await house.identity.given.bearer(account)
    credentials = house.identity.credentials
    header = [(b"authorization", b"Bearer " + token.encode())]
    by_header = await credentials.authenticate(header)
    assert by_header == await credentials.authenticate([], token)
    assert by_header is not None
    assert (by_header.kind, by_header.account) == ("bearer", account)
    house.clock.move(BEARER_LIFE_MS)
    assert await credentials.authenticate(header) is None


async def test_invalid_token_is_not_overlooked_beside_a_good_cookie(house: House) -> None:
    signed_in = await house.sign_in(HOF)
    header = [*house.cookie(signed_in), (b"authorization", b"Bearer forged")]
    assert await house.identity.credentials.authenticate(header) is None


async def test_screen_token_is_a_screen_of_its_room(house: House) -> None:
    token = await house.identity.given.screen("room-1")
    credentials = house.identity.credentials
    credential = await credentials.authenticate([], token)
    assert credential is not None
    actor = await credentials.actor(credential)
    assert actor is not None
    assert (credential.kind, actor.account, actor.screen_of) == ("screen", None, "room-1")
    await house.identity.given.revoke(credential.id, by="organiser")
    assert await credentials.actor(credential) is None


async def test_token_revoked_by_another_process_is_refused_within_the_lease(house: House) -> None:
    account = (await house.sign_in(HOF)).account
    token = await house.identity.given.bearer(account)
    credential = await house.identity.credentials.authenticate([], token)
    assert credential is not None
    async with other_process(house) as other:
        await other.identity.given.revoke(credential.id, by="organiser")
    house.clock.move(5_000)
    assert await house.identity.credentials.actor(credential) is None


async def test_sessions_are_ended_only_by_their_owner(house: House) -> None:
    mine, theirs = await house.sign_in(HOF), await house.sign_in("presenter@ulm.example")
    session = (await house.identity.sessions.of(theirs.account))[0]
    assert not await house.identity.end_session(mine.account, session.id)
    assert await house.identity.end_session(theirs.account, session.id)
    assert await house.identity.sessions.of(theirs.account) == ()


async def test_cookie_is_bound_to_the_host_behind_tls(house: House) -> None:
    assert house.identity.secure
    assert house.identity.credentials.cookie == "__Host-plenum"


async def test_visitor_with_a_token_that_is_not_valid_is_nobody_and_no_guest(house: House) -> None:
    forged = [(b"authorization", b"Bearer forged")]
    assert await house.identity.credentials.visitor(forged) is None
    assert await house.identity.credentials.visitor([]) == GUEST
