"""The check page: what is found in a deck, what to do, and what others will see and hear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from tests.http.materials.acts import SPEAKER, release, speaker, uploaded
from tests.pages.markup import Page
from tests.pages.world import World, world

HOF = "amt@hof.example"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        running.storage.inspector.texts = ("Worte auf der Seite", "", "Drei")
        running.storage.inspector.letters = (0.03, None, 0.0125)
        await running.account(HOF, "hof-city")
        yield running


@pytest.fixture
async def deck(site: World) -> str:
    who, session = await speaker(site, "generalprobe")
    async with site.signed_in(who) as editor:
        return await uploaded(site, editor, session)


@pytest.fixture
async def editor(site: World, deck: str) -> AsyncIterator[httpx.AsyncClient]:
    async with site.signed_in(SPEAKER) as signed_in:
        yield signed_in


async def checked(editor: httpx.AsyncClient, deck: str) -> Page:
    answer = await editor.get(f"/materials/{deck}/check")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return Page(answer.text)


def states(page: Page) -> list[str]:
    return page.all("//ul[@class='checks']//span[contains(@class, 'tag')]")


async def forget_letters(site: World, deck: str) -> None:
    """The deck was looked into by a release that did not measure."""
    shelf = await site.storage.materials.shelf(deck)
    assert shelf is not None
    assert shelf.file is not None
    assert shelf.file.deck is not None
    await site.storage.rows.describe(shelf.file.id, replace(shelf.file.deck, letters=None))


async def test_findings_say_what_is_wrong_and_what_to_do(
    editor: httpx.AsyncClient, deck: str
) -> None:
    page = await checked(editor, deck)
    assert states(page) == ["Bitte ansehen"] * 5
    found = page.all("//ul[@class='checks']/li")
    assert "(2). Beschreiben Sie diese in Worten." in found[3]
    assert "kaum zu lesen: 3. Nehmen Sie größere Schrift" in found[4]


async def test_pages_are_shown_as_on_a_phone_on_a_screen_and_in_words(
    editor: httpx.AsyncClient, deck: str
) -> None:
    page = await checked(editor, deck)
    for number in (1, 2, 3):
        images = page.values(f"//li[@id='page-{number}']//img/@src")
        assert images == [f"/materials/{deck}/pages/{number}.webp"] * 2
    heard = page.all("//div[@class='slide__text']/p")
    assert heard == ["Worte auf der Seite", "Kein Text gefunden.", "Drei"]
    remarks = page.all("//li[contains(@class, 'slide')]/p[@class='tags']/span")
    assert remarks == ["Kein Text", "Schrift auf dem Handy 4 Pixel hoch"]


async def test_described_page_is_in_order(editor: httpx.AsyncClient, deck: str) -> None:
    form = {"version": "1", "title_de": "Folien", "text_2": "Eine Karte"}
    assert (await editor.post(f"/materials/{deck}/edit", data=form)).status_code == 303
    assert states(await checked(editor, deck))[3] == "In Ordnung"


async def test_old_deck_is_called_unchecked_until_somebody_has_it_checked(
    site: World, editor: httpx.AsyncClient, deck: str
) -> None:
    await forget_letters(site, deck)
    assert states(await checked(editor, deck))[4] == "Nicht geprüft"
    done = await editor.post(f"/materials/{deck}/check")
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/materials/{deck}/check?measuring",
    )
    await site.storage.checking.idle()
    assert states(await checked(editor, deck))[4] == "Bitte ansehen"
    shelf = await site.storage.materials.shelf(deck)
    assert shelf is not None
    assert shelf.usable


async def test_deck_that_was_measured_is_not_looked_into_again(
    site: World, editor: httpx.AsyncClient, deck: str
) -> None:
    jobs = len(site.storage.inspector.jobs)
    await editor.post(f"/materials/{deck}/check")
    await site.storage.checking.idle()
    assert len(site.storage.inspector.jobs) == jobs


async def test_edit_page_leads_there_and_back(editor: httpx.AsyncClient, deck: str) -> None:
    edit = Page((await editor.get(f"/materials/{deck}/edit")).text)
    assert f"/materials/{deck}/check" in edit.links()
    assert f"/materials/{deck}/edit" in (await checked(editor, deck)).links()


async def test_readers_are_not_shown_it_and_have_nothing_checked(site: World, deck: str) -> None:
    async with site.signed_in(HOF) as reader:
        for method, status in (("GET", 404), ("POST", 404)):
            answer = await reader.request(method, f"/materials/{deck}/check")
            assert answer.status_code == status
        await release(site, deck)
        for method, status in (("GET", 403), ("POST", 403)):
            answer = await reader.request(method, f"/materials/{deck}/check")
            assert answer.status_code == status
            assert "Bitte ansehen" not in answer.text
