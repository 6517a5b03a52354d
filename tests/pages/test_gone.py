"""What was edited is gone or has another address when it is saved: no typed word is lost."""

from __future__ import annotations

import pytest

from agenda.core.materials import OwnerKind
from tests.http.materials.acts import uploaded
from tests.pages.desk import CLONE, EVENT, ORGANISER, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page
from tests.pages.world import World

NEW = "/organise/regio_nord_2022"
TEAM = "team@ulm.example"
COPY_FIRST = (
    "Es ist nichts gespeichert. Ihr Text steht hier: Kopieren Sie ihn, bevor Sie sich anmelden."
)
AFTER = "//main//dl[@class='unsaved']/following::a[contains(@class, 'kern-btn')]/@href"


def shown(page: Page) -> dict[str, str]:
    labels = page.all("//dl[@class='unsaved']//dt")
    return dict(zip(labels, page.values("//dl[@class='unsaved']//dd/text()"), strict=True))


@pytest.mark.parametrize(
    ("language", "title", "abstract", "person"),
    [
        ("de", "Nicht gespeichert", "Beschreibung", "1. Person: Name oder Amt"),
        ("en", "Not saved", "Abstract (German)", "Person 1: Name or office (German)"),
    ],
)
async def test_words_for_a_session_that_somebody_deleted_are_shown_again(
    office: Desk, language: str, title: str, abstract: str, person: str
) -> None:
    async with office.signed_in(ORGANISER) as browser:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        draft = await office.editing.find("regio_nord_2022")
        assert draft is not None
        session = (await office.editing.desk(draft.guid)).draft.sessions[0]
        path = f"{NEW}/sessions/{session.guid}"
        typed = await office.form(browser, path)
        typed |= {"abstract_de": "Zwei\r\nZeilen <b>", "person1_de": "Gastgeberin Ulm"}
        await browser.post(f"{path}/remove", data={"version": typed["version"]})
        answer = await browser.post(path, data=typed, headers={"accept-language": language})
        check(answer, language)
        page = Page(answer.text)
        assert (answer.status_code, page.all("//h1")) == (404, [title])
        told = shown(page)
        assert told[abstract].splitlines() == ["Zwei", "Zeilen <b>"]
        assert told[person] == "Gastgeberin Ulm"
        assert not {typed["version"], typed["was"], typed["session_kind"]} & set(told.values())


