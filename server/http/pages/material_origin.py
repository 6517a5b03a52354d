"""What two who edited a material both changed."""

from __future__ import annotations

from agenda.core.merge import Marks, Merged, Values, mark, merge
from server.http.pages.material import AUDIENCE


def merged(was: Marks, stored: Values, typed: Values) -> Merged:
    """What both changed; whom it is for comes from one of them as a whole."""
    typed = {**stored, **typed}  # what the form does not hold stays as it is
    done = merge(was, stored, typed)
    if any(mark(typed.get(name, "")) != was.get(name, "") for name in AUDIENCE):
        changed = any(mark(stored.get(name, "")) != was.get(name, "") for name in AUDIENCE)
        done.values.update((name, typed.get(name, "")) for name in AUDIENCE)
        done.theirs.update((name, stored.get(name, "")) for name in AUDIENCE if changed)
    return done
