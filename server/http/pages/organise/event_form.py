"""The form of an event: title, days, series, hosts, audience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from access.audiences import Group as AudienceGroup
from access.audiences import always
from access.resources import EventKind
from agenda.core.model import Event, EventFormat, Guid, Host, HostRole, Series, Text
from agenda.core.slugs import ACRONYM
from agenda.core.years import too_many_days
from server.http.pages.organise import audience_form
from server.http.pages.organise.form import (
    HOSTS,
    Field,
    Group,
    Option,
    Sheet,
    Typed,
    Values,
    members,
    numbers,
    stacked,
)

ZONE = "Europe/Berlin"
SPARE_HOSTS = 2
MOST_BUFFER = 120
"""Minutes between two things that can be wished for."""


def blank(guid: Guid, day: dt.date) -> Event:
    """What a new event begins with."""
    return Event(
        guid=guid,
        slug="",
        series="",
        number=1,
        kind=EventKind.REGIONAL_CONFERENCE,
        title=Text(),
        time_zone=ZONE,
        first_day=day,
        last_day=day,
        audience=always(AudienceGroup.PUBLIC),
    )


def fill(event: Event) -> dict[str, str]:
    values = {
        "title_de": event.title.de,
        "title_en": event.title.en,
        "motto_de": event.motto.de,
        "motto_en": event.motto.en,
        "summary_de": event.summary.de,
        "summary_en": event.summary.en,
        "slug": event.slug,
        "series": event.series,
        "number": str(event.number),
        "event_kind": event.kind.value,
        "format": event.format.value,
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        "hidden": "1" if event.hidden else "",
        "buffer_minutes": str(event.buffer_minutes or 0),
        **audience_form.fill(event.audience, event.time_zone),
    }
    for number, host in enumerate(event.hosts, start=1):
        values |= {f"host{number}_name": host.name, f"host{number}_role": host.role.value}
    return values


def groups(sheet: Sheet, series: Sequence[Series], *, released: bool) -> tuple[Group, ...]:
    texts = sheet.texts
    titles = tuple(Option(each.guid, each.title.read(texts.language)) for each in series)
    about = (
        *sheet.both("title", required=True),
        *sheet.both("motto"),
        *sheet.both("summary", "area"),
    )
    frame = (
        (
            sheet.make("first_day", "date", required=True),
            sheet.make("last_day", "date", required=True),
        ),
        (
            sheet.make("event_kind", "select", options=members("event_kind", EventKind, texts)),
            sheet.make("format", "select", options=members("format", EventFormat, texts)),
        ),
        (
            sheet.make("series", "select", options=titles),
            sheet.make("number", required=True),
        ),
        (sheet.make("buffer_minutes", hint="buffer_minutes_hint", required=True),),
    )
    # After the first release the acronym is part of addresses that others hold (E1).
    address = () if released else (sheet.make("slug", required=True, hint="slug_hint"),)
    return (
        Group(texts("form.about"), stacked(about)),
        Group(texts("form.frame"), (*frame, *stacked(address))),
        Group(texts("form.hosts"), _hosts(sheet), texts("form.hosts_hint")),
        audience_form.group(sheet, inherits=False),
        Group(
            texts("form.visibility"), stacked([sheet.make("hidden", "check", hint="hidden_hint")])
        ),
    )


def _hosts(sheet: Sheet) -> tuple[tuple[Field, ...], ...]:
    roles = members("host_role", HostRole, sheet.texts)
    return tuple(
        (
            sheet.make(f"host{number}_name", label="host_name"),
            sheet.make(f"host{number}_role", "select", label="host_role", options=roles),
        )
        for number in numbers(sheet, HOSTS, SPARE_HOSTS)
    )


def read(
    values: Values, before: Event, series: Sequence[Series], *, released: bool
) -> tuple[Event, dict[str, str]]:
    """The event as typed, and what is wrong with it by name of the field."""
    typed = Typed(values)
    first, last = typed.date("first_day"), typed.date("last_day")
    if first and last and last < first:
        typed.errors["last_day"] = "days"
    if first and last and too_many_days(first, last):
        typed.errors["last_day"] = "too_many_days"
    slug = before.slug if released else typed.line("slug", required=True)
    if not released and not ACRONYM.fullmatch(slug):
        typed.errors["slug"] = "slug"
    audience = audience_form.read(typed, before.audience, before.time_zone)
    if not typed.values.get("audience"):
        typed.errors.setdefault("audience", "missing")
    chosen = typed.one_of("series", [each.guid for each in series])
    if chosen is None:
        typed.errors["series"] = "missing"
    after = replace(
        before,
        slug=slug,
        series=chosen or before.series,
        number=typed.number("number", before.number),
        kind=typed.choice("event_kind", EventKind, before.kind),
        format=typed.choice("format", EventFormat, before.format),
        title=typed.both("title", required=True),
        motto=typed.both("motto"),
        summary=typed.blocks("summary"),
        first_day=first or before.first_day,
        last_day=last or before.last_day,
        audience=audience or before.audience,
        hidden=typed.checked("hidden"),
        buffer_minutes=typed.number("buffer_minutes", 0, most=MOST_BUFFER, wrong="buffer") or UNSET,
        hosts=tuple(_read_hosts(typed, before)),
    )
    return after, typed.errors


def _read_hosts(typed: Typed, before: Event) -> list[Host]:
    """Rows without a name are none. A known name keeps the organisation it stands for."""
    known = {host.name: host.organisation for host in before.hosts}
    found = []
    for number in typed.rows(HOSTS):
        name = typed.line(f"host{number}_name")
        if name:
            role = typed.choice(f"host{number}_role", HostRole, HostRole.HOST)
            found.append(Host(name, role, known.get(name)))
    return found
