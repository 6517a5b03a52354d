"""Two people edited the same form: what each changed is kept, the rest is as stored.

A form carries *marks* of the values it was filled with.  Marks suffice to tell who changed what
and stay short however long the texts are.  Rows of a list (people, times, hosts) may move up or
down meanwhile; they are found again by their key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from agenda.core.clean import block

Values = Mapping[str, str]
"""Text by name of the field; what is missing is empty."""
Marks = Mapping[str, str]
"""Mark by name of the field; what is missing was empty."""


class Rows(NamedTuple):
    """A list in a form: fields are called ``person1_de``, with the kind before the number."""

    kind: str
    key: str
    """Field that says which thing a row is about."""
    told: tuple[str, ...]
    """Somebody who filled in one of these added a row."""


@dataclass(frozen=True)
class Merged:
    values: dict[str, str]
    """For each field what was typed where it was changed, else what is stored."""
    theirs: dict[str, str] = field(default_factory=dict)
    """What is stored, of the fields that both changed to something different."""


def marks(values: Values) -> dict[str, str]:
    """Of the values a form is filled with."""
    return {name: mark(value) for name, value in values.items() if mark(value)}


def encode(values: Values) -> str:
    """Marks of these values, to go with a form."""
    return msgspec.json.encode(marks(values), order="sorted").decode()


def decode(text: str) -> Marks | None:
    """What ``encode`` made; None for anything else."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        return None


def mark(value: str) -> str:
    """The same for the same text, whatever its line breaks; empty for no text."""
    text = block(value)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest() if text else ""


def merge(was: Marks, stored: Values, typed: Values, lists: Iterable[Rows] = ()) -> Merged:
    """What both want. ``was``: what the form was filled with before ``typed`` was typed."""
    merged, known = Merged({}), tuple(lists)
    for name in sorted({*stored, *typed}):
        if not any(_numbered(name, rows) for rows in known):
            _field(merged, name, was.get(name, ""), stored.get(name, ""), typed.get(name, ""))
    for rows in known:
        _list(merged, rows, was, stored, typed)
    return merged


def _field(into: Merged, name: str, was: str, stored: str, typed: str) -> None:
    if mark(typed) == was:
        into.values[name] = stored
        return
    into.values[name] = typed
    if mark(stored) not in (was, mark(typed)):
        into.theirs[name] = stored


def _list(into: Merged, rows: Rows, was: Marks, stored: Values, typed: Values) -> None:
    """Their rows first, in their order; then mine that are new or that they deleted."""
    old, theirs, mine = (_rows(values, rows) for values in (was, stored, typed))
    number = 0
    for number, row in enumerate(theirs.values(), start=1):
        key = mark(row.get(rows.key, ""))
        same = next((n for n, before in old.items() if key and before.get(rows.key) == key), None)
        if same is None:  # added by them: mine of that number is another row
            into.values.update(_named(rows, number, row))
            continue
        before, ours = old.pop(same), mine.pop(same, {})
        for name in sorted({*row, *ours}):
            here = f"{rows.kind}{number}_{name}"
            _field(into, here, before.get(name, ""), row.get(name, ""), ours.get(name, ""))
    for n, row in mine.items():
        before = old.get(n, {})
        changed = any(mark(value) != before.get(name, "") for name, value in row.items())
        if changed if before else any(mark(row.get(name, "")) for name in rows.told):
            number += 1
            into.values.update(_named(rows, number, row))
            if before:  # deleted by them, changed by me
                into.theirs.update(_named(rows, number, dict.fromkeys(row, "")))


def _named(rows: Rows, number: int, row: Values) -> dict[str, str]:
    return {f"{rows.kind}{number}_{name}": value for name, value in row.items()}


def _rows(values: Values, rows: Rows) -> dict[int, dict[str, str]]:
    """By number, lowest first; each with its fields."""
    found: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        if match := _numbered(name, rows):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return dict(sorted(found.items()))


def _numbered(name: str, rows: Rows) -> re.Match[str] | None:
    return re.fullmatch(rf"{rows.kind}([0-9]{{1,4}})_(\w+)", name)
