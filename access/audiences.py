"""Audiences: whom a thing is for, now and later.

An audience is a group described by facts (access policy page, section 2).  Every event,
session, room and material carries a *time line*: the audience it starts with and the
instants at which that changes ("funded until 1 May, then public").
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

Instant = int
"""Milliseconds since 1970-01-01T00:00Z. Everywhere in Plenum an instant is this."""


class Group(StrEnum):
    """The groups an audience can name."""

    PUBLIC = "public"
    REGISTERED = "registered"
    MUNICIPALITIES = "municipalities"
    FUNDED = "funded"
    FUNDED_AND_INVITED = "funded_and_invited"
    UNFUNDED = "unfunded"
    NAMED = "named"
    STAFF = "staff"


class Audience(msgspec.Struct, frozen=True):
    """A group, narrowed to funding seasons where it is about funding."""

    group: Group
    seasons: tuple[int, ...] = ()
    """Only these seasons of the programme (2019, 2020, 2021); empty means all."""


class Step(msgspec.Struct, frozen=True):
    """From this instant on the thing is for this audience."""

    since: Instant
    audience: Audience


class TimeLine(msgspec.Struct, frozen=True):
    """The audience from the beginning, and its later changes in order of time."""

    first: Audience
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        instants = [step.since for step in self.steps]
        if instants != sorted(set(instants)):
            raise ValueError("the steps of a time line must rise in time")


def always(group: Group, seasons: Sequence[int] = ()) -> TimeLine:
    """A time line that never changes."""
    return TimeLine(Audience(group, tuple(seasons)))


def audience_at(line: TimeLine, at: Instant) -> tuple[Audience, Instant | None]:
    """The audience in force at an instant, and when it next changes (None: never)."""
    audience = line.first
    for step in line.steps:
        if step.since > at:
            return audience, step.since
        audience = step.audience
    return audience, None
