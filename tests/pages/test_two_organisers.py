"""Two organisers edit the same session: what each changed is kept."""

from __future__ import annotations

from tests.pages.desk import EVENT, HOST, ORGANISER, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page


async def test_what_somebody_else_changed_stays_when_i_changed_something_else(
    office: Desk,
) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        told = {"title_de": "Titel der KTS", "abstract_de": "Text\r\nder KTS", "person1_kind": ""}
        await kts.post(path, data=theirs | told)
        stored = await office.form(host, path)
        answer = await host.post(path, data=mine | {"subtitle_de": "Untertitel aus Lemgo"})
        page = Page(answer.text)
        check(answer, "de")
        assert answer.status_code == 409
        assert page.find("//*[contains(@id, '-theirs')]") == []
        assert sent_by(page) == stored | {"subtitle_de": "Untertitel aus Lemgo"}

        assert (await host.post(path, data=sent_by(page))).status_code == 303
        last = await office.form(kts, path)
        kept = ("title_de", "abstract_de", "subtitle_de")
        assert [last[name] for name in kept] == [
            "Titel der KTS",
            "Text\nder KTS",
            "Untertitel aus Lemgo",
        ]
        assert (await host.post(path, data=mine)).status_code == 303
        assert await office.form(kts, path) == last


async def test_after_an_error_the_form_still_knows_what_it_began_with(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        wrong = await host.post(path, data=mine | {"time1_end": "neun"})
        await kts.post(path, data=theirs | {"title_de": "Titel der KTS"})
        typed = sent_by(Page(wrong.text)) | {"time1_end": mine["time1_end"], "subtitle_de": "Neu"}
        answer = await host.post(path, data=typed)
        merged = sent_by(Page(answer.text))
        assert (wrong.status_code, answer.status_code) == (422, 409)
        assert (merged["title_de"], merged["subtitle_de"]) == ("Titel der KTS", "Neu")


async def met(
    office: Desk, path: str, theirs: dict[str, str], mine: dict[str, str]
) -> tuple[Page, dict[str, str]]:
    """The page that comes back when they were faster, and what is stored when I save it."""
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        shown = await office.form(host, path)
        assert (await kts.post(path, data=shown | theirs)).status_code == 303
        answer = await host.post(path, data=shown | mine)
        assert answer.status_code == 409
        check(answer, "de")
        page = Page(answer.text)
        assert (await host.post(path, data=sent_by(page))).status_code == 303
        return page, await office.form(kts, path)


def people(values: dict[str, str]) -> list[str]:
    return [text for name, text in values.items() if name.endswith("_de") and "person" in name]


def marked(page: Page) -> list[str]:
    return page.values("//*[contains(@id, '-theirs')]/@id")


async def test_a_corrected_name_and_a_corrected_organisation_are_one_person(office: Desk) -> None:
    path = await office.session()
    name, organisation = {"person1_de": "Neuer Name"}, {"person1_organisation": "Stadt Hof"}
    async with office.signed_in(HOST) as browser:
        before = people(await office.form(browser, path))
    page, saved = await met(office, path, name, organisation)
    assert marked(page) == []
    assert people(saved) == ["Neuer Name", *before[1:]]
    assert saved["person1_organisation"] == "Stadt Hof"
    page, saved = await met(office, path, {"person1_organisation": "Ulm"}, {"person1_de": "Name"})
    assert people(saved) == ["Name", *before[1:]]
    assert (marked(page), saved["person1_organisation"]) == ([], "Ulm")


async def test_a_renamed_host_stays_the_host_it_was(office: Desk) -> None:
    theirs, mine = {"host1_name": "Alte Hansestadt Lemgo"}, {"host1_role": "partner"}
    page, saved = await met(office, f"{EVENT}/edit", theirs, mine)
    assert (saved["host1_name"], saved["host1_role"]) == ("Alte Hansestadt Lemgo", "partner")
    hosts = [name for field, name in saved.items() if field.startswith("host") and "_name" in field]
    assert (marked(page), hosts.count("Lemgo")) == ([], 0)


async def test_what_somebody_changed_in_a_row_that_i_took_out_is_told(office: Desk) -> None:
    path = await office.session()
    page, saved = await met(office, path, {"person1_organisation": "Hof"}, {"person1_kind": ""})
    assert marked(page) == ["person1_kind-theirs"]
    assert "Hof" in page.values("//input[@id='person1_organisation']/@value")
    assert "Hof" not in saved.values()
    page, saved = await met(office, path, {"time1_start": "09:05"}, {"time1_room": ""})
    assert (marked(page), saved["time1_start"]) == ([], "09:05")


async def test_what_both_add_alike_stands_once(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as browser:
        before = people(await office.form(browser, path))
    empty = before.index("") + 1
    new = {f"person{empty}_kind": "speaker", f"person{empty}_de": "Moderation"}
    page, saved = await met(office, path, new, new | {"subtitle_de": "Neu"})
    assert marked(page) == []
    assert people(saved) == [*before[: empty - 1], "Moderation", "", ""]


async def test_one_item_is_not_published_with_words_that_nobody_looked_at(office: Desk) -> None:
    path, other = await office.session(), await office.session("ausblick")
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        for each in (path, other):
            typed = await office.form(host, each) | {"abstract_de": "Erste Fassung"}
            await host.post(each, data=typed)
        act = f"{path.rpartition('/')[2]}/release"
        seen = sent_by(Page((await kts.get(EVENT)).text), act)
        later = await office.form(host, path) | {"abstract_de": "Zweite Fassung"}
        await host.post(path, data=later)
        for sent in (seen, {}):
            answer = await kts.post(f"{path}/release", data=sent)
            check(answer, "de")
            page = Page(answer.text)
            assert answer.status_code == 409
            assert "Veröffentlicht ist noch nichts" in page.all("//*[@role='alert']")[0]
            (text,) = page.all("//details/dl/div")
            assert text.endswith("Nachher: Zweite Fassung")
        assert (await office.event()).release == 1
        done = await kts.post(f"{path}/release", data=sent_by(page, act))
        assert (done.status_code, (await office.event()).release) == (303, 2)
    told = {session.slug: session.abstract.de for session in (await office.event()).sessions}
    assert told["podium"] == "Zweite Fassung"
    assert told["ausblick"] != "Erste Fassung"


async def test_the_notice_leads_to_what_both_changed_and_says_what_to_do(office: Desk) -> None:
    path = await office.session()
    theirs = {"title_de": "Ihrer", "person1_de": "Amt Ulm", "time1_date": "2022-03-30"}
    mine = {"title_de": "Meiner", "person1_de": "Amt Hof", "time1_date": "2022-03-29"}
    page, _ = await met(office, path, theirs, mine | {"subtitle_de": "Neu"})
    (notice,) = page.all("//*[@role='alert']/p")
    assert "Ihre Änderungen sind noch nicht gespeichert:" in notice
    assert page.all("//*[@role='alert']//a") == [
        "Titel",
        "1. Termin: Tag",
        "1. Person: Name oder Amt",
    ]
    fields = page.values("//*[@role='alert']//a/@href")
    assert fields == ["#title_de", "#time1_date", "#person1_de"]
    assert page.all("//*[@id='time1_date-theirs']") == [
        "Inzwischen gespeichert: Mittwoch, 30. März 2022"
    ]


async def test_who_deletes_what_somebody_else_changed_reads_that_nothing_was_deleted(
    office: Desk,
) -> None:
    async with office.signed_in(HOST) as browser:
        blank = await office.form(browser, f"{EVENT}/breaks/new")
        made = await browser.post(f"{EVENT}/breaks/new", data=blank | {"pause_de": "Kaffee"})
        path = f"{EVENT}/breaks/{made.headers['location'].partition('#')[2]}"
        typed = await office.form(browser, path)
        await browser.post(path, data=typed | {"pause_de": "Tee"})
        answer = await browser.post(f"{path}/remove", data={"version": typed["version"]})
    check(answer, "de")
    page = Page(answer.text)
    (notice,) = page.all("//*[@role='alert']")
    assert (answer.status_code, notice.startswith("Gelöscht ist nichts")) == (409, True)
    assert page.values("//input[@id='pause_de']/@value") == ["Tee"]
