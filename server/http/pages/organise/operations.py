"""*Betrieb*: how the servers are doing, of all processes that share the data folder.

Complete without JavaScript; with it the page's part is put anew every few seconds.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.audiences import Instant
from access.permissions import Permission
from rooms.attendance import people
from server.http.pages import when
from server.http.pages.organise import measures
from server.http.pages.organise.base import Office
from server.http.pages.organise.charts import Chart, chart
from server.http.pages.organise.measures import MEASURES, Measure, Series
from server.http.pages.texts import Texts
from server.http.surfaces import Surface, Visit
from server.observe.reports import Report

PATH = "/organise/operations"
ZONE = "Europe/Berlin"
MINUTE = 12
"""Samples."""

Everybody = Callable[[], Awaitable[Sequence[Report]]]
"""The report of each process, at least of the one that is asked."""


@dataclass(frozen=True)
class Card:
    """One figure."""

    name: str
    title: str
    value: str
    chart: Chart
    peak: str
    hint: str
    odd: bool
    """Not as it usually is."""


@dataclass(frozen=True)
class ProcessLine:
    title: str
    detail: str
    draining: bool


@dataclass(frozen=True)
class Row:
    """A minute of the table."""

    title: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class OperationsView:
    at: str
    verdict: str
    cards: tuple[Card, ...]
    processes: tuple[ProcessLine, ...]
    rows: tuple[Row, ...]

    @property
    def odd(self) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.odd)


class OperationsPage:
    def __init__(self, office: Office, everybody: Everybody) -> None:
        self._office = office
        self._everybody = everybody

    async def show(self, request: Request, visit: Visit) -> Response:
        reports, texts = await self._everybody(), self._office.texts(visit)
        return self._office.show(request, visit, "operations", view(reports, visit.at, texts))

    def surfaces(self) -> tuple[Surface, ...]:
        see = Permission.OPERATIONS_SEE
        return (Surface(PATH, ("GET",), see, self.show, "operations"),)


def view(reports: Sequence[Report], at: Instant, texts: Texts) -> OperationsView:
    """What the page shows of these processes."""
    series = {each.name: measures.joined(each, reports) for each in MEASURES}
    cards = tuple(_card(each, series[each.name], reports, texts) for each in MEASURES)
    odd = sum(card.odd for card in cards)
    moment = when.local(at, ZONE)
    return OperationsView(
        at=texts("operations.at", time=f"{moment:%H:%M:%S}", zone=when.zone_name(moment, texts)),
        verdict=texts.count("operations.odd", odd) if odd else texts("operations.fine"),
        cards=cards,
        processes=tuple(_process(one, texts) for one in reports),
        rows=_rows(series, texts),
    )


def _card(measure: Measure, series: Series, reports: Sequence[Report], texts: Texts) -> Card:
    now = measure.now(series)
    code = f"operations.{measure.name}"
    return Card(
        name=measure.name,
        title=texts(code),
        value=measure.said(now, texts),
        chart=chart(series, measure.least),
        peak=_peak(measure, max(series), texts),
        hint=_hint(measure, reports, texts),
        odd=measure.limit is not None and now > measure.limit,
    )


def _peak(measure: Measure, highest: float, texts: Texts) -> str:
    if measure.total or math.isinf(highest):
        return texts("operations.minutes")
    return texts("operations.peak", value=measure.said(highest, texts))


def _hint(measure: Measure, reports: Sequence[Report], texts: Texts) -> str:
    if measure.name == "people":
        rooms = len({room for one in reports for room in one.present})
        connections = sum(one.samples[-1].connections for one in reports if one.samples)
        return texts(
            "operations.people.hint",
            rooms=texts.count("operations.rooms", rooms),
            connections=texts.count("operations.connections", connections),
        )
    usual = measure.said(measure.limit, texts) if measure.limit is not None else ""
    return texts(f"operations.{measure.name}.hint", usual=usual)


def _process(one: Report, texts: Texts) -> ProcessLine:
    newest = one.samples[-1]
    details = (
        texts("operations.since", at=when.stamp(one.since, ZONE, texts)),
        texts.count("live.people", people(one.present)),
        texts.count("operations.connections", newest.connections),
        texts("operations.cpu_now", value=measures.share(newest.cpu, texts)),
        texts("operations.memory", number=measures.number(one.memory / 2**20, texts)),
    )
    title = texts("operations.process", host=one.host, port=one.port, number=one.slot + 1)
    return ProcessLine(title, " · ".join(details), one.draining)


def _rows(series: dict[str, Series], texts: Texts) -> tuple[Row, ...]:
    """Minute by minute, the newest first."""
    longest = max(len(each) for each in series.values())
    rows = []
    for minute in range(-(-longest // MINUTE)):
        end = longest - minute * MINUTE
        said = tuple(
            each.said(each.over(series[each.name][max(0, end - MINUTE) : end]), texts)
            for each in MEASURES
        )
        title = texts.count("operations.ago", minute) if minute else texts("operations.now")
        rows.append(Row(title, said))
    return tuple(rows)
