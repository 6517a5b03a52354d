"""Practice examples: what a model project did, told so that others can take it over.

An example is edited as a draft and read as a *version*: the draft as it was when its project
released it.  Versions never change; the newest one is what readers get, unless it was taken back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from access.audiences import Audience, Group, Instant, Step, TimeLine, always
from access.resources import ExampleResource
from agenda.core import clean
from agenda.core.model import Guid, Text
from agenda.core.years import possible


class Maturity(StrEnum):
    """How far the solution has come."""

    IDEA = "idea"
    PILOT = "pilot"
    IN_USE = "in_use"
    TAKEN_OVER = "taken_over"
    """Others run it, too."""
    ENDED = "ended"


class SpatialEffect(StrEnum):
    """Where the solution works."""

    QUARTER = "quarter"
    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    REGION = "region"


class PracticeExample(msgspec.Struct, frozen=True):
    """What is told. Texts are German and plain; an empty one was left out."""

    guid: Guid
    slug: str
    project: str
    """Id of the model project."""
    title: Text
    topic: str
    summary: str
    sources: tuple[str, ...] = ()
    """Addresses, http or https."""
    plain: str = ""
    """The same in plain language, for everybody."""
    problem: str = ""
    solution: str = ""
    steps: str = ""
    effort: str = ""
    """Cost and work."""
    duration: str = ""
    success: str = ""
    """What made it work."""
    maturity: Maturity | None = None
    spatial_effect: SpatialEffect | None = None
    licence: str = ""
    repository: str = ""
    contact: str = ""
    """An office and how to reach it; stored only with ``contact_consent``."""
    contact_consent: bool = False
    audience: TimeLine = always(Group.PUBLIC)
    """One of ``AUDIENCES``, and from one day on perhaps another."""


class Version(msgspec.Struct, frozen=True):
    """An example as it was released."""

    number: int
    """From 1."""
    at: Instant
    by: str
    """Account."""
    example: PracticeExample


class Problem(StrEnum):
    """What is wrong with a field."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    ADDRESS = "address"
    CHOICE = "choice"
    DAY = "day"
    CONSENT = "consent"


class Finding(NamedTuple):
    field: str
    problem: Problem


class Difference(NamedTuple):
    """A field with what it held before and after."""

    field: str
    before: str
    after: str


class Field(NamedTuple):
    """A text somebody types."""

    name: str
    longest: int
    """Characters."""
    lines: bool = True
    """Several lines."""
    required: bool = False


TEXTS: Final = (
    Field("title", 160, lines=False, required=True),
    Field("title_en", 160, lines=False),
    Field("topic", 80, lines=False, required=True),
    Field("summary", 1_500, required=True),
    Field("plain", 1_500),
    Field("problem", 4_000),
    Field("solution", 4_000),
    Field("steps", 4_000),
    Field("effort", 2_000),
    Field("duration", 300, lines=False),
    Field("success", 4_000),
    Field("licence", 200, lines=False),
    Field("repository", 500, lines=False),
    Field("contact", 300),
    Field("sources", 4_000),
)
"""In the order of the form, of exports and of differences."""
CHOICES: Final[Mapping[str, type[StrEnum]]] = {
    "maturity": Maturity,
    "spatial_effect": SpatialEffect,
}
TIME_LINE: Final = ("audience", "audience_from", "audience_later")
"""Whom it is for, and from which day on (ISO date) for whom else."""
FIELDS: Final = (*(field.name for field in TEXTS), *CHOICES, "contact_consent", *TIME_LINE)
AUDIENCES: Final = (Group.PUBLIC, Group.MUNICIPALITIES, Group.FUNDED)
"""Whom an example can be for."""
ZONE: Final = ZoneInfo("Europe/Berlin")
"""Days begin here."""
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")


def resource(example: PracticeExample, *, released: bool) -> ExampleResource:
    """What the policy decides about."""
    return ExampleResource(example.guid, example.slug, example.project, example.audience, released)


def values(example: PracticeExample) -> dict[str, str]:
    """The example as its form and its exports hold it; ``read`` makes it again."""
    found = {field.name: getattr(example, field.name, "") for field in TEXTS}
    found |= {"title": example.title.de, "title_en": example.title.en}
    found["sources"] = "\n".join(example.sources)
    found |= {name: getattr(example, name) or "" for name in CHOICES}
    found["contact_consent"] = "yes" if example.contact_consent else ""
    found |= _time_line_values(example.audience)
    return {name: str(found[name]) for name in FIELDS}


