"""Imprint, privacy, accessibility statement, help, Leichte Sprache, sign language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from server.http import language
from server.http.pages import frame, when
from server.http.pages.operator import Operator
from server.http.pages.texts import Texts
from server.identity.sessions import LIFE_MS

DAY_MS = 24 * 3_600_000
STORED = (
    "outbox",
    "draft",
    "announcement",
    "next",
    "level",
    "pages",
    "still",
    "shortcuts",
    "screen",
    "transport",
)
"""Entries of the browser's storage; each has the text ``privacy.browser_…``."""


@dataclass(frozen=True)
class OperatorView:
    """Imprint and help."""

    operator: Operator
    sample: bool


@dataclass(frozen=True)
class Kept:
    """Something that lies in the reader's browser: a cookie, or an entry of its storage."""

    name: str
    purpose: str


@dataclass(frozen=True)
class PrivacyView:
    operator: Operator
    sample: bool
    words_kept_days: int
    cookies: tuple[Kept, ...]
    stored: tuple[Kept, ...]


@dataclass(frozen=True)
class Gap:
    """What is not accessible yet: what, why, what to do instead (BGG § 12b)."""

    what: str
    why: str
    instead: str


@dataclass(frozen=True)
class StatementView:
    operator: Operator
    sample: bool
    gaps: tuple[Gap, ...]
    made: str


@dataclass(frozen=True)
class SignLanguageView:
    video: str


def operator(who: Operator) -> OperatorView:
    return OperatorView(who, who.sample)


def privacy(who: Operator, session_cookie: str, words_kept_days: int, texts: Texts) -> PrivacyView:
    """Names every cookie we ever set and all that the client keeps; tests hold it complete."""
    cookies = (
        Kept(session_cookie, texts("privacy.cookie_session", days=LIFE_MS // DAY_MS)),
        Kept(language.COOKIE, texts("privacy.cookie_language")),
        Kept(frame.THEME_COOKIE, texts("privacy.cookie_theme")),
    )
    stored = tuple(Kept(f"plenum.{name}", texts(f"privacy.browser_{name}")) for name in STORED)
    return PrivacyView(who, who.sample, words_kept_days, cookies, stored)


def statement(who: Operator, texts: Texts) -> StatementView:
    gaps = [_gap("words", texts)]
    if not who.sign_language_video:
        gaps.insert(0, _gap("sign", texts))
    made = dt.date.fromisoformat(who.statement_of)
    return StatementView(who, who.sample, tuple(gaps), when.days(made, made, texts))


def _gap(name: str, texts: Texts) -> Gap:
    code = f"accessibility.gap_{name}"
    return Gap(texts(code), texts(f"{code}_why"), texts(f"{code}_instead"))
