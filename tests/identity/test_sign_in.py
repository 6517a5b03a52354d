"""Signing in by mail link: single use, 15 minutes, the same answer for every address."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from agenda.core.feedback import Answer
from server.db.participants import FeedbackRows, StarRows
from server.identity.sign_in import (
    LINK_LIFE_MS,
    PER_MAILBOX,
    PER_NETWORK,
    PER_PLACE,
    LinkRefused,
    LinkSent,
    SignedIn,
    SignInFailed,
    own_path,
)
from server.identity.tokens import Purpose
from tests.identity.house import SITE, House

HOF = "staff@hof.example"
ULM = "presenter@ulm.example"


def ask(house: House, address: str, network: str = "192.0.2.1") -> LinkSent | LinkRefused:
    return house.identity.sign_in.request_link(address, language="de", network=network)


async def test_link_signs_in_and_makes_the_account_at_first_use(any_house: House) -> None:
    house = any_house
    assert ask(house, HOF) == LinkSent(HOF)
    assert await house.identity.accounts.find(HOF) is None
    signed_in = await house.identity.sign_in.confirm(house.letters.token())
    assert isinstance(signed_in, SignedIn)
    assert await house.identity.accounts.find(HOF) == signed_in.account
    again = await house.sign_in(HOF)
    assert again.account == signed_in.account
    assert again.session != signed_in.session


async def test_answer_is_the_same_for_known_and_unknown_addresses(house: House) -> None:
    await house.sign_in(HOF)
    known, unknown = ask(house, HOF), ask(house, "nobody@elsewhere.example")
    assert (known, unknown) == (LinkSent(HOF), LinkSent("nobody@elsewhere.example"))
    assert [address for address, _, _ in house.letters.links[-2:]] == [
        HOF,
        "nobody@elsewhere.example",
    ]


async def test_token_stands_in_the_fragment(house: House) -> None:
    ask(house, HOF)
    _, link, language = house.letters.links[-1]
    place, _, token = link.partition("#")
    assert (place, language) == (f"{SITE}/sign-in/confirm", "de")
    assert token.count(".") == 2


async def test_link_works_once(any_house: House) -> None:
    house = any_house
    ask(house, HOF)
    token = house.letters.token()
    assert isinstance(await house.identity.sign_in.confirm(token), SignedIn)
    assert await house.identity.sign_in.confirm(token) == SignInFailed("link_used")


async def test_link_pressed_twice_at_once_works_once(any_house: House) -> None:
    house = any_house
    ask(house, HOF)
    confirm = house.identity.sign_in.confirm
    answers = await asyncio.gather(*(confirm(house.letters.token()) for _ in range(4)))
    assert sorted(type(each).__name__ for each in answers) == [
        "SignInFailed",
        "SignInFailed",
        "SignInFailed",
        "SignedIn",
    ]


async def test_link_from_before_signing_out_everywhere_opens_nothing(any_house: House) -> None:
    """D14, for a link that waits in a mailbox: the sign-out means it, too."""
    house = any_house
    signed_in = await house.sign_in(HOF)
    ask(house, HOF)
    waiting = house.letters.token()
    house.clock.at += 1_000
    await house.identity.sign_out_everywhere(signed_in.account)
    refused = await house.identity.sign_in.confirm(waiting)
    assert refused == SignInFailed("link_withdrawn")
    assert await house.identity.sessions.of(signed_in.account) == ()
    house.clock.at += 1_000
    assert isinstance(await house.sign_in(HOF), SignedIn)


async def test_link_expires_after_15_minutes(house: House) -> None:
    ask(house, HOF)
    house.clock.move(LINK_LIFE_MS - 1_000)
    assert isinstance(await house.identity.sign_in.confirm(house.letters.token()), SignedIn)
    ask(house, HOF)
    house.clock.move(LINK_LIFE_MS)
    expired = await house.identity.sign_in.confirm(house.letters.token())
    assert expired == SignInFailed("link_expired")


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "x" * 10_000, "\x00\r\n"])
async def test_forged_link_is_refused_and_leaves_nothing_behind(house: House, token: str) -> None:
    assert await house.identity.sign_in.confirm(token) == SignInFailed("link_invalid")
    async with house.engine.connect() as connection:
        counts = [
            (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar()
            for table in ("account", "browser_session", "sign_in_link")
        ]
    assert counts == [0, 0, 0]


async def test_token_of_a_script_does_not_sign_a_browser_in(house: House) -> None:
    account = (await house.sign_in(HOF)).account
    bearer = await house.identity.given.bearer(account)
    assert await house.identity.sign_in.confirm(bearer) == SignInFailed("link_invalid")


async def test_closed_account_cannot_be_entered(house: House) -> None:
    account = (await house.sign_in(HOF)).account
    await house.identity.records.close_account(account, by="organiser")
    ask(house, HOF)
    answer = await house.identity.sign_in.confirm(house.letters.token())
    assert answer == SignInFailed("account_closed")


async def test_closed_account_leaves_no_stars_and_no_feedback(house: House) -> None:
    account = (await house.sign_in(HOF)).account
    stars, feedback = StarRows(house.engine), FeedbackRows(house.engine)
    await stars.put(account, "welcome")
    await feedback.put(account, "event", "welcome", Answer(5, "Gut."))
    await house.identity.records.close_account(account, by="organiser")
    assert await stars.of(account) == ()
    assert await feedback.of_event("event") == {}


@pytest.mark.parametrize(
    "address", ["", "staff", "staff@hof.example\nBcc: all@hof.example", '"a b"@hof.example']
)
async def test_address_of_another_form_is_refused_in_words(house: House, address: str) -> None:
    assert ask(house, address) == LinkRefused("invalid_address")
    assert house.letters.links == []


async def test_address_is_limited_from_one_network_and_told_when_to_ask_again(
    house: House,
) -> None:
    for _ in range(PER_PLACE):
        assert isinstance(ask(house, HOF), LinkSent)
        house.clock.move(1_000)
    wait = LINK_LIFE_MS - PER_PLACE * 1_000
    assert ask(house, HOF) == LinkRefused("rate_limited", wait)
    assert len(house.letters.links) == PER_PLACE
    house.clock.move(wait)
    assert ask(house, HOF) == LinkSent(HOF)


async def test_stranger_on_another_network_does_not_lock_the_owner_out(house: House) -> None:
    flood = [ask(house, HOF, network="198.51.100.7") for _ in range(100)]
    assert [type(answer) for answer in flood].count(LinkSent) == PER_PLACE
    for _ in range(PER_PLACE):
        assert ask(house, HOF, network="192.0.2.1") == LinkSent(HOF)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),  # one subscriber's privacy addresses
        ("192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
async def test_many_addresses_of_one_network_count_as_one(
    house: House, first: str, second: str
) -> None:
    for _ in range(PER_PLACE):
        ask(house, HOF, network=first)
    assert isinstance(ask(house, HOF, network=second), LinkRefused)
    assert ask(house, HOF, network="2001:db8:1:3::1") == LinkSent(HOF)


async def test_mailbox_is_spared_a_flood_from_many_networks(house: House) -> None:
    known, unknown = HOF, "nobody@elsewhere.example"
    await house.identity.accounts.ensure(known)
    for address in (known, unknown):
        answers = [ask(house, address, network=f"198.51.100.{n}") for n in range(30)]
        assert answers == [LinkSent(address)] * PER_MAILBOX + [
            LinkRefused("rate_limited", LINK_LIFE_MS)
        ] * (30 - PER_MAILBOX)
    assert len(house.letters.links) == 2 * PER_MAILBOX


async def test_request_that_was_refused_uses_nothing_up(house: House) -> None:
    for number in range(PER_NETWORK):
        ask(house, f"staff{number}@hof.example")
    for _ in range(PER_MAILBOX):
        assert isinstance(ask(house, ULM), LinkRefused)
    assert ask(house, ULM, network="198.51.100.7") == LinkSent(ULM)


async def test_link_already_sent_works_however_often_others_ask(house: House) -> None:
    ask(house, HOF)
    token = house.letters.token()
    for network in range(50):
        ask(house, HOF, network=f"198.51.100.{network}")
    assert isinstance(ask(house, HOF, network="203.0.113.9"), LinkRefused)
    assert isinstance(await house.identity.sign_in.confirm(token), SignedIn)


async def test_whole_office_behind_one_network_address_can_sign_in(house: House) -> None:
    answers = [ask(house, f"staff{number}@hof.example") for number in range(200)]
    assert {type(answer) for answer in answers} == {LinkSent}
    flood = [ask(house, f"more{number}@hof.example") for number in range(200)]
    assert isinstance(flood[-1], LinkRefused)
    assert isinstance(ask(house, ULM, network="198.51.100.7"), LinkSent)


async def test_person_goes_on_to_the_page_they_came_for(house: House) -> None:
    house.identity.sign_in.request_link(
        HOF, language="de", network="192.0.2.1", to="/events/kongress/agenda?day=2"
    )
    answer = await house.identity.sign_in.confirm(house.letters.token())
    assert isinstance(answer, SignedIn)
    assert answer.to == "/events/kongress/agenda?day=2"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "events",
        "",
        "/" + "x" * 600,
    ],
)
def test_person_is_never_sent_to_a_foreign_page(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


@given(st.text())
def test_own_path_is_always_a_path_of_ours(text: str) -> None:
    path = own_path("/" + text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isprintable()


async def test_token_claiming_a_foreign_page_leads_home(house: House) -> None:
    token, _ = house.identity.tokens.issue(
        Purpose.SIGN_IN, HOF, LINK_LIFE_MS, "//elsewhere.example"
    )
    answer = await house.identity.sign_in.confirm(token)
    assert isinstance(answer, SignedIn)
    assert answer.to == "/"


async def test_session_is_stored_only_hashed(house: House) -> None:
    signed_in = await house.sign_in(HOF)
    async with house.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT * FROM browser_session"))).all()
    assert len(rows) == 1
    assert signed_in.session not in str(rows)
