"""What the form of a material was filled with, and what two who edited it both changed."""

from __future__ import annotations

from collections.abc import Sequence

from agenda.core.merge import Marks, Merged, Values, mark, merge
from server.http.pages.material import Choice, EditView

_AUDIENCE = ("audience", "then_at", "then")
"""One thing in three fields."""


def filled(view: EditView) -> dict[str, str]:
    """By name of the field."""
    return {
        "title_de": view.title_de,
        "title_en": view.title_en,
        "kind": _chosen(view.kinds),
        "audience": _chosen(view.audiences),
        "then_at": view.then_at,
        "then": _chosen(view.thens),
        "licence": view.licence,
        "position": str(view.position),
        **{f"text_{page.number}": page.written for page in view.pages},
        **{f"cue_{number}": cue for number, cue in view.cues.items()},
    }


def merged(was: Marks, stored: Values, typed: Values) -> Merged:
    """What both changed; whom it is for comes from one of them as a whole."""
    typed = {**stored, **typed}  # what the form does not hold stays as it is
    done = merge(was, stored, typed)
    if any(mark(typed.get(name, "")) != was.get(name, "") for name in _AUDIENCE):
        changed = any(mark(stored.get(name, "")) != was.get(name, "") for name in _AUDIENCE)
        done.values.update((name, typed.get(name, "")) for name in _AUDIENCE)
        done.theirs.update((name, stored.get(name, "")) for name in _AUDIENCE if changed)
    return done


def _chosen(choices: Sequence[Choice]) -> str:
    return next((each.value for each in choices if each.chosen), "")
