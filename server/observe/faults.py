"""A fault as the log shows it: what kind and where, without a word of its message.

A message may hold anything that somebody typed, as where the database complains about an address;
only ``OperatorError`` has one that is ours.  Locals are never looked at.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from pathlib import Path

from server.errors import OperatorError

ROOT = Path(__file__).resolve().parents[2]
DEEPEST = 30
"""Places that are shown of one fault, the innermost ones."""
MOST = 8
"""Faults of one chain."""


def kind(error: BaseException) -> str:
    """Its class, and the code where it is one of the system, a database or a mail server."""
    name = type(error).__name__
    if isinstance(error, OperatorError):
        return f"{name}: {error}"
    code = _code(error)
    return f"{name} {code}" if code else name


def chain(error: BaseException) -> str:
    """The kinds of a fault and of what led to it."""
    return " from ".join(kind(each) for each in _links(error))


def places(error: BaseException) -> list[dict[str, object]]:
    """Kind and places of a fault and of what led to it, the last one first."""
    return [{"kind": kind(each), "at": _frames(each)} for each in _links(error)]


def _links(error: BaseException) -> Iterator[BaseException]:
    seen: dict[int, BaseException] = {}
    waiting = [error]
    while waiting and len(seen) < MOST:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen[id(one)] = one
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        before = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if before is not None:
            waiting.append(before)


def _frames(error: BaseException) -> list[str]:
    found = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return [f"{_path(each.filename)}:{each.lineno} {each.name}" for each in found]


def _path(name: str) -> str:
    path = Path(name)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-2:])


def _code(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    if isinstance(state, str):
        return state
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, str(error.errno))
    number = getattr(error, "code", None)
    return str(number) if isinstance(number, int) else ""
