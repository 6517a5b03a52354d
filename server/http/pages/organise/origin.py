"""What a form of the desk was filled with: its row's version, and marks of its values."""

from __future__ import annotations

from collections.abc import Iterable

from agenda.core.draft import Row
from agenda.core.merge import Merged, decode, encode, merge
from server.http.pages.forms import whole
from server.http.pages.organise.form import ROWS, Group, Values


def was(groups: Iterable[Group], filled: Values) -> str:
    """Of the fields that are shown: who may not see a value learns nothing of it."""
    shown = {field.name for group in groups for row in group.rows for field in row}
    return encode({name: value for name, value in filled.items() if name in shown})


def version(values: Values) -> int:
    return whole(values.get("version", ""), 9) or 0


def shown_version(values: Values, row: Row, same: bool) -> int:
    """``same``: it is still the form that was read. After a conflict it is one of the new."""
    return version(values) if same and "version" in values else row.version


def shown_marks(values: Values, same: bool, groups: Iterable[Group], stored: Values) -> str:
    """Marks of what is stored, of the fields shown; they go with the version."""
    return values["was"] if same and "was" in values else was(groups, stored)


def merged(typed: Values, stored: Values) -> Merged:
    """What both changed. Without readable marks all that was typed counts as changed."""
    began = decode(typed.get("was", ""))
    if began is None:
        return Merged(dict(typed), {**dict.fromkeys(typed, ""), **stored})
    return merge(began, stored, typed, ROWS)
