"""The funded model projects (Modellprojekte Smart Cities) and who belongs to them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

SEASONS = (2019, 2020, 2021)
"""Years of the funding rounds."""


class MemberRole(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    PARTNER = "partner"


class ProjectMember(msgspec.Struct, frozen=True):
    """An organisation in a project."""

    organisation: str
    """Guid."""
    key: str | None
    role: MemberRole
    admits: bool = True
    """Setting of the project: confirmed staff of this member count as staff of the project."""


class ModelProject(msgspec.Struct, frozen=True):
    id: str
    name: str
    season: int
    """Year of the funding round, one of ``SEASONS``."""
    title: str
    state: str
    members: tuple[ProjectMember, ...] = ()
