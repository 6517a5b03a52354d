"""Dates and times in words, in the zone of the event. Wall clocks, so no rounding of instants."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from access.audiences import Instant
from server.http.pages.texts import Texts


def local(at: Instant, zone: str) -> dt.datetime:
    """The instant as date and time of a zone."""
    return dt.datetime.fromtimestamp(at / 1000, ZoneInfo(zone))


def clock(time: dt.datetime) -> str:
    """``09:30``: one form everywhere, two digits for each."""
    return f"{time:%H:%M}"


def day(date: dt.date, texts: Texts) -> str:
    """``Dienstag, 22. März 2022``."""
    return texts(
        "when.day",
        weekday=texts(f"weekday.{date.isoweekday()}"),
        day=date.day,
        month=texts(f"month.{date.month}"),
        year=date.year,
    )


def days(first: dt.date, last: dt.date, texts: Texts) -> str:
    """``22. März 2022``, ``26. bis 29. April 2022``, or both dates in full."""
    if first == last:
        return _date(first, texts)
    if (first.year, first.month) == (last.year, last.month):
        return texts("when.days", first=first.day, last=_date(last, texts))
    return texts("when.range", first=_date(first, texts), last=_date(last, texts))


def _date(date: dt.date, texts: Texts) -> str:
    return texts("when.date", day=date.day, month=texts(f"month.{date.month}"), year=date.year)


def zone_name(at: dt.datetime, texts: Texts, *, long: bool = False) -> str:
    """The name of the time in force: MEZ or MESZ, CET or CEST; other zones by their own name."""
    code = f"zone.long.{at.tzname()}" if long else f"zone.{at.tzname()}"
    return texts(code) if texts.has(code) else str(at.tzinfo)


def stamp(at: Instant, zone: str, texts: Texts) -> str:
    """Date and time with zone: ``22. März 2022, 09:30 Uhr MEZ``."""
    moment = local(at, zone)
    return texts(
        "when.stamp",
        date=_date(moment.date(), texts),
        time=clock(moment),
        zone=zone_name(moment, texts),
    )