async def test_words_for_an_event_that_somebody_threw_away_are_shown_again(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        typed = await office.form(browser, f"{NEW}/edit")
        await browser.post(f"{NEW}/discard")
        answer = await browser.post(f"{NEW}/edit", data=typed | {"motto_de": "Voneinander lernen"})
    check(answer, "de")
    told = shown(Page(answer.text))
    assert (answer.status_code, told["Motto"]) == (404, "Voneinander lernen")


async def test_a_form_of_an_event_that_got_another_address_is_saved(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        page = Page((await browser.get(f"{NEW}/edit")).text)
        typed = sent_by(page, "edit")
        renamed = await browser.post(f"{NEW}/edit", data=typed | {"slug": "regio_sued_2022"})
        assert renamed.headers["location"].startswith("/organise/regio_sued_2022")
        action = page.values("//main//form/@action")[0]
        answer = await browser.post(action, data=typed | {"motto_de": "Voneinander lernen"})
        assert answer.status_code == 409
        merged = sent_by(Page(answer.text), "edit")
        assert (merged["slug"], merged["motto_de"]) == ("regio_sued_2022", "Voneinander lernen")
        assert (await browser.post(action, data=merged)).status_code == 303


async def test_words_for_slides_that_somebody_removed_are_shown_again(office: Desk) -> None:
    event = await office.event()
    async with office.signed_in(ORGANISER) as browser:
        deck = await uploaded(office.site, browser, event.sessions[0].guid)
        path = f"/materials/{deck}/edit"
        typed = sent_by(Page((await browser.get(path)).text), "edit")
        await office.site.storage.materials.remove_all(OwnerKind.SESSION, event.sessions[0].guid)
        typed |= {"title_de": "Neuer Titel", "text_1": "Ein Bild vom Münster"}
        for act in ("edit", "release"):
            answer = await browser.post(f"/materials/{deck}/{act}", data=typed)
            check(answer, "de")
            told = shown(Page(answer.text))
            assert answer.status_code == 404
            assert (told["Titel"], told["Seite 1: In Worten"]) == ("Neuer Titel", typed["text_1"])


async def test_words_for_an_example_that_is_not_there_are_shown_again(site: World) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team:
        answer = await team.post("/examples/fort/edit", data={"summary": "Kurz.", "maturity": "x"})
    check(answer, "de")
    assert answer.status_code == 404
    assert list(shown(Page(answer.text)).values()) == ["Kurz."]


async def test_words_of_somebody_who_was_signed_out_are_shown_again_and_tell_nothing(
    office: Desk,
) -> None:
    pages = []
    async with office.site.browser() as guest:
        for event in ("regio_hamburg_2022", "fort"):
            answer = await guest.post(f"/organise/{event}/edit", data={"title_de": "Hallo"})
            check(answer, "de")
            page = Page(answer.text)
            assert (answer.status_code, page.all("//h1")) == (404, ["Nicht gespeichert"])
            assert list(shown(page).values()) == ["Hallo"]
            pages.append(answer.text.replace(event, ""))
    assert pages[0] == pages[1]


async def test_words_of_a_guest_who_gives_feedback_are_shown_again(office: Desk) -> None:
    session = "/events/regionalkonferenz_2_2022/sessions"
    slug = (await office.event()).sessions[0].slug
    async with office.site.browser() as guest:
        answer = await guest.post(
            f"{session}/{slug}/feedback", data={"text": "Mehr davon", "score": "5"}
        )
    check(answer, "de")
    page = Page(answer.text)
    assert (answer.status_code, page.all("//h1")) == (401, ["Bitte melden Sie sich an"])
    assert list(shown(page).values()) == ["Mehr davon"]


@pytest.mark.parametrize(
    ("act", "back"), [("edit", "%2Fexamples%2Ferzmobil%2Fedit"), ("release", "%2F")]
)
async def test_whoever_was_signed_out_is_told_first_to_copy_the_words(
    site: World, act: str, back: str
) -> None:
    async with site.browser() as guest:
        answer = await guest.post(f"/examples/erzmobil/{act}", data={"summary": "Kurz."})
    check(answer, "de")
    page = Page(answer.text)
    assert (answer.status_code, page.all("//main//p")[0]) == (401, COPY_FIRST)
    assert list(shown(page).values()) == ["Kurz."]
    assert page.values(AFTER)[0] == f"/sign-in?next={back}"


async def test_whoever_may_not_edit_any_more_is_told_that_nothing_was_saved(site: World) -> None:
    async with site.signed_in("amt@hof.example") as other:
        answer = await other.post("/examples/erzmobil/edit", data={"summary": "Kurz."})
    check(answer, "de")
    page = Page(answer.text)
    assert answer.status_code == 403
    assert page.all("//main//p")[0] == (
        "Es ist nichts gespeichert. Ihr Text steht hier, damit Sie ihn kopieren können."
    )


async def test_words_that_a_foreign_page_sent_are_not_shown(site: World) -> None:
    await site.funded(TEAM)
    async with site.signed_in(TEAM) as team:
        answer = await team.post(
            "/examples/fort/edit",
            data={"summary": "Rufen Sie uns an"},
            headers={"origin": "https://evil.example"},
        )
    check(answer, "de")
    assert answer.status_code == 403
    assert (shown(Page(answer.text)), "Rufen Sie uns an" in answer.text) == ({}, False)


async def test_a_form_with_all_its_rows_is_read_as_a_whole(office: Desk) -> None:
    event = await office.event()
    path = f"{EVENT}/sessions/{event.sessions[0].guid}"
    async with office.signed_in(ORGANISER) as browser:
        typed = await office.form(browser, path)
        for row in range(1, 100):
            typed |= {f"person{row}_kind": "speaker", f"person{row}_de": f"Amt {row}"}
            typed |= {f"person{row}_en": "", f"person{row}_organisation": ""}
        answer = await browser.post(path, data=typed)
        assert answer.status_code == 303
        again = await office.form(browser, path)
    assert [again[f"person{row}_de"] for row in (1, 70, 99)] == ["Amt 1", "Amt 70", "Amt 99"]


@pytest.mark.parametrize("part", ["rooms", "tracks", "sessions", "breaks", "fort"])
async def test_what_is_not_in_the_event_is_not_released_but_not_there(
    office: Desk, part: str
) -> None:
    async with office.signed_in(ORGANISER) as browser:
        answer = await browser.post(f"{EVENT}/{part}/fort/release", data={"version": "1"})
    check(answer, "de")
    assert answer.status_code == 404


async def test_a_session_that_was_deleted_or_is_of_another_event_is_not_released(
    office: Desk,
) -> None:
    async with office.signed_in(ORGANISER) as browser:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        assert (await office.release(browser, NEW)).status_code == 303
        blank = await office.form(browser, f"{NEW}/sessions/new") | {"title_de": "Neu"}
        made = await browser.post(f"{NEW}/sessions/new", data=blank)
        path = f"{NEW}/sessions/{made.headers['location'].partition('#')[2]}"
        await browser.post(f"{path}/remove", data={"version": "1"})
        elsewhere = (await office.session()).replace(EVENT, NEW)
        for gone in (path, elsewhere):
            answer = await browser.post(f"{gone}/release", data={"version": "1"})
            check(answer, "de")
            assert answer.status_code == 404, gone


async def test_an_event_that_somebody_threw_away_is_not_thrown_away_twice(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        await browser.post(f"{EVENT}/clone", data=CLONE)
        assert (await browser.post(f"{NEW}/discard")).status_code == 303
        for act in (browser.get, browser.post):
            answer = await act(f"{NEW}/discard")
            check(answer, "de")
            assert answer.status_code == 404
