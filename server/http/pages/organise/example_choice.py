"""Which practice examples belong to a session: one box for each, those chosen first."""

from __future__ import annotations

from collections.abc import Sequence

from agenda.core.model import Guid, Session
from agenda.core.text_search import fold
from server.http.pages.organise.form import Group, Option, Sheet, Values

NAMED = "example_"
"""Begins the name of a box; its example's guid follows."""


def fill(session: Session) -> dict[str, str]:
    return {f"{NAMED}{guid}": "1" for guid in session.practice_examples}


def group(sheet: Sheet, offered: Sequence[Option]) -> Group:
    """``offered``: released examples that the editor may read."""

    def order(option: Option) -> tuple[bool, str]:
        return not sheet.values.get(f"{NAMED}{option.value}"), fold(option.text)

    boxes = [sheet.box(f"{NAMED}{each.value}", each.text) for each in sorted(offered, key=order)]
    texts = sheet.texts
    hint = texts("form.examples_hint") if boxes else texts("form.no_examples")
    rows = tuple((box,) for box in boxes)
    return Group(texts("form.examples"), rows, hint, filter=texts("form.examples_filter"))


def read(values: Values, before: Session, offered: Sequence[Option]) -> tuple[Guid, ...]:
    """In the order they were chosen. What was chosen by somebody who may read more is kept."""
    known = [option.value for option in offered]
    chosen = [guid for guid in known if values.get(f"{NAMED}{guid}")]
    old = before.practice_examples
    kept = [guid for guid in old if guid in chosen or guid not in known]
    return (*kept, *(guid for guid in chosen if guid not in old))
