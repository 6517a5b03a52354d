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
Lists = dict[int, dict[str, str]]
"""Rows by number, lowest first; each with its fields."""


class Rows(NamedTuple):
    """A list in a form: fields are called ``person1_de``, with the kind before the number."""

    kind: str
    key: str
    """Field that says which thing a row is about."""
    told: tuple[str, ...]
    """Somebody who filled in one of these added a row; a row without the first is none."""
    made: tuple[str, ...] = ()
    """Not typed by anybody, so that equal rows may differ in it."""


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
    same = _same(rows, old, theirs)
    for number, (n, row) in enumerate(theirs.items(), start=1):
        if n in same:
            _row(into, _Place(rows, number), old.pop(same[n]), row, mine.pop(same[n], {}))
        else:  # added by them: mine of that number is another row
            into.values.update(_named(rows, number, row))
    number, there = len(theirs), _rows(into.values, rows).values()
    for n, row in mine.items():
        before = old.get(n, {})
        if _kept(rows, before, row) if before else _is_new(rows, row, there):
            number += 1
            into.values.update(_named(rows, number, row))
            if before:  # deleted by them, changed by me
                into.theirs.update(_named(rows, number, dict.fromkeys(row, "")))


def _same(rows: Rows, old: Lists, theirs: Lists) -> dict[int, int]:
    """Which of their rows is which old one.

    A row whose key is another now, as that of a person with another name, is known by its place
    and by something it still says, as long as no row before it can have gone.
    """
    found: dict[int, int] = {}
    free = dict(old)
    for n, row in theirs.items():
        key = mark(row.get(rows.key, ""))
        match = next((m for m, before in free.items() if key and before.get(rows.key) == key), None)
        if match is not None:
            found[n] = match
            del free[match]
    if len(theirs) >= len(old):
        left = (n for n in theirs if n not in found and n in free)
        found |= {n: n for n in left if _still(free[n], theirs[n])}
    return found


def _still(was: Marks, values: Values) -> bool:
    return any(mark(value) and mark(value) == was.get(name) for name, value in values.items())


class _Place(NamedTuple):
    """Where a row stands in the merged form."""

    rows: Rows
    number: int


def _row(into: Merged, at: _Place, was: Marks, stored: Values, typed: Values) -> None:
    for name in sorted({*stored, *typed}):
        here = f"{at.rows.kind}{at.number}_{name}"
        _field(into, here, was.get(name, ""), stored.get(name, ""), typed.get(name, ""))
    first = at.rows.told[0]
    here = f"{at.rows.kind}{at.number}_{first}"
    if not mark(into.values[here]) and _changed(was, stored):  # deleted by me, changed by them
        into.theirs[here] = stored.get(first, "")


def _changed(was: Marks, values: Values) -> bool:
    return any(mark(value) != was.get(name, "") for name, value in values.items())


def _kept(rows: Rows, was: Marks, mine: Values) -> bool:
    """Whether I changed a row, other than by deleting it as they did."""
    gone = not mark(mine.get(rows.told[0], ""))
    return _changed(was, {n: value for n, value in mine.items() if not gone or mark(value)})


def _is_new(rows: Rows, row: Values, there: Iterable[Values]) -> bool:
    """Whether somebody filled it in, and with something that does not stand there already."""
    if not any(mark(row.get(name, "")) for name in rows.told):
        return False
    return _told(rows, row) not in [_told(rows, other) for other in there]


def _told(rows: Rows, row: Values) -> dict[str, str]:
    """What a row says, whatever its key: a new row has none yet."""
    return {name: mark(row[name]) for name in row if mark(row[name]) and name not in rows.made}


def _named(rows: Rows, number: int, row: Values) -> dict[str, str]:
    return {f"{rows.kind}{number}_{name}": value for name, value in row.items()}


def _rows(values: Values, rows: Rows) -> Lists:
    found: Lists = {}
    for name, value in values.items():
        if match := _numbered(name, rows):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return dict(sorted(found.items()))


def _numbered(name: str, rows: Rows) -> re.Match[str] | None:
    return re.fullmatch(rf"{rows.kind}([0-9]{{1,4}})_(\w+)", name)
