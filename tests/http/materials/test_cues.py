"""Cues: written beside the pages of a deck, read in the presenter's view, told to no reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from access.actors import OfficeKind
from access.audiences import Group, always
from agenda.core.materials import edit_of
from tests.http.materials.acts import SPEAKER, session_of, speaker, uploaded
from tests.pages.desk import sent_by
from tests.pages.markup import Page
from tests.pages.world import World, world

CUE = "Stichwort-Kanarienvogel: an die Zahl aus Jena denken"
EVENT, SESSION = "generalprobe", "keynote"
ROOM = f"/events/{EVENT}/rooms/plenum"
HOF, MODERATION = "amt@hof.example", "moderation@kts.example"
OTHER_SPEAKER = "podium@ulm.example"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        running.storage.inspector.texts = ("Erste", "Zweite")
        await running.account(HOF, "hof-city")
        yield running


@pytest.fixture
async def deck(site: World) -> str:
    """Released, with a cue on its second page, written in the form."""
    who, session = await speaker(site, EVENT)
    async with site.signed_in(who) as editor:
        guid = await uploaded(site, editor, session)
        form = sent_by(Page((await editor.get(f"/materials/{guid}/edit")).text), "edit") | {
            "cue_2": CUE
        }
        assert (await editor.post(f"/materials/{guid}/edit", data=form)).status_code == 303
        await editor.post(f"/materials/{guid}/release", data={"released": "yes"})
    return guid


async def moderator(site: World) -> None:
    event, _ = await session_of(EVENT)
    account = await site.account(MODERATION, "ulm")
    await site.identity.records.appoint(
        account, OfficeKind.MODERATOR, scope=event, event=event, by="kts"
    )


async def cues(browser: httpx.AsyncClient, deck: str, room: str = ROOM) -> tuple[int, object]:
    answer = await browser.get(f"{room}/cues/{deck}.json")
    assert (CUE in answer.text) is (answer.status_code == 200)
    return answer.status_code, answer.json().get("cues")


async def test_cues_stand_in_the_form_again(site: World, deck: str) -> None:
    async with site.signed_in(SPEAKER) as editor:
        page = Page((await editor.get(f"/materials/{deck}/edit")).text)
    assert page.all("//textarea[@name='cue_1' or @name='cue_2']") == ["", CUE]


async def test_whoever_directs_the_stage_reads_them_and_keeps_no_copy(
    site: World, deck: str
) -> None:
    await moderator(site)
    for who in (SPEAKER, MODERATION):
        async with site.signed_in(who) as browser:
            assert await cues(browser, deck) == (200, ["", CUE])
            answer = await browser.get(f"{ROOM}/cues/{deck}.json")
            assert answer.headers["cache-control"] == "no-store"
            view = Page((await browser.get(f"{ROOM}/present")).text)
            assert view.values("//data/@data-cues") == [f"{ROOM}/cues/{deck}.json"]


async def shown_to(browser: httpx.AsyncClient) -> list[tuple[str, str]]:
    """The decks of the presenter's view, and where their cues are read."""
    view = Page((await browser.get(f"{ROOM}/present")).text)
    return list(
        zip(
            view.values("//data[@data-pages]/@value"), view.values("//data/@data-cues"), strict=True
        )
    )


@pytest.mark.parametrize("released", [False, True])
async def test_a_speaker_of_another_session_reads_no_cues_and_sees_only_what_is_released(
    site: World, deck: str, released: bool
) -> None:
    await moderator(site)
    event, podium = await session_of(EVENT, "podium")
    other = await site.account(OTHER_SPEAKER, "ulm")
    await site.identity.records.appoint(
        other, OfficeKind.SPEAKER, scope=podium, event=event, by="kts"
    )
    await site.storage.materials.release(deck, released=released)
    own = f"{ROOM}/cues/{deck}.json"
    for who in (SPEAKER, MODERATION):
        async with site.signed_in(who) as browser:
            assert await shown_to(browser) == [(deck, own)]
    async with site.signed_in(OTHER_SPEAKER) as browser:
        assert (await cues(browser, deck))[0] == 404
        assert await shown_to(browser) == ([(deck, "")] if released else [])
        theirs = await uploaded(site, browser, podium)
        assert (theirs, f"{ROOM}/cues/{theirs}.json") in await shown_to(browser)


async def test_participants_and_guests_are_refused(site: World, deck: str) -> None:
    async with site.signed_in(HOF) as browser:
        assert (await cues(browser, deck))[0] == 403
    async with site.browser() as browser:
        assert (await cues(browser, deck))[0] == 401


