"""Which language a visitor gets: asked for, chosen before, preferred by the browser, German."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from starlette.requests import HTTPConnection

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "plenum_language"
"""Set only when somebody chooses a language; then it is strictly necessary (G8)."""


def known(value: str | None) -> Language | None:
    """The language of that name, if we speak it."""
    return next((language for language in LANGUAGES if language == value), None)


def accepted(header: str) -> Language | None:
    """The best of our languages in an Accept-Language header; None if none is named."""
    best: tuple[float, Language] | None = None
    for tag, weight in _tags(header):
        language = known(tag.split("-")[0].lower())
        if language and weight > 0 and (best is None or weight > best[0]):
            best = (weight, language)
    return best[1] if best else None


def _tags(header: str) -> Iterator[tuple[str, float]]:
    for part in header[:500].split(","):
        tag, _, parameter = part.strip().partition(";")
        _, _, weight = parameter.partition("q=")
        try:
            yield tag.strip(), float(weight) if parameter else 1.0
        except ValueError:
            yield tag.strip(), 0.0


def chosen(connection: HTTPConnection) -> Language | None:
    """What the address asks for by ``?lang=``."""
    return known(connection.query_params.get("lang"))


def of(connection: HTTPConnection) -> Language:
    """The language of a request."""
    return (
        chosen(connection)
        or known(connection.cookies.get(COOKIE))
        or accepted(connection.headers.get("accept-language", ""))
        or "de"
    )
