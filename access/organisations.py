"""Organisations people work for: four registers, known by their official key, never by name."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class OrganisationKind(StrEnum):
    """Which register an organisation stands in."""

    MUNICIPALITY = "municipality"
    """Gemeinde; the key (AGS) has 8 digits."""
    ASSOCIATION = "association"
    """Verbandsgemeinde, Samtgemeinde, Amt and the like; 9 digits."""
    DISTRICT = "district"
    """Kreis; 5 digits."""
    BODY = "body"
    """Anything without a key: a regional association, ministry, company, one expert."""


MUNICIPAL = frozenset(
    {OrganisationKind.MUNICIPALITY, OrganisationKind.ASSOCIATION, OrganisationKind.DISTRICT}
)
"""The kinds whose staff are meant by "every municipality"."""

KEY_LENGTH = {
    OrganisationKind.DISTRICT: 5,
    OrganisationKind.MUNICIPALITY: 8,
    OrganisationKind.ASSOCIATION: 9,
}


class Organisation(msgspec.Struct, frozen=True):
    """An entry of a register. Names repeat (Neuenkirchen: 12 times); keys do not."""

    guid: str
    kind: OrganisationKind
    key: str | None
    """Official key, as text with its leading zeros; None for a body."""
    name: str
    district: str | None
    state: str
    former_of: str | None = None
    """The key is no longer valid: guid of the organisation that took its place."""

    def __post_init__(self) -> None:
        length = KEY_LENGTH.get(self.kind)
        if length is None:
            if self.key is not None:
                raise ValueError("a body has no key")
        elif not is_key(self.key or "", length):
            raise ValueError(f"the key of a {self.kind} has {length} digits")


def is_key(text: str, length: int) -> bool:
    """Whether the text is a key of this length: ASCII digits only."""
    return len(text) == length and text.isascii() and text.isdigit()
