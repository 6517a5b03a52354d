"""What the policy answers."""

from __future__ import annotations

from typing import Literal

import msgspec

from access.audiences import Instant
from access.rules import NextStep, Rule

Existence = Literal["hidden", "visible"]


class Allowed(msgspec.Struct, frozen=True):
    rule: Rule
    until: Instant | None = None
    """From here on the question must be asked again; None: holds as long as the facts do."""


class Denied(msgspec.Struct, frozen=True):
    rule: Rule
    next_step: NextStep
    existence: Existence = "visible"
    """``hidden``: answer exactly as if the thing did not exist."""
    until: Instant | None = None
    """As in Allowed: the refusal may end by itself."""


Decision = Allowed | Denied
