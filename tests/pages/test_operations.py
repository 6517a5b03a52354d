"""*Betrieb*: figures of all processes together, what is usual, and for whom."""

from __future__ import annotations

import math

from msgspec.structs import replace

from access.audiences import Instant
from server.http.language import LANGUAGES
from server.http.pages.organise.charts import chart
from server.http.pages.organise.operations import PATH
from server.observe.reports import Report, Sample
from tests.pages.desk import HOST, MODERATOR, ORGANISER, PARTICIPANT, Desk
from tests.pages.laws import check
from tests.pages.markup import Page

AT: Instant = 1_648_713_600_000
BUSY = Sample(412, 430, 2, 2_431.5, 0.012, 0.0042, 0.35, 0.9, 1, 0)
FIRST = Report("rathaus-1", 0, 17, AT, 180 * 2**20, ("plenum", "werkstatt-1"), (Sample(), BUSY))
SECOND = Report("rathaus-2", 0, 17, AT, 170 * 2**20, ("plenum",), (replace(BUSY, people=100),))


async def figures(office: Desk, *reports: Report) -> tuple[Page, dict[str, str]]:
    """The page, and each figure's value by its title."""
    office.reports[:] = reports
    async with office.signed_in(ORGANISER) as browser:
        page = Page((await browser.get(PATH)).text)
    names = page.all("//section[contains(@class, 'figure')]/h2")
    return page, dict(zip(names, page.all("//p[@class='figure__value']"), strict=True))


async def test_the_figures_of_all_processes_are_shown_together(office: Desk) -> None:
    page, shown = await figures(office, FIRST, SECOND)
    assert shown == {
        "Verbundene Personen": "512",
        "Zustellungen pro Sekunde": "4.863",
        "Langsame Leitungen": "4",
        "Verspätung beim Verteilen": "12 ms",
        "Speicherzeit in der Datenbank": "4 ms",
        "Auslastung": "35 %",
        "Letztes Lebenszeichen": "900 ms",
        "Wartende Mails": "2",
        "Störungen": "0",
    }
    assert "2 Räume, 860 Verbindungen" in page.text()
    assert "Alles im üblichen Bereich." in page.text()
    assert page.all("//ul[@class='rows']/li/span/b") == [
        "rathaus-1, Prozess 1",
        "rathaus-2, Prozess 1",
    ]


async def test_what_is_odd_is_named_first_and_leads_to_its_figure(office: Desk) -> None:
    late = replace(BUSY, late=0.8, silent=None, troubles=1)
    page, shown = await figures(office, replace(FIRST, samples=(late, BUSY)), SECOND)
    assert page.all("//div[contains(@class, 'notice')]//li") == [
        "Verspätung beim Verteilen: 800 ms",
        "Letztes Lebenszeichen: keines",
        "Störungen: 1",
    ]
    for href in page.values("//div[contains(@class, 'notice')]//a/@href"):
        assert page.find(f"//section[@id='{href[1:]}']")
    assert shown["Störungen"] == "1 auffällig"


async def test_every_chart_has_its_values_in_a_table(office: Desk) -> None:
    page, _ = await figures(office, replace(FIRST, samples=(Sample(),) * 24 + (BUSY,)))
    rows = [page.all(f"//tbody/tr[{n}]/*") for n in (1, 2, 3)]
    assert [row[:2] for row in rows] == [
        ["letzte Minute", "412"],
        ["vor einer Minute", "0"],
        ["vor 2 Minuten", "0"],
    ]
    assert len(page.find("//section//svg[@aria-hidden='true']")) == len(rows[0]) - 1
    assert page.find("//*[@aria-live or @role='status' or @role='alert']") == []


async def test_the_page_reads_well_in_both_languages(office: Desk) -> None:
    office.reports[:] = [FIRST, replace(SECOND, draining=True)]
    async with office.signed_in(ORGANISER) as browser:
        for language in LANGUAGES:
            check(await browser.get(PATH, headers={"accept-language": language}), language)


async def test_only_the_organiser_finds_and_sees_it(office: Desk) -> None:
    async with office.signed_in(ORGANISER) as browser:
        assert Page((await browser.get("/organise")).text).find(f"//a[@href='{PATH}']")
    for who in (HOST, MODERATOR, PARTICIPANT):
        async with office.signed_in(who) as browser:
            assert (await browser.get(PATH)).status_code == 403
            assert PATH not in (await browser.get("/organise")).text


def test_a_chart_ends_at_its_newest_value_and_does_not_magnify_small_ones() -> None:
    assert chart([0.0, 1.0], 10).line == "118,31.0 119,28.0"
    assert chart([0.0, 20.0], 10).line == "118,31.0 119,1.0"
    assert chart([5.0], 10).line == "118,16.0 119,16.0"
    assert chart([math.inf, 5.0], 10).line == "118,1.0 119,16.0"
    assert chart(list(range(500)), 1).line.startswith("0,")