async def test_deck_of_another_room_and_one_that_never_was_are_absent(
    site: World, deck: str
) -> None:
    await moderator(site)
    found = await site.pages.answers.site.agenda.event(EVENT)
    assert found is not None
    other = next(room.slug for room in found.rooms if room.slug != "plenum")
    async with site.signed_in(MODERATION) as browser:
        assert (await cues(browser, deck, f"/events/{EVENT}/rooms/{other}"))[0] == 404
        assert (await cues(browser, "0" * 36))[0] == 404


@pytest.mark.parametrize("on_stage", [False, True])
async def test_no_reader_is_told_a_cue(site: World, deck: str, on_stage: bool) -> None:
    found = await site.pages.answers.site.agenda.event(EVENT)
    assert found is not None
    if on_stage:
        room = next(room for room in found.rooms if room.slug == "plenum")
        site.storage.stages.decks[room.guid] = deck
    await release_to_all(site, deck)
    pages = [f"/events/{EVENT}{end}" for end in ("", "/agenda", "/agenda.ics")]
    pages += [f"/events/{EVENT}/sessions/{SESSION}{end}" for end in ("", ".ics")]
    pages += [ROOM, f"{ROOM}/desk", f"{ROOM}/present", "/examples", "/examples.csv"]
    parts = ("", "/view", "/edit", "/pages/1.json", "/pages/2.json", "/pages/2.webp")
    pages += [f"/materials/{deck}{part}" for part in parts]
    async with site.browser() as guest, site.signed_in(HOF) as participant:
        for browser in (guest, participant):
            for path in pages:
                assert "Kanarienvogel" not in (await browser.get(path)).text, path


async def release_to_all(site: World, deck: str) -> None:
    shelf = await site.storage.materials.shelf(deck)
    assert shelf is not None
    held = edit_of(shelf.material)
    assert CUE in held.cues
    changed = type(held)(
        held.title, held.kind, held.licence, always(Group.PUBLIC), held.position, (), held.cues
    )
    await site.storage.materials.edit(deck, shelf.material.version, changed)


async def test_second_of_two_editors_sees_both_cues_and_loses_none(site: World, deck: str) -> None:
    async with site.signed_in(SPEAKER) as editor:
        form = sent_by(Page((await editor.get(f"/materials/{deck}/edit")).text), "edit") | {
            "cue_2": CUE
        }
        await editor.post(f"/materials/{deck}/edit", data=form | {"cue_1": "Von der Ersten"})
        stale = await editor.post(f"/materials/{deck}/edit", data=form | {"cue_1": "Vom Zweiten"})
    page = Page(stale.text)
    assert stale.status_code == 409
    assert page.all("//textarea[@name='cue_1']") == ["Vom Zweiten"]
    assert page.all("//dl[@class='differences']//dt") == ["Seite 1: Stichworte zum Vortrag"]
    assert page.all("//dl[@class='differences']//dd/span") == ["Von der Ersten", "Vom Zweiten"]


async def test_cue_that_is_too_long_is_refused_whole(site: World, deck: str) -> None:
    async with site.signed_in(SPEAKER) as editor:
        form = sent_by(Page((await editor.get(f"/materials/{deck}/edit")).text), "edit")
        answer = await editor.post(f"/materials/{deck}/edit", data=form | {"cue_1": "x" * 4_001})
    assert answer.status_code == 422
    assert Page(answer.text).all("//textarea[@name='cue_1']") == ["x" * 4_001]


async def test_a_whole_window_of_pages_is_stored_at_once(site: World) -> None:
    site.storage.inspector.texts = tuple(f"Seite {n}" for n in range(12))
    who, session = await speaker(site, EVENT)
    async with site.signed_in(who) as editor:
        guid = await uploaded(site, editor, session)
        page = await editor.get(f"/materials/{guid}/edit")
        named = Page(page.text).values("//form[contains(@action, '/edit')]//textarea/@name")
        assert len(named) == 20
        every = Page(page.text).values("//form[contains(@action, '/edit')]//*[@name]/@name")
        form = sent_by(Page(page.text), "edit") | {name: f"Wort {name}" for name in named}
        form |= {name: form.get(name, "") for name in every if name not in form} | {
            "kind": "slides"
        }
        assert (await editor.post(f"/materials/{guid}/edit", data=form)).status_code == 303
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert shelf.material.cues == tuple(f"Wort cue_{n}" for n in range(1, 11))
    assert shelf.material.alternatives == tuple(f"Wort text_{n}" for n in range(1, 11))
