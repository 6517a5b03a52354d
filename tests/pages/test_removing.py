"""Taking something out of a draft: nothing goes along with it that nobody was asked about."""

from __future__ import annotations

import httpx

from agenda.core.draft import Kind
from agenda.core.model import Event
from server.http.language import LANGUAGES
from server.identity.staff import Staff
from tests.http.materials.acts import uploaded
from tests.pages.desk import CLONE, EVENT, MODERATOR, ORGANISER, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page

NEW = "/organise/regio_nord_2022"


async def cloned(office: Desk, browser: httpx.AsyncClient) -> Event:
    await browser.post(f"{EVENT}/clone", data=CLONE)
    draft = await office.editing.find("regio_nord_2022")
    assert draft is not None
    return (await office.editing.desk(draft.guid)).draft


async def give(browser: httpx.AsyncClient, place: str) -> None:
    given = await browser.post(f"{NEW}/people", data={"address": MODERATOR, "office": place})
    assert given.status_code == 303


async def held(office: Desk, event: Event) -> list[str]:
    return [each.scope for each in await Staff(office.site.identity.facts).of(event.guid)]


async def test_a_session_is_deleted_with_its_slides_and_offices_after_being_asked(
    office: Desk,
) -> None:
    async with office.signed_in(ORGANISER) as browser:
        event = await cloned(office, browser)
        session, other = event.sessions[:2]
        path = f"{NEW}/sessions/{session.guid}"
        await give(browser, f"speaker:{session.guid}")
        await give(browser, f"speaker:{other.guid}")
        deck = await uploaded(office.site, browser, session.guid)
        version = {"version": "1"}
        for language in LANGUAGES:
            asked = await browser.post(f"{path}/remove?lang={language}", data=version)
            check(asked, language)
        asked = await browser.post(f"{path}/remove?lang=de", data=version)
        page = Page(asked.text)
        assert asked.status_code == 200
        assert session.title.de in page.all("//main//p")[0]
        assert len(page.all("//main//ul[@class='list']/li")) == 2
        assert sorted(await held(office, event)) == sorted([session.guid, other.guid])
        assert await office.site.storage.materials.shelf(deck) is not None
        done = await browser.post(f"{path}/remove", data=sent_by(page, "remove"))
        assert (done.status_code, done.headers["location"]) == (303, f"{NEW}?removed=1")
        assert (await browser.get(path)).status_code == 404
    assert await held(office, event) == [other.guid]
    assert await office.site.storage.materials.shelf(deck) is None


async def test_what_came_along_after_being_asked_is_asked_about_again(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        event = await cloned(office, browser)
        room = event.rooms[-1]
        path = f"{NEW}/rooms/{room.guid}"
        await give(browser, f"moderator:{room.guid}")
        asked = await browser.post(f"{path}/remove", data={"version": "1"})
        sure = sent_by(Page(asked.text), "remove")
        session = event.sessions[0]
        await uploaded(office.site, browser, session.guid)
        session_path = f"{NEW}/sessions/{session.guid}"
        again = await browser.post(f"{session_path}/remove", data=sure)
        assert (again.status_code, (await browser.get(session_path)).status_code) == (200, 200)
        done = await browser.post(f"{path}/remove", data=sure)
        assert (done.status_code, await held(office, event)) == (303, [])


async def test_with_what_nothing_goes_along_nobody_is_asked(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        event = await cloned(office, browser)
        for path in (f"sessions/{event.sessions[0].guid}", f"tracks/{event.tracks[0].guid}"):
            done = await browser.post(f"{NEW}/{path}/remove", data={"version": "1"})
            assert done.status_code == 303, path


async def test_who_would_delete_what_somebody_else_changed_is_told_so_before_being_asked(
    office: Desk,
) -> None:
    async with office.signed_in(ORGANISER) as browser:
        event = await cloned(office, browser)
        path = f"{NEW}/sessions/{event.sessions[0].guid}"
        await give(browser, f"speaker:{event.sessions[0].guid}")
        asked = await browser.post(f"{path}/remove", data={"version": "1"})
        typed = await office.form(browser, path)
        await browser.post(path, data=typed | {"title_de": "Neu gefasst"})
        for sent in ({"version": "1"}, sent_by(Page(asked.text), "remove")):
            assert (await browser.post(f"{path}/remove", data=sent)).status_code == 409
    assert await held(office, event) == [event.sessions[0].guid]


async def test_an_office_whose_place_is_gone_says_so(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        event = await cloned(office, browser)
        session, room = event.sessions[0], event.rooms[-1]
        for place in ("moderator", f"speaker:{session.guid}", f"moderator:{room.guid}"):
            await give(browser, place)
        # As where somebody was interrupted: the place is gone, its offices are still there.
        await office.editing.remove(event.guid, Kind.SESSION, session.guid, 1)
        await office.editing.remove(event.guid, Kind.ROOM, room.guid, 1)
        answer = await browser.get(f"{NEW}/people")
    check(answer, "de")
    shown = Page(answer.text).all("//ul[@class='rows']//small")
    lines = [each.partition(" · ")[0] for each in shown]
    assert sorted(lines) == [
        "Moderation (Raum gelöscht)",
        "Moderation aller Räume",
        "Vortrag (Programmpunkt gelöscht)",
    ]
