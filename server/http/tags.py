"""Strong entity tags: who holds the same bytes already need not fetch them again."""

from __future__ import annotations

import hashlib

from starlette.requests import Request


def tag(body: bytes) -> str:
    """A tag for exactly these bytes, in quotes as the header wants it."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def held(request: Request, tag: str) -> bool:
    """Whether the asker holds it. The comparison is weak, as RFC 9110 wants it here."""
    given = (each.strip() for each in request.headers.get("if-none-match", "").split(","))
    return any(each == "*" or each.removeprefix("W/") == tag for each in given)
