"""A deck on the stage: its pages are seen by whoever may be there, and only while it is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agenda.core.materials import OwnerKind
from tests.http.materials.acts import SPEAKER, TEXT, session_of, speaker, uploaded
from tests.pages.world import World, world

HOF, ULM = "amt@hof.example", "team@ulm.example"
PAGES = ("/pages/1.webp", "/pages/1-small.webp", "/pages/1.json", "/pages.json?q=canary")
ALL, ABSENT = [200] * len(PAGES), [404] * len(PAGES)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        running.storage.inspector.texts = (TEXT, "Zweite")
        await running.account(HOF, "hof-city")
        await running.funded(ULM)
        yield running


async def on_stage(site: World, event: str) -> tuple[str, str]:
    """A deck that is not released, shown in its session's room; both guids."""
    who, session = await speaker(site, event)
    async with site.signed_in(who) as browser:
        deck = await uploaded(site, browser, session)
    room = await room_of(site, session)
    site.storage.stages.decks[room] = deck
    return deck, room


async def room_of(site: World, session: str) -> str:
    owner = await site.storage.materials.owner(OwnerKind.SESSION, session)
    room = getattr(owner, "room", None)
    assert isinstance(room, str)
    return room


async def seen(browser: httpx.AsyncClient, deck: str) -> list[int]:
    """Status of each part of a page; only what is given holds the canary."""
    answers = [await browser.get(f"/materials/{deck}{part}") for part in PAGES]
    for answer in answers:
        assert (b"CANARY" in answer.content) is (answer.status_code == 200), answer.url
    return [answer.status_code for answer in answers]


async def seen_by(site: World, deck: str, who: str = "") -> list[int]:
    if not who:
        async with site.browser() as browser:
            return await seen(browser, deck)
    async with site.signed_in(who) as browser:
        return await seen(browser, deck)


async def test_whoever_may_be_there_sees_the_pages_while_the_deck_is_shown(site: World) -> None:
    deck, room = await on_stage(site, "generalprobe")
    for who in (HOF, ULM):
        assert await seen_by(site, deck, who) == ALL
    assert await seen_by(site, deck) == [401] * len(PAGES)
    del site.storage.stages.decks[room]
    for who in ("", HOF, ULM):
        assert await seen_by(site, deck, who) == ABSENT


async def test_in_a_rehearsal_a_deck_is_tried_at_any_time(site: World) -> None:
    deck, room = await on_stage(site, "generalprobe")
    found = await site.pages.answers.site.agenda.room(room)
    assert found is not None
    times = sorted(slot.ends_at for slot in found[0].slots)
    for over in times:
        site.clock.at = over
        assert await seen_by(site, deck, HOF) == ALL


async def test_what_is_shown_is_not_given_to_take_home(site: World) -> None:
    deck, _ = await on_stage(site, "generalprobe")
    async with site.signed_in(HOF) as browser:
        for address in (f"/materials/{deck}", f"/materials/{deck}/view"):
            assert (await browser.get(address)).status_code == 404


async def test_a_deck_left_on_the_stage_is_closed_from_the_next_session_on(site: World) -> None:
    deck, room = await on_stage(site, "kongress_2022")
    over = await over_at(site, room)
    site.clock.at = over - 1
    assert await seen_by(site, deck, ULM) == ALL
    site.clock.at = over
    assert await seen_by(site, deck, ULM) == ABSENT
    assert await seen_by(site, deck, SPEAKER) == ALL


async def over_at(site: World, room: str) -> int:
    """When the session after the keynote begins in its room."""
    found = await site.pages.answers.site.agenda.room(room)
    assert found is not None
    slots = sorted((s for s in found[0].slots if s.room == room), key=lambda s: s.starts_at)
    _, keynote = await session_of("kongress_2022")
    held = next(slot for slot in slots if slot.session == keynote)
    after = [s.starts_at for s in slots if s.session and s.starts_at >= held.ends_at]
    return min(*after, held.ends_at + 3_600_000)


async def test_whoever_may_not_be_there_sees_nothing_of_the_stage(site: World) -> None:
    deck, _ = await on_stage(site, "kongress_2022")
    assert await seen_by(site, deck, ULM) == ALL
    assert await seen_by(site, deck, HOF) == [403] * len(PAGES)
    assert await seen_by(site, deck) == [401] * len(PAGES)


async def test_another_deck_of_the_session_stays_hidden(site: World) -> None:
    first, room = await on_stage(site, "generalprobe")
    second, _ = await on_stage(site, "generalprobe")
    assert site.storage.stages.decks == {room: second}
    assert await seen_by(site, first, HOF) == ABSENT
    assert await seen_by(site, second, HOF) == ALL


async def test_big_screen_of_the_room_sees_the_pages_and_no_other_does(site: World) -> None:
    deck, room = await on_stage(site, "kongress_2022")
    for of, expected in ((room, ALL), ("another-room", ABSENT)):
        token = await site.identity.given.screen(of)
        async with site.browser() as browser:
            browser.headers["authorization"] = f"Bearer {token}"
            assert await seen(browser, deck) == expected


async def test_decks_of_several_sessions_are_found_at_once(site: World) -> None:
    deck, _ = await on_stage(site, "generalprobe")
    shelf = await site.storage.materials.shelf(deck)
    assert shelf is not None
    session = shelf.material.owner
    found = await site.storage.materials.of_owners(OwnerKind.SESSION, [session, "nowhere"])
    assert found == {session: (shelf,), "nowhere": ()}


async def test_decks_of_the_rooms_sessions_may_be_shown_there_released_or_not(
    site: World,
) -> None:
    deck, room = await on_stage(site, "generalprobe")
    pages = site.storage.materials.pages
    assert await pages(room, [deck, "nowhere"]) == {deck: 2}
    assert await pages("another-room", [deck]) == {}
