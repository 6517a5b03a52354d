"""The organiser's desk: who comes in, and what the forms do with what is typed."""

from __future__ import annotations

import itertools

from agenda.core.model import Event
from server.http.language import LANGUAGES
from server.identity.staff import Staff
from tests.http.materials.acts import uploaded
from tests.pages.desk import (
    CLONE,
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
from tests.pages.laws import check
from tests.pages.markup import Page

PAGES = (
    "",
    "/edit",
    "/clone",
    "/release",
    "/releases",
    "/releases/1",
    "/late",
    "/late?minutes=15&since=&late_room=&pauses=move",
    "/late?minutes=zehn",
    "/people",
    "/live",
    "/here",
    "/here?q=moderation",
    "/rooms/new",
    "/tracks/new",
    "/sessions/new",
    "/breaks/new",
)


# Who comes in


async def test_every_page_of_the_desk_keeps_the_laws_of_pages(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        for path, language in itertools.product(PAGES, LANGUAGES):
            answer = await browser.get(f"{EVENT}{path}", headers={"accept-language": language})
            assert answer.status_code == 200, path
            check(answer, language)
            assert answer.headers["cache-control"] == "no-store"


async def test_only_organiser_and_the_events_own_host_come_in(office: Desk) -> None:
    for who, status in ((PARTICIPANT, 403), (MODERATOR, 403), (OTHER_HOST, 403), (HOST, 200)):
        await comes_in(office, who, status)


async def comes_in(office: Desk, who: str, status: int) -> None:
    session = await office.session()
    reached = {"/clone": 403}
    async with office.signed_in(who) as browser:
        for path in PAGES:
            wanted = max(status, reached.get(path, 0))
            assert (await browser.get(f"{EVENT}{path}")).status_code == wanted, path
        for path in ("/edit", "/release", "/late", "/late/undo", "/people", "/rooms/new"):
            answer = await browser.post(f"{EVENT}{path}", data={})
            assert (answer.status_code == 403) == (status == 403), path
        for act in ("", "/release", "/remove"):
            answer = await browser.post(f"{session}{act}", data={})
            assert (answer.status_code == 403) == (status == 403), act


async def test_who_is_refused_reads_why_and_what_helps(office: Desk) -> None:
    async with office.signed_in(OTHER_HOST) as browser:
        page = Page((await browser.get(EVENT)).text)
    assert "Veranstalter" in page.text()
    async with office.site.browser() as guest:
        assert (await guest.get(EVENT)).status_code == 401


async def test_an_event_that_was_never_released_is_not_there_for_others(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        done = await browser.post(f"{EVENT}/clone", data=CLONE)
        assert (done.status_code, done.headers["location"]) == (303, "/organise/regio_nord_2022")
        assert (await browser.get("/organise/regio_nord_2022")).status_code == 200
        assert (await browser.get("/events/regio_nord_2022")).status_code == 404
    for who in (HOST, MODERATOR, PARTICIPANT):
        async with office.signed_in(who) as browser:
            for path in ("", "/people", "/live", "/here", "/late"):
                answer = await browser.get(f"/organise/regio_nord_2022{path}")
                assert answer.status_code == 404
            assert "regio_nord" not in (await browser.get("/organise")).text


async def test_a_draft_is_deleted_with_its_offices_and_slides_after_being_asked(
    office: Desk,
) -> None:
    new, staff = "/organise/regio_nord_2022", Staff(office.site.identity.facts)
    async with office.signed_in(ORGANISER) as browser, office.signed_in(HOST) as host:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        given = {"address": MODERATOR, "office": "moderator"}
        await browser.post(f"{new}/people", data=given)
        draft = await office.editing.find("regio_nord_2022")
        assert draft is not None
        session = (await office.editing.desk(draft.guid)).draft.sessions[0]
        deck = await uploaded(office.site, browser, session.guid)
        assert (await host.post(f"{new}/discard")).status_code == 403
        asked = await browser.get(f"{new}/discard")
        check(asked, "de")
        assert (await browser.get(new)).status_code == 200
        assert [held.address for held in await staff.of(draft.guid)] == [MODERATOR]
        assert await office.site.storage.materials.shelf(deck) is not None
        done = await browser.post(f"{new}/discard")
        assert (done.status_code, done.headers["location"]) == (303, "/organise?discarded=1")
        assert "Der Entwurf ist gelöscht." in (await browser.get("/organise?discarded=1")).text
        assert (await browser.get(new)).status_code == 404
        assert list(await staff.of(draft.guid)) == []
        assert await office.site.storage.materials.shelf(deck) is None


async def test_what_was_released_is_not_deleted(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        for act in (browser.get, browser.post):
            assert (await act(f"{EVENT}/discard")).status_code == 404
        assert (await browser.get(EVENT)).status_code == 200


async def test_a_host_sees_their_own_event_in_the_list_and_makes_none(office: Desk) -> None:
    async with office.signed_in(HOST) as browser:
        page = Page((await browser.get("/organise")).text)
        assert page.all("//main//ul[@class='rows']/li//a") == ["2. Regionalkonferenz"]
        assert (await browser.get("/organise/new")).status_code == 403
        assert (await browser.post("/organise/new", data=CLONE)).status_code == 403
        assert (await browser.post(f"{EVENT}/clone", data=CLONE)).status_code == 403


async def test_the_way_to_the_desk_is_shown_to_whom_it_is_open(office: Desk) -> None:
    for who, shown in ((ORGANISER, True), (HOST, True), (MODERATOR, False), (PARTICIPANT, False)):
        async with office.signed_in(who) as browser:
            links = Page((await browser.get("/events")).text).links()
        assert ("/organise" in links) is shown


# Editing


async def test_an_edit_is_seen_by_all_after_the_release_and_not_before(office: Desk) -> None:
    path = await office.session()
    everywhere = (f"{PUBLIC}/agenda", f"{PUBLIC}/agenda.ics", f"/api/v1{PUBLIC}/agenda")
    async with office.signed_in(HOST) as browser, office.site.browser() as guest:
        typed = await office.form(browser, path) | {"title_de": "Gespräch auf dem Marktplatz"}
        saved = await browser.post(path, data=typed)
        assert saved.status_code == 303
        for place in everywhere:
            assert "Marktplatz" not in (await guest.get(place)).text
        overview = (await browser.get(EVENT)).text
        assert "heißt jetzt „Gespräch auf dem Marktplatz“" in overview

        done = await office.release(browser)
        assert done.headers["location"] == f"{EVENT}?released=1"
        for place in everywhere:
            assert "Gespräch auf dem Marktplatz" in (await guest.get(place)).text, place
    assert office.told == [2]


async def test_a_wrong_field_is_named_and_nothing_typed_is_lost(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path)
        typed |= {"title_de": "", "abstract_de": "Neu & <b>", "time1_start": "neun"}
        answer = await browser.post(path, data=typed)
        page = Page(answer.text)
        check(answer, "de")
        assert answer.status_code == 422
        assert sent_by(page) == typed
        wrong = page.values("//*[@aria-invalid='true']/@name")
        assert wrong == ["title_de", "time1_start"]
        assert page.all("//main//*[@role='alert']")[0].startswith("Bitte prüfen Sie 2 Felder")
        assert (await office.form(browser, path))["abstract_de"] != "Neu & <b>"


async def test_of_two_organisers_nobody_loses_a_word(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        await kts.post(path, data=theirs | {"title_de": "Titel der KTS"})
        typed = mine | {"title_de": "Titel aus Lemgo", "abstract_de": "Text aus Lemgo"}
        answer = await host.post(path, data=typed)
        page = Page(answer.text)
        check(answer, "de")
        assert answer.status_code == 409
        began = (await office.form(host, path))["was"]
        assert sent_by(page) == typed | {"version": "2", "was": began}
        assert "Titel der KTS" in page.all("//*[@id='title_de-theirs']")[0]
        assert (await office.form(host, path))["title_de"] == "Titel der KTS"

        again = await host.post(path, data=sent_by(page))
        assert again.status_code == 303
        stored = await office.form(kts, path)
        assert (stored["title_de"], stored["abstract_de"]) == ("Titel aus Lemgo", "Text aus Lemgo")


async def test_of_two_who_edit_the_event_nobody_loses_a_word(office: Desk) -> None:
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = [await office.form(each, f"{EVENT}/edit") for each in (host, kts)]
        await kts.post(f"{EVENT}/edit", data=theirs | {"motto_de": "Motto der KTS"})
        answer = await host.post(f"{EVENT}/edit", data=mine | {"motto_de": "Motto aus Lemgo"})
        page = Page(answer.text)
        assert (answer.status_code, sent_by(page)["motto_de"]) == (409, "Motto aus Lemgo")
        assert "Motto der KTS" in page.all("//*[@id='motto_de-theirs']")[0]
        other = await host.post(f"{EVENT}/edit", data=mine | {"summary_de": "Aus Lemgo"})
        merged = sent_by(Page(other.text))
        assert (merged["motto_de"], merged["summary_de"]) == ("Motto der KTS", "Aus Lemgo")


async def test_a_form_that_is_sent_as_it_stands_changes_nothing(office: Desk) -> None:
    event = await office.event()
    paths = [f"{EVENT}/edit", await office.session()]
    paths += [f"{EVENT}/rooms/{event.rooms[0].guid}", f"{EVENT}/tracks/{event.tracks[0].guid}"]
    paths += [f"{EVENT}/breaks/{slot.guid}" for slot in event.slots if slot.pause]
    async with office.signed_in(HOST) as browser:
        for path in paths:
            done = await browser.post(path, data=await office.form(browser, path))
            assert done.status_code == 303, path
    assert (await office.editing.desk(event.guid)).changes == ()


async def test_a_new_session_with_time_people_and_audience(office: Desk) -> None:
    event = await office.event()
    async with office.signed_in(HOST) as browser:
        room = await office.form(browser, f"{EVENT}/rooms/new")
        await browser.post(
            f"{EVENT}/rooms/new", data=room | {"name_de": "Nordsaal", "audience": "funded"}
        )
        draft = (await office.editing.desk(event.guid)).draft
        hall = next(each for each in draft.rooms if each.name.de == "Nordsaal")
        blank = await office.form(browser, f"{EVENT}/sessions/new")
        typed = blank | {
            "title_de": "Straße der Zukunft",
            "time1_date": "2022-03-31",
            "time1_start": "12.10",
            "time1_end": "12:55",
            "time1_room": hall.guid,
            "person1_kind": "speaker",
            "person1_de": "Bürgermeisteramt Lemgo",
            "audience": "funded",
        }
        done = await browser.post(f"{EVENT}/sessions/new", data=typed)
        assert done.status_code == 303
        assert (await office.release(browser)).status_code == 303
    released = await office.event()
    made = next(each for each in released.sessions if each.title.de == "Straße der Zukunft")
    slot = next(each for each in released.slots if each.session == made.guid)
    assert (made.slug, made.people[0].guid) == ("strasse-der-zukunft", known(event))
    assert slot.export_id == max(each.export_id for each in event.slots) + 1


def known(event: Event) -> str:
    people = [role for each in event.sessions for role in each.people]
    return next(role.guid for role in people if role.name.de == "Bürgermeisteramt Lemgo")


async def test_what_is_released_is_what_was_shown(office: Desk) -> None:
    path, text = await office.session(), "//details/dl/div"
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        typed = await office.form(host, path) | {"abstract_de": "Erste\nFassung"}
        await host.post(path, data=typed)
        looked = await kts.get(f"{EVENT}/release")
        check(looked, "de")
        (shown,) = Page(looked.text).all(text)
        old = (await office.event()).sessions
        was = next(each.abstract.de for each in old if each.slug == "podium")
        assert shown == f"BeschreibungVorher: {' '.join(was.split())}Nachher: Erste Fassung"

        form = await office.form(host, path) | {"abstract_de": "Zweite", "abstract_en": ""}
        await host.post(path, data=form)
        seen = sent_by(Page(looked.text), "release")
        for sent in (seen, {}):
            answer = await kts.post(f"{EVENT}/release", data=sent)
            page = Page(answer.text)
            check(answer, "de")
            assert answer.status_code == 409
            assert "Veröffentlicht ist noch nichts" in page.all("//*[@role='alert']")[0]
            assert [each.partition("Vorher")[0] for each in page.all(text)] == [
                "Beschreibung",
                "Beschreibung (Englisch)",
            ]
        assert (await office.event()).release == 1
        done = await kts.post(f"{EVENT}/release", data=sent_by(page, "release"))
        assert (done.status_code, (await office.event()).release) == (303, 2)


async def test_a_title_in_the_other_language_is_shown_before_and_after(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(ORGANISER) as browser:
        typed = await office.form(browser, path)
        await browser.post(path, data=typed | {"title_en": "Talk at the market"})
        page = Page((await browser.get(f"{EVENT}/release")).text)
        (shown,) = page.all("//details/dl/div")
        assert shown.startswith("Titel (Englisch)Vorher:")
        assert shown.endswith("Nachher: Talk at the market")
        assert "heißt jetzt" not in " ".join(page.all("//main"))


async def test_one_item_is_published_with_two_clicks(office: Desk) -> None:
    first, second = await office.session(), await office.session("ausblick")
    async with office.signed_in(HOST) as browser:
        for path in (first, second):
            typed = await office.form(browser, path) | {"title_de": "Neu gefasst"}
            await browser.post(path, data=typed)
        act = first.removeprefix(EVENT)
        seen = sent_by(Page((await browser.get(EVENT)).text), f"{act.lstrip('/')}/release")
        done = await browser.post(f"{first}/release", data=seen)
        assert done.status_code == 303
        assert (await browser.post(f"{first}/release", data=seen)).status_code == 409
    titles = [session.title.de for session in (await office.event()).sessions]
    assert titles.count("Neu gefasst") == 1


async def test_what_blocks_a_release_is_said_in_plain_words(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        typed = await office.form(browser, path) | {"time1_end": "13:20"}
        await browser.post(path, data=typed)
        page = Page((await browser.get(f"{EVENT}/release")).text)
        assert page.all("//*[contains(@class, 'finding--blocks')]")
        assert page.find("//form[@action='/organise/regionalkonferenz_2_2022/release']") == []
        answer = await browser.post(f"{EVENT}/release")
    assert (answer.status_code, office.told) == (422, [])


async def test_a_published_session_is_not_deleted_and_a_new_one_is(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        answer = await browser.post(f"{path}/remove", data={"version": "1"})
        assert answer.status_code == 422
        assert "absagen" in answer.text or "sagen Sie es ab" in answer.text
        blank = await office.form(browser, f"{EVENT}/breaks/new")
        made = await browser.post(f"{EVENT}/breaks/new", data=blank | {"pause_de": "Kaffee"})
        guid = made.headers["location"].partition("#")[2]
        gone = await browser.post(f"{EVENT}/breaks/{guid}/remove", data={"version": "1"})
        assert gone.status_code == 303
        assert (await browser.get(f"{EVENT}/breaks/{guid}")).status_code == 404


async def test_a_new_event_needs_what_it_needs_and_begins_with_a_plenary(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        blank = await office.form(browser, "/organise/new")
        wrong = await browser.post("/organise/new", data=blank | {"slug": "Nicht Gut"})
        assert wrong.status_code == 422
        check(wrong, "de")
        typed = blank | {"title_de": "Kongress 2023", "slug": "kongress_2023"}
        done = await browser.post("/organise/new", data=typed)
        assert done.headers["location"] == "/organise/kongress_2023"
        taken = await browser.post("/organise/new", data=typed)
        assert (taken.status_code, "schon eine andere" in taken.text) == (422, True)
        page = Page((await browser.get("/organise/kongress_2023")).text)
    assert "Plenum" in page.all("//ul[@class='rows']//a")


async def test_the_days_of_a_longer_event_can_be_jumped_to(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        page = Page((await browser.get("/organise/kongress_2022")).text)
        days = [link for link in page.values("//main//a/@href") if link.startswith("#day-")]
        assert [day.removeprefix("#") for day in days] == page.values("//h3/@id")
        assert len(days) == 4
        assert "#day-2022-03-31" not in (await browser.get(EVENT)).text
