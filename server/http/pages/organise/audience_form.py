"""Whom something is for, now and later: a group, and up to two steps ("from … on for …")."""

from __future__ import annotations

import datetime as dt

from access.audiences import Audience, Group, Step, TimeLine
from access.projects import SEASONS
from agenda.core.model import WallTime
from agenda.core.timetable import instant, wall
from server.http.pages.organise import form
from server.http.pages.organise.form import Field, Option, Sheet, Typed, clock
from server.http.pages.texts import Texts

STEPS = 2
NARROWING = (
    "seasons",
    *(f"step{n}_{name}" for n in range(1, STEPS + 1) for name in ("group", "date", "time")),
)
"""Fields that say nothing without an audience to begin with."""
KNOWN = {str(season): season for season in SEASONS}


def fill(timeline: TimeLine | None, zone: str) -> dict[str, str]:
    if timeline is None:
        return {"audience": ""}
    values = {
        "audience": timeline.first.group.value,
        "seasons": ", ".join(str(season) for season in timeline.first.seasons),
    }
    for number, step in enumerate(timeline.steps[:STEPS], start=1):
        local = wall(step.since, zone).clock
        values |= {
            f"step{number}_group": step.audience.group.value,
            f"step{number}_date": local.date().isoformat(),
            f"step{number}_time": clock(local.time()),
        }
    return values


def group(sheet: Sheet, *, inherits: bool) -> form.Group:
    """``inherits``: it may have no audience of its own."""
    groups = form.members("audience", Group, sheet.texts)
    none = (Option("", sheet.texts("field.audience_inherited")),) if inherits else ()
    rows: list[tuple[Field, ...]] = [
        (
            sheet.make("audience", "select", options=(*none, *groups)),
            sheet.make("seasons", hint="seasons_hint"),
        )
    ]
    for number in range(1, STEPS + 1):
        options = (Option("", sheet.texts("field.step_none")), *groups)
        rows.append(
            (
                sheet.make(f"step{number}_group", "select", label="step_group", options=options),
                sheet.make(f"step{number}_date", "date", label="step_date"),
                sheet.make(f"step{number}_time", "time", label="step_time"),
            )
        )
    title = sheet.texts("field.audience_title")
    return form.Group(title, tuple(rows), sheet.texts("field.audience_hint"))


def read(typed: Typed, before: TimeLine | None, zone: str) -> TimeLine | None:
    """None: the audience of what it lies in. Steps beyond what the form shows are kept."""
    seasons = tuple(_seasons(typed, "seasons"))
    if not typed.values.get("audience"):
        if any(typed.values.get(name, "").strip() for name in NARROWING):
            typed.errors["audience"] = "audience_first"
        return None
    first = Audience(typed.choice("audience", Group, Group.STAFF), seasons)
    known = before.steps if before else ()
    steps = [step for n in range(1, STEPS + 1) if (step := _step(typed, n, known, zone))]
    steps += known[STEPS:]
    try:
        return TimeLine(first, tuple(steps))
    except ValueError:
        typed.errors["step1_date"] = "order"
        return None


def _step(typed: Typed, number: int, known: tuple[Step, ...], zone: str) -> Step | None:
    if not typed.values.get(f"step{number}_group"):
        if any(typed.values.get(f"step{number}_{name}", "").strip() for name in ("date", "time")):
            typed.errors[f"step{number}_group"] = "step_group"
        return None
    group = typed.choice(f"step{number}_group", Group, Group.STAFF)
    date = typed.date(f"step{number}_date")
    time = typed.time(f"step{number}_time")
    if date is None or time is None:
        return None
    since = instant(WallTime(dt.datetime.combine(date, time)), zone)
    old = known[number - 1] if len(known) >= number else None
    if old is not None and old.audience.group is group:
        return Step(since, old.audience)
    return Step(since, Audience(group))


def _seasons(typed: Typed, name: str) -> list[int]:
    found = []
    for part in typed.values.get(name, "").replace(";", ",").split(","):
        year = part.strip()
        if not year:
            continue
        if year not in KNOWN:
            typed.errors[name] = "seasons"
            return []
        found.append(KNOWN[year])
    return found


def said(timeline: TimeLine | None, texts: Texts) -> str:
    """The groups one after the other."""
    if timeline is None:
        return texts("field.audience_inherited")
    audiences = (timeline.first, *(step.audience for step in timeline.steps))
    return " → ".join(texts.of("audience", each.group) for each in audiences)
