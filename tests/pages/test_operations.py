"""*Betrieb*: figures of all processes together, what is usual, and for whom."""

from __future__ import annotations

import math

from msgspec.structs import replace

from access.audiences import Instant
from rooms.attendance import NOBODY, Attendance
from server.http import static
from server.http.language import LANGUAGES
from server.http.pages.organise.charts import chart
from server.http.pages.organise.operations import PATH, OperationsView, view
from server.http.pages.texts import load
from server.observe.reports import Report, Sample
from tests.pages.desk import HOST, ORGANISER, PARTICIPANT, Desk
from tests.pages.laws import check
from tests.pages.markup import Page

AT: Instant = 1_648_713_600_000
BUSY = Sample(412, 430, 2, 2_431.5, 0.012, 0.0042, 0.35, 0.9, 1, 0)
FIRST = Report(
    "rathaus-1",
    8_000,
    0,
    AT,
    180 * 2**20,
    {"plenum": Attendance(guests=2), "werkstatt-1": NOBODY},
    (Sample(), BUSY),
)
SECOND = Report(
    "rathaus-2", 8_000, 0, AT, 170 * 2**20, {"plenum": NOBODY}, (replace(BUSY, people=400),)
)


GERMAN = load(static.ROOT / "i18n")["de"]


def values(shown: OperationsView) -> dict[str, str]:
    return {card.title: card.value for card in shown.cards}


def test_the_figures_of_all_processes_are_shown_together() -> None:
    shown = view([FIRST, SECOND], AT, GERMAN)
    assert values(shown) == {
        "Verbundene Personen": "412",
        "Zustellungen pro Sekunde": "4.863",
        "Langsame Leitungen": "4",
        "Verspätung beim Verteilen": "12\N{NO-BREAK SPACE}ms",
        "Speicherzeit in der Datenbank": "4\N{NO-BREAK SPACE}ms",
        "Auslastung": "35\N{NO-BREAK SPACE}%",
        "Letztes Lebenszeichen": "0,9\N{NO-BREAK SPACE}s",
        "Wartende Mails": "2",
        "Störungen": "0",
    }
    assert shown.cards[0].hint.startswith("2 Räume, 860 Verbindungen.")
    assert (shown.verdict, shown.odd) == ("Alles im üblichen Bereich.", ())
    processes = [each.title for each in shown.processes]
    assert processes == ["rathaus-1:8000, Prozess 1", "rathaus-2:8000, Prozess 1"]
    own = [each.detail.split(" · ")[1] for each in shown.processes]
    assert own == ["2 Personen", "0 Personen"]


def test_what_was_odd_a_moment_ago_is_still_named() -> None:
    late = replace(BUSY, late=0.8, silent=None, troubles=1)
    shown = view([replace(FIRST, samples=(late, BUSY)), SECOND], AT, GERMAN)
    assert {card.title: card.value for card in shown.odd} == {
        "Verspätung beim Verteilen": "800\N{NO-BREAK SPACE}ms",
        "Letztes Lebenszeichen": "keines",
        "Störungen": "1",
    }
    over = view([replace(FIRST, samples=(late, *(BUSY,) * 12))], AT, GERMAN)
    assert [card.title for card in over.odd] == ["Störungen"]


def test_the_table_goes_back_minute_by_minute() -> None:
    shown = view([replace(FIRST, samples=(*(Sample(),) * 24, BUSY))], AT, GERMAN)
    assert [(row.title, row.values[0]) for row in shown.rows] == [
        ("letzte Minute", "412"),
        ("vor einer Minute", "0"),
        ("vor 2 Minuten", "0"),
    ]
    assert {len(row.values) for row in shown.rows} == {len(shown.cards)}


async def test_the_organiser_finds_it_and_nobody_else_sees_it(office: Desk) -> None:
    odd = replace(BUSY, late=0.8, troubles=1)
    office.reports[:] = [FIRST, replace(SECOND, samples=(odd,), draining=True)]
    async with office.signed_in(ORGANISER) as browser:
        assert Page((await browser.get("/organise")).text).find(f"//a[@href='{PATH}']")
        for language in LANGUAGES:
            answer = await browser.get(PATH, headers={"accept-language": language})
            check(answer, language)
    page = Page(answer.text)
    for href in page.values("//div[contains(@class, 'notice')]//a/@href"):
        assert page.find(f"//article[@id='{href[1:]}']//*[contains(@class, 'tag')]")
    drawn = page.find("//article//svg[@aria-hidden='true']")
    assert len(drawn) == len(page.find("//thead//th")) - 1
    assert page.find("//*[@aria-live or @role='status' or @role='alert']") == []
    for who in (HOST, PARTICIPANT):
        async with office.signed_in(who) as browser:
            assert (await browser.get(PATH)).status_code == 403
            assert PATH not in (await browser.get("/organise")).text


def test_a_chart_ends_at_its_newest_value_and_does_not_magnify_small_ones() -> None:
    assert chart([0.0, 1.0], 10).line == "118,31.0 119,28.0"
    assert chart([0.0, 20.0], 10).line == "118,31.0 119,1.0"
    assert chart([5.0], 10).line == "118,16.0 119,16.0"
    assert chart([math.inf, 5.0], 10).line == "118,1.0 119,16.0"
    assert chart(list(range(500)), 1).line.startswith("0,")
