"""What stands around every page: language, theme, navigation, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import URL
from starlette.requests import Request

from server.http.language import LANGUAGES, Language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
THEME_COOKIE = "plenum_theme"

Section = Literal[
    "start",
    "events",
    "organise",
    "examples",
    "help",
    "sign-in",
    "my",
    "profile",
    "accessibility",
    "privacy",
    "imprint",
    "easy-language",
    "sign-language",
    "none",
]


@dataclass(frozen=True)
class Choice:
    """One of several links of which one is in force."""

    value: str
    href: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """View model of ``base.html``."""

    language: Language
    languages: tuple[Choice, ...]
    theme: Theme
    themes: tuple[Choice, ...]
    path: str
    """Where we are, to come back to after signing in."""
    name: str | None
    """Of the signed-in person; None: a guest."""
    demo: bool
    sign_video: bool
    """Whether there is a video in German Sign Language to show."""
    organises: bool = False
    """Whether there is something to organise for this person."""


def theme_of(request: Request) -> Theme:
    """Asked for by ``?theme=``, chosen before, else what the system prefers."""
    asked = request.query_params.get("theme") or request.cookies.get(THEME_COOKIE)
    return next((theme for theme in THEMES if theme == asked), "auto")


def frame(
    request: Request,
    language: Language,
    name: str | None,
    *,
    demo: bool,
    sign_video: bool,
    organises: bool = False,
) -> Frame:
    """The frame of a request. Links keep the rest of the address as it is."""
    theme = theme_of(request)
    return Frame(
        language=language,
        languages=tuple(
            Choice(other, _with(request, "lang", other), other == language) for other in LANGUAGES
        ),
        theme=theme,
        themes=tuple(
            Choice(other, _with(request, "theme", other), other == theme) for other in THEMES
        ),
        path=_with(request),
        name=name,
        demo=demo,
        sign_video=sign_video,
        organises=organises,
    )


def _with(request: Request, name: str = "", value: str = "") -> str:
    here = _shown_at(request)
    kept = [(k, v) for k, v in parse_qsl(here.query, True) if k not in ("lang", "theme")]
    query = urlencode([*kept, (name, value)] if name else kept)
    return f"{here.path}?{query}" if query else here.path


def _shown_at(request: Request) -> URL:
    """The address that shows the page again: of a form that was refused, the one it stands on."""
    if request.method in {"GET", "HEAD"}:
        return request.url
    # Browsers send it to our own pages whole; what is foreign, broken or none leads to the start.
    start, page = URL("/"), URL(request.headers.get("referer", ""))
    try:
        return page if page.netloc == request.url.netloc and page.path else start
    except ValueError:
        return start
