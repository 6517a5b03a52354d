"""Nobody reads on a page what they may not see: a canary for every closed text."""

from __future__ import annotations

import pytest

from access.actors import GUEST, Actor, OfficeKind
from agenda.core.model import Event, Text
from agenda.visible import for_viewer
from server.http.language import LANGUAGES
from tests.pages.markup import Page
from tests.pages.test_every_page import OPEN_PAGES
from tests.pages.world import NOW, SeededAgenda, World

CLOSED_EVENTS = ("kongress_2022", "kongress_probe")


def words(event: Event) -> set[str]:
    """Every text of the event's content."""
    held: list[Text] = [event.motto, event.summary]
    held += [room.name for room in event.rooms]
    held += [track.name for track in event.tracks]
    for session in event.sessions:
        held += [session.title, session.subtitle, session.abstract]
        held += [role.name for role in session.people]
    return {part for text in held for part in (text.de, text.en) if part}


async def hidden_from(actor: Actor) -> set[str]:
    """Texts that stand nowhere in what the actor may see."""
    everything: set[str] = set()
    seen: set[str] = set()
    for event in await SeededAgenda().events():
        everything |= words(event)
        visible = for_viewer(event, actor, NOW)
        if visible is not None:
            seen |= words(visible.event)
    shown = " ".join(seen)
    return {text for text in everything - seen if text not in shown and len(text) > 12}


async def test_there_is_something_that_could_leak() -> None:
    assert len(await hidden_from(GUEST)) > 20


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_page_shows_a_non_funded_person_what_is_closed(site: World, language: str) -> None:
    account = await site.account("amt@hof.example", "hof-city")
    actor = await site.identity.facts.actor_of(account)
    assert actor is not None
    closed = await hidden_from(actor)
    paths = [*OPEN_PAGES, *(f"/events/{slug}/agenda" for slug in CLOSED_EVENTS)]
    for slug in CLOSED_EVENTS:
        paths += await _inside(slug)
    async with site.signed_in("amt@hof.example") as browser:
        for path in paths:
            text = (await browser.get(path, headers={"accept-language": language})).text
            assert [word for word in closed if word in text] == [], path


async def test_a_star_kept_from_better_days_shows_nothing_of_what_is_closed(site: World) -> None:
    account = await site.account("amt@hof.example", "hof-city")
    actor = await site.identity.facts.actor_of(account)
    assert actor is not None
    people = site.pages.answers.site.participants
    for event in await SeededAgenda().events():
        for session in event.sessions:
            await people.star(account, session)
    closed = await hidden_from(actor)
    async with site.signed_in("amt@hof.example") as browser:
        page = Page((await browser.get("/my")).text)
    assert len(page.find("//article")) > 10
    assert [word for word in closed if word in page.text()] == []
    assert [each for each in page.links() if any(slug in each for slug in CLOSED_EVENTS)] == []


async def _inside(slug: str) -> list[str]:
    event = await SeededAgenda().event(slug)
    assert event is not None
    sessions = [f"/events/{slug}/sessions/{session.slug}" for session in event.sessions]
    rooms = [
        f"/events/{slug}/rooms/{room.slug}{end}" for room in event.rooms for end in ("", "/desk")
    ]
    return [*sessions, *rooms]


async def test_closed_event_is_explained_with_a_way_on(site: World) -> None:
    await site.account("amt@hof.example", "hof-city")
    async with site.signed_in("amt@hof.example") as browser:
        event = await browser.get("/events/kongress_2022")
        agenda = await browser.get("/events/kongress_2022/agenda")
    assert (event.status_code, agenda.status_code) == (200, 403)
    for answer in (event, agenda):
        assert "73 geförderten Modellprojekte" in answer.text
        assert 'href="/events"' in answer.text
    assert "Generalprobe der Regionalkonferenz" in agenda.text


async def test_funded_person_reads_the_congress(site: World) -> None:
    await site.funded("team@ulm.example")
    async with site.signed_in("team@ulm.example") as browser:
        answers = [await browser.get(path) for path in await _inside("kongress_probe")]
    statuses = {answer.status_code for answer in answers if "/desk" not in str(answer.url)}
    assert statuses == {200}


async def test_desk_is_for_moderators(site: World) -> None:
    await site.account("amt@hof.example", "hof-city")
    async with site.signed_in("amt@hof.example") as browser:
        answer = await browser.get("/events/generalprobe/rooms/plenum/desk")
    assert answer.status_code == 403
    assert "Moderation dieses Raums vorbehalten" in answer.text


async def test_missing_session_and_room_of_a_closed_event_do_not_show(site: World) -> None:
    async with site.browser() as browser:
        missing = await browser.get("/events/kongress_2022/sessions/nirgends")
        there = await browser.get("/events/kongress_2022/sessions/eroeffnung")
    assert missing.status_code == there.status_code == 401
    assert missing.text.replace("nirgends", "eroeffnung") == there.text


async def test_way_to_the_desk_is_shown_to_moderators_only(site: World) -> None:
    event = await SeededAgenda().event("generalprobe")
    assert event is not None
    moderator = await site.account("moderation@kts.example", "ulm")
    kind = OfficeKind.MODERATOR
    await site.identity.records.appoint(moderator, kind, event.guid, event.guid, by="kts")
    found = []
    for address in ("moderation@kts.example", "amt@hof.example"):
        async with site.signed_in(address) as browser:
            pages = [
                Page((await browser.get(f"/events/generalprobe{path}")).text)
                for path in ("", "/rooms/plenum")
            ]
        found.append([len(page.find("//a[contains(@href, '/desk')]")) for page in pages])
    assert found == [[len(event.rooms), 1], [0, 0]]
