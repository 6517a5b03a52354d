"""The organiser takes practice examples over from a table: looked at first, then done."""

from __future__ import annotations

import csv
import io

import httpx
from msgspec.structs import replace

from agenda.examples import Draft
from tests.pages.desk import HOST, ORGANISER, PARTICIPANT, Desk
from tests.pages.laws import check
from tests.pages.markup import Page

IMPORT = "/organise/examples/import"
HEAD = "project_id,title,topic,summary\n"
NEW = 'ulm,Münsterluft,Klima,"Mit Sensoren,\nauch im Winter."\n'
FAR = "mond,Krater,Raum,Weit.\n"


async def drafts(office: Desk) -> list[Draft]:
    return list(await office.site.pages.answers.site.examples.store.drafts())


async def look(browser: httpx.AsyncClient, table: str | bytes) -> httpx.Response:
    content = table.encode() if isinstance(table, str) else table
    return await browser.post(IMPORT, files={"table": ("beispiele.csv", content, "text/csv")})


async def act(browser: httpx.AsyncClient, report: httpx.Response) -> httpx.Response:
    """Press the button of the report, as a browser sends it."""
    form = Page(report.text).find("//form[.//input[@name='fingerprint']]")[0]
    sent = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    lines = sent["table"].replace("\n", "\r\n")
    return await browser.post(
        IMPORT,
        files={"table": (None, lines.encode()), "fingerprint": (None, sent["fingerprint"])},
    )


async def taken_over(office: Desk, browser: httpx.AsyncClient) -> Draft:
    """An example of a project of the registers."""
    await act(browser, await look(browser, HEAD + NEW))
    (found,) = [d for d in await drafts(office) if d.example.slug == "muensterluft"]
    return found


def row(chosen: Draft, topic: str) -> str:
    out = io.StringIO()
    told = chosen.example
    csv.writer(out).writerows(
        [
            ("project_id", "slug", "title", "topic"),
            (told.project, told.slug, told.title.de, topic),
        ]
    )
    return out.getvalue()


async def topic(office: Desk, chosen: Draft) -> str:
    (found,) = [d for d in await drafts(office) if d.example.guid == chosen.example.guid]
    return found.example.topic


async def test_a_dry_run_says_what_would_change_and_stores_nothing(office: Desk) -> None:
    before = await drafts(office)
    async with office.signed_in(ORGANISER) as browser, office.site.browser() as guest:
        answer = await look(browser, HEAD + NEW + FAR)
        check(answer, "de")
        page = Page(answer.text)
        assert answer.status_code == 200
        assert "1 neu, 0 geändert, 0 unverändert, 1 ausgelassen." in page.text()
        assert page.all("//section[@aria-labelledby='report-title']//li") == [
            "KraterZeile 4 · Ein Modellprojekt mit dieser project_id gibt es nicht.",
            "MünsterluftZeile 3 · ulm · Klima",
        ]
        assert (await guest.get("/examples/muensterluft")).status_code == 404
    assert await drafts(office) == before


async def test_the_act_does_what_was_shown_and_releases_it(office: Desk) -> None:
    before = await drafts(office)
    async with office.signed_in(ORGANISER) as browser, office.site.browser() as guest:
        done = await act(browser, await look(browser, HEAD + NEW + FAR))
        assert (done.status_code, done.headers["location"]) == (303, f"{IMPORT}?done=1")
        shown = await guest.get("/examples/muensterluft")
        assert "auch im Winter." in Page(shown.text).text()
        again = await look(browser, HEAD + NEW)
        assert "0 neu, 0 geändert, 1 unverändert" in Page(again.text).text()
    assert len(await drafts(office)) == len(before) + 1


async def test_a_change_is_shown_field_by_field(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        chosen = await taken_over(office, browser)
        report = await look(browser, row(chosen, "Ganz anderes"))
        text = Page(report.text).text()
        assert "Zeile 2 · Thema" in text
        assert f"Vorher: {chosen.example.topic}" in text
        assert "Nachher: Ganz anderes" in text
        assert (await act(browser, report)).status_code == 303
    (changed,) = [d for d in await drafts(office) if d.example.guid == chosen.example.guid]
    assert changed.example == replace(chosen.example, topic="Ganz anderes")


async def test_what_would_happen_otherwise_by_then_is_not_done(office: Desk) -> None:
    store = office.site.pages.answers.site.examples
    async with office.signed_in(ORGANISER) as browser:
        chosen = await taken_over(office, browser)
        report = await look(browser, row(chosen, "Aus der Tabelle"))
        await store.save(chosen.example.slug, {"topic": "Vom Projekt"}, chosen.row_version)
        answer = await act(browser, report)
        check(answer, "de")
        page = Page(answer.text)
        assert answer.status_code == 409
        assert page.all("//*[@role='alert']")[0].startswith("Inzwischen hat sich etwas geändert.")
        assert "Vorher: Vom Projekt" in page.text()
        assert await topic(office, chosen) == "Vom Projekt"
        assert (await act(browser, answer)).status_code == 303
    assert await topic(office, chosen) == "Aus der Tabelle"


WRONG = {
    b"": "Bitte wählen Sie eine Datei.",
    b"\xff\xfe\x00": "Diese Datei ist nicht in UTF-8.",
    b"name;ort\nUlm;Ulm\n": "Der Datei fehlen die Spalten project_id und title.",
    b'project_id,title\nulm,"offen\n': "Diese Zeile hat nicht so viele Zellen",
    FAR.encode(): "Der Datei fehlen die Spalten",
    (HEAD + FAR).encode(): "In dieser Datei gibt es nichts zu übernehmen.",
}


async def test_a_file_that_cannot_be_taken_over_says_why(office: Desk) -> None:
    before = await drafts(office)
    async with office.signed_in(ORGANISER) as browser:
        for table, said in WRONG.items():
            answer = await look(browser, table)
            check(answer, "de")
            assert answer.status_code == 422
            assert said in Page(answer.text).text()
            assert Page(answer.text).find("//input[@name='fingerprint']") == []
    assert await drafts(office) == before


async def test_what_is_too_large_or_no_form_is_not_read(office: Desk) -> None:
    foreign = ("multipart/form-data", "multipart/form-data; boundary=x", "text/csv")
    async with office.signed_in(ORGANISER) as browser:
        for kind in foreign:
            body, headers = b"--y\r\n\r\nproject_id,title", {"content-type": kind}
            answer = await browser.post(IMPORT, content=body, headers=headers)
            assert answer.status_code == 422
        assert (await look(browser, b"x" * 4_200_000)).status_code == 413


async def test_semicolons_part_cells_too(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        table = (HEAD + "ulm,Münsterluft,Klima,Mit Sensoren.\n").replace(",", ";")
        answer = await look(browser, "\ufeff" + table)
    assert "1 neu" in Page(answer.text).text()


async def test_only_the_organiser_takes_examples_over(office: Desk) -> None:
    for who in (HOST, PARTICIPANT):
        async with office.signed_in(who) as browser:
            assert (await browser.get(IMPORT)).status_code == 403
            assert (await look(browser, HEAD + NEW)).status_code == 403
            assert IMPORT not in (await browser.get("/organise")).text
    async with office.signed_in(ORGANISER) as browser:
        check(await browser.get(IMPORT), "de")
        check(await browser.get(IMPORT, headers={"accept-language": "en"}), "en")
        assert IMPORT in Page((await browser.get("/organise")).text).links()
