"""Whoever is not, or no longer, in the room reads why and what to do, in their language."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from access.decisions import Denied
from access.refusals import REMOVED_FROM_ROOM, SIGN_IN_AGAIN
from access.rules import NextStep, Rule
from rooms.core.people import RemovePerson
from tests.client.conftest import Visit
from tests.client.house import MODERATION, House

TEXTS = Path(__file__).parents[2] / "static" / "i18n"
LANGUAGES = ("de", "en")
AGAIN = {"de": "Noch einmal versuchen", "en": "Try again"}

WITHDRAWN = [
    (SIGN_IN_AGAIN, "/sign-in?next=%2Froom"),
    (Denied(Rule.REMOVED_FROM_EVENT, NextStep.ASK_ORGANISER), "/imprint"),
    (Denied(Rule.AFFILIATION_ENDED, NextStep.CHOOSE_ORGANISATION), "/profile"),
    (Denied(Rule.PROJECT_ENDED, NextStep.ASK_PROJECT_LEAD), None),
    (Denied(Rule.NOT_FUNDED, NextStep.ATTEND_REGIONAL_CONFERENCE), "/events"),
    (Denied(Rule.NOT_THERE, NextStep.CHECK_ADDRESS, "hidden"), "/events"),
]


def words(language: str, denied: Denied) -> tuple[str, str]:
    texts = json.loads((TEXTS / language / "access.json").read_text("utf-8"))
    return texts[f"rule.{denied.rule}"], texts[f"step.{denied.next_step}"]


def reads(page: Page, language: str, denied: Denied, place: str | None) -> None:
    alert = page.get_by_role("alert")
    for text in words(language, denied):
        expect(alert).to_contain_text(text)
    expect(page.get_by_role("textbox")).to_have_count(0)
    links = alert.get_by_role("link")
    expect(links).to_have_count(0 if place is None else 1)
    if place is not None:
        expect(links).to_have_attribute("href", place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_withdrawal_at_an_open_page_is_explained(
    open_house: House, visit: Visit, language: str
) -> None:
    for number, (denied, place) in enumerate(WITHDRAWN):
        page = visit(f"hof{number}", f"/room?lang={language}")
        withdraw(open_house, f"hof{number}", denied)
        reads(page, language, denied, place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_removed_person_reads_that_the_moderators_did_it(
    open_house: House, visit: Visit, language: str
) -> None:
    page = visit("hof", f"/room?lang={language}")
    open_house.do(MODERATION, RemovePerson("hof", "Störung"))
    reads(page, language, REMOVED_FROM_ROOM, "/imprint")
    why = page.get_by_role("alert").get_by_text({"de": "Grund: ", "en": "Reason: "}[language])
    expect(why).to_have_text(re.compile("Störung$"))
    page.get_by_role("button", name=AGAIN[language]).click()
    page.wait_for_function("opened.length === 2")
    expect(why).to_have_count(1)


def test_no_reason_is_told_where_none_was_given(open_house: House, visit: Visit) -> None:
    page = visit("hof")
    open_house.do(MODERATION, RemovePerson("hof"))
    reads(page, "de", REMOVED_FROM_ROOM, "/imprint")
    expect(page.get_by_text("Grund:")).to_have_count(0)


def test_who_never_came_in_reads_it_too(open_house: House, visit: Visit) -> None:
    denied, place = WITHDRAWN[4]
    open_house.door.shut["hof"] = denied
    reads(visit("hof"), "de", denied, place)


def test_unknown_reason_of_a_newer_server_still_names_a_way_on(
    open_house: House, visit: Visit
) -> None:
    page = visit("hof")
    page.evaluate('opened.at(-1).onmessage({data: \'{"t":"out","code":"forbidden"}\'})')
    expect(page.get_by_role("alert")).to_contain_text("Laden Sie die Seite neu")
    expect(page.get_by_role("alert").get_by_role("button", name="Seite neu laden")).to_be_visible()


def withdraw(house: House, account: str, denied: Denied) -> None:
    house.door.shut[account] = denied
    assert house.loop is not None
    asyncio.run_coroutine_threadsafe(house.hub.reconsider({account}), house.loop).result(10)