def read(example: PracticeExample, typed: Mapping[str, str]) -> PracticeExample | list[Finding]:
    """The example with what was typed, cleaned; or what is wrong with it, field by field.

    A field that is not in ``typed`` stays as it is.
    """
    tidy = values(example) | {
        field.name: (clean.block if field.lines else clean.line)(typed[field.name])
        for field in TEXTS
        if field.name in typed
    }
    chosen = (*CHOICES, "contact_consent", *TIME_LINE)
    tidy |= {name: typed[name].strip() for name in chosen if name in typed}
    findings = list(_findings(tidy))
    return findings or _made(example, tidy)


def differences(before: PracticeExample, after: PracticeExample) -> tuple[Difference, ...]:
    """Field by field, in the order of the form; empty where nothing that is told differs."""
    old, new = values(before), values(after)
    return tuple(
        Difference(name, old[name], new[name]) for name in FIELDS if old[name] != new[name]
    )


def _findings(tidy: Mapping[str, str]) -> Iterator[Finding]:
    for field in TEXTS:
        text = tidy[field.name]
        if field.required and not text:
            yield Finding(field.name, Problem.EMPTY)
        if len(text) > field.longest:
            yield Finding(field.name, Problem.TOO_LONG)
    for name, kind in CHOICES.items():
        if tidy[name] and tidy[name] not in {member.value for member in kind}:
            yield Finding(name, Problem.CHOICE)
    if tidy["repository"] and not is_address(tidy["repository"]):
        yield Finding("repository", Problem.ADDRESS)
    if not all(map(is_address, tidy["sources"].split())):
        yield Finding("sources", Problem.ADDRESS)
    if tidy["contact"] and not tidy["contact_consent"]:
        yield Finding("contact_consent", Problem.CONSENT)
    yield from _time_line_findings(tidy)


def _time_line_findings(tidy: Mapping[str, str]) -> Iterator[Finding]:
    groups = {group.value for group in AUDIENCES}
    if tidy["audience"] not in groups:
        yield Finding("audience", Problem.CHOICE)
    if tidy["audience_later"] and tidy["audience_later"] not in groups:
        yield Finding("audience_later", Problem.CHOICE)
    if bool(tidy["audience_from"]) != bool(tidy["audience_later"]):
        missing = "audience_later" if tidy["audience_from"] else "audience_from"
        yield Finding(missing, Problem.EMPTY)
    elif tidy["audience_from"] and _midnight(tidy["audience_from"]) is None:
        yield Finding("audience_from", Problem.DAY)


def is_address(text: str) -> bool:
    """Whether it is an http(s) address with a host, and nothing else."""
    if not _ADDRESS.fullmatch(text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _made(example: PracticeExample, tidy: Mapping[str, str]) -> PracticeExample:
    plain = {
        field.name: tidy[field.name]
        for field in TEXTS
        if field.name not in {"title", "title_en", "sources"}
    }
    return msgspec.structs.replace(
        example,
        **plain,
        title=Text(tidy["title"], tidy["title_en"]),
        sources=tuple(tidy["sources"].split()),
        maturity=Maturity(tidy["maturity"]) if tidy["maturity"] else None,
        spatial_effect=SpatialEffect(tidy["spatial_effect"]) if tidy["spatial_effect"] else None,
        contact_consent=bool(tidy["contact"] and tidy["contact_consent"]),
        audience=_time_line(tidy),
    )


def _time_line_values(line: TimeLine) -> dict[str, str]:
    later = line.steps[0] if line.steps else None
    day = dt.datetime.fromtimestamp(later.since / 1000, ZONE).date().isoformat() if later else ""
    return {
        "audience": line.first.group.value,
        "audience_from": day,
        "audience_later": later.audience.group.value if later else "",
    }


def _time_line(tidy: Mapping[str, str]) -> TimeLine:
    first = Audience(Group(tidy["audience"]))
    since = _midnight(tidy["audience_from"])
    if since is None:
        return TimeLine(first)
    return TimeLine(first, (Step(since, Audience(Group(tidy["audience_later"]))),))


def _midnight(day: str) -> Instant | None:
    """When a day begins; None for what is no day of the possible years."""
    try:
        found = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ZONE)
    except ValueError:
        return None
    return round(found.timestamp()) * 1000 if possible(found) else None
