"""A token that is not valid is refused wherever it is shown, with the reason in two languages.

Not overlooked, either: a program whose token ran out must not take the view of a guest for its own.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.http.language import LANGUAGES
from tests.http.api_site import api_site, hof
from tests.identity.forged import FORGERIES, forged
from tests.pages.markup import Page
from tests.pages.world import World

TEXTS = Path(__file__).parents[2] / "static" / "i18n"
PROGRAMS = (
    "/api/v1/events",
    "/api/v1/events/kongress_2022/agenda",
    "/api/v1/events/nowhere",
    "/api/v1/me",
    "/api/v1/organisations?q=hof",
    "/events/regionalkonferenz_1_2022/agenda.ics",
    "/series/2022.ics",
)
PAGES = ("/", "/profile", "/events/kongress_2022", "/events/nowhere")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with api_site(tmp_path) as running:
        yield running


async def shown(site: World, token: str, path: str, language: str) -> httpx.Response:
    async with site.browser() as program:
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        return await program.get(path, headers=headers)


async def token_of(site: World, forgery: str) -> str:
    account = await site.identity.accounts.ensure(await hof(site))
    return await forged(site.identity, site.clock.at, account, forgery)


def words(language: str) -> tuple[str, str]:
    texts = json.loads((TEXTS / language / "access.json").read_text("utf-8"))
    return texts["rule.credential_expired"], texts["step.sign_in_again"]


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_program_gets_401_with_rule_and_next_step(site: World, forgery: str) -> None:
    token = await token_of(site, forgery)
    for path in PROGRAMS:
        for language in LANGUAGES:
            answer = await shown(site, token, path, language)
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == (
                'Bearer realm="plenum", error="invalid_token"'
            )
            assert answer.json() == {
                "type": "urn:plenum:problem:unauthorized",
                "title": {"de": "Bitte zuerst anmelden", "en": "Please sign in first"}[language],
                "status": 401,
                "detail": " ".join(words(language)),
                "code": "unauthorized",
                "rule": "credential_expired",
                "next_step": "sign_in_again",
            }


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_page_says_the_same_in_words(site: World, forgery: str) -> None:
    token = await token_of(site, forgery)
    for path in PAGES:
        for language in LANGUAGES:
            answer = await shown(site, token, path, language)
            assert answer.status_code == 401, path
            for text in words(language):
                assert text in Page(answer.text).text(), path


async def test_valid_token_is_let_in_where_the_forged_ones_are_not(site: World) -> None:
    account = await site.identity.accounts.ensure(await hof(site))
    token = await site.identity.given.bearer(account)
    statuses = [
        (await shown(site, token, path, "de")).status_code
        for path in ("/api/v1/events", "/", "/profile")
    ]
    assert statuses == [200, 200, 200]


async def test_nobody_without_a_token_is_told_that_one_was_invalid(site: World) -> None:
    async with site.browser() as program:
        answer = await program.get("/api/v1/events/kongress_2022/agenda")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="plenum"'
    assert answer.json()["rule"] == "sign_in_first"
