"""A speaker prepares slides for a session that is not released: to nobody else it is there."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest

from access.actors import OfficeKind
from agenda.core.draft import Kind, Planned
from agenda.core.model import Session, SessionKind, Slot, Text, WallTime
from tests.agenda.events import guid as guid_of
from tests.http.materials.acts import uploaded
from tests.pages.desk import (
    EVENT,
    HOST,
    MODERATOR,
    ORGANISER,
    OTHER_HOST,
    PARTICIPANT,
    PUBLIC,
    Desk,
    sent_by,
)
from tests.pages.markup import Page

SPEAKER, OTHER_SPEAKER = "vortrag@kalletal.example", "vortrag@lemgo.example"
TITLE = "CANARY Was wir noch niemandem sagen"
GUID = guid_of("a session in a draft")
PAGE = f"/materials/of/session/{GUID}"


@pytest.fixture
async def office(office: Desk) -> Desk:
    """With a participant, and a session that is only planned."""
    await office.site.account(PARTICIPANT, "hof-city")
    await plan(office)
    return office


async def plan(office: Desk) -> None:
    """A session in the draft of an event that is released, and who is to speak in it."""
    event = await office.event()
    last = max(event.slots, key=lambda slot: slot.ends_at)
    number = await office.editing.number(event.guid)
    room = next(room.guid for room in event.rooms if room.guid == last.room)
    end = WallTime(last.end.clock + dt.timedelta(minutes=30))
    slot = Slot(guid_of("its slot"), number, last.end, end, GUID, None, room)
    session = Session(GUID, "CANARY", "canary", Text(TITLE), SessionKind.IMPULSE)
    await office.editing.add(event.guid, Kind.SESSION, GUID, Planned(session, (slot,)))
    other = event.sessions[0].guid
    for address, scope in ((SPEAKER, GUID), (OTHER_SPEAKER, other)):
        account = await office.site.account(address, "ulm")
        await office.site.identity.records.appoint(
            account, OfficeKind.SPEAKER, scope, event.guid, by="test"
        )


async def prepared(office: Desk) -> str:
    """Slides the speaker uploaded and marked for release."""
    async with office.signed_in(SPEAKER) as browser:
        deck = await uploaded(office.site, browser, GUID)
        done = await browser.post(f"/materials/{deck}/release", data={"released": "yes"})
        assert done.status_code == 303
    return deck


@pytest.mark.parametrize("who", [SPEAKER, ORGANISER, HOST, MODERATOR])
async def test_whoever_will_hold_it_finds_the_page_and_uploads(office: Desk, who: str) -> None:
    async with office.signed_in(who) as browser:
        page = await browser.get(PAGE)
        assert page.status_code == 200
        assert Page(page.text).all("//h1") == [TITLE]
        assert Page(page.text).values("//form/@data-upload") == [PAGE]
        deck = await uploaded(office.site, browser, GUID)
        edit = Page((await browser.get(f"/materials/{deck}/edit")).text)
    assert PAGE in edit.links()


async def absent(browser: httpx.AsyncClient, deck: str) -> None:
    """Nothing tells the planned session and its slides from what never was."""
    parts = ("", "/view", "/edit", "/check", "/pages/1.webp", "/pages/1.json")
    announced = {"name": "a.pdf", "size": 5, "type": "application/pdf"}
    for path in (PAGE, *(f"/materials/{deck}{part}" for part in parts)):
        answer = await browser.get(path)
        assert answer.status_code == 404, path
        assert "CANARY" not in answer.text
    nowhere = PAGE.replace(GUID, guid_of("never"))
    for known, unknown in (
        (await browser.get(PAGE), await browser.get(nowhere)),
        (await browser.post(PAGE, json=announced), await browser.post(nowhere, json=announced)),
    ):
        assert known.status_code == unknown.status_code == 404
        assert known.text.replace(GUID, "") == unknown.text.replace(guid_of("never"), "")
    for path in (PUBLIC, f"{PUBLIC}/agenda", f"{PUBLIC}/sessions/canary", f"{PUBLIC}/agenda.ics"):
        assert "CANARY" not in (await browser.get(path)).text


@pytest.mark.parametrize("who", ["", PARTICIPANT, OTHER_SPEAKER, OTHER_HOST])
async def test_to_all_others_it_is_not_there(office: Desk, who: str) -> None:
    deck = await prepared(office)
    if who:
        async with office.signed_in(who) as browser:
            await absent(browser, deck)
    else:
        async with office.site.browser() as browser:
            await absent(browser, deck)


async def test_with_the_release_readers_get_what_was_prepared(office: Desk) -> None:
    deck = await prepared(office)
    event = await office.event()
    await office.editing.release_one(event.guid, Kind.SESSION, GUID, by="test")
    async with office.signed_in(PARTICIPANT) as browser:
        shown = Page((await browser.get(f"{PUBLIC}/sessions/canary")).text)
        assert f"/materials/{deck}" in shown.links()
        assert (await browser.get(f"/materials/{deck}/view")).status_code == 200
    async with office.signed_in(SPEAKER) as browser:
        there = await browser.get(PAGE)
    assert (there.status_code, there.headers["location"]) == (303, f"{PUBLIC}/sessions/canary")


async def test_the_invitation_leads_to_where_slides_are_prepared(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        page = Page((await browser.get(f"{EVENT}/people")).text)
        line = f"//li[contains(., '{SPEAKER}')]//form/@action"
        (invite,) = [each for each in page.values(line) if each.endswith("/invite")]
        assert (await browser.post(invite)).headers["location"] == f"{EVENT}/people?invited=1"
    letter = office.site.letters.sent[0]
    assert letter.to == SPEAKER
    assert f"/sign-in?next={PAGE}" in letter.text


async def test_what_was_prepared_goes_with_a_session_that_is_taken_out(office: Desk) -> None:
    deck = await prepared(office)
    async with office.signed_in(ORGANISER) as browser:
        form = f"{EVENT}/sessions/{GUID}"
        asked = await browser.post(f"{form}/remove", data=await office.form(browser, form))
        taken = await browser.post(f"{form}/remove", data=sent_by(Page(asked.text), "remove"))
        assert taken.headers["location"] == f"{EVENT}?removed=1"
        assert (await browser.get(PAGE)).status_code == 404
    assert await office.site.storage.materials.shelf(deck) is None
