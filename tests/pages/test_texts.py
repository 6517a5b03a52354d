"""Every code that is used has a text in both languages; every text is used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

import pytest

from access.actors import OfficeKind
from access.audiences import Group
from access.organisations import OrganisationKind
from agenda.core import words
from agenda.core.model import EventFormat, RoleKind, SessionKind
from server.http import static
from server.http.language import LANGUAGES, Language
from server.http.pages import agenda, frame, legal, renderer, sign_in
from server.http.pages.texts import Texts, load

PAGES = Path(renderer.__file__).parent
TEXTS = load(static.ROOT / "i18n")


def own(language: Language) -> dict[str, str]:
    """What stands in pages.json, and in offices.json that the rooms read too."""
    folder = static.ROOT / "i18n" / language
    files = (folder / f"{name}.json" for name in ("pages", "offices"))
    return {k: v for path in files for k, v in json.loads(path.read_text("utf-8")).items()}


def named(group: str, members: Iterable[object]) -> set[str]:
    values = (each.value if isinstance(each, Enum) else each for each in members)
    return {f"{group}.{value}" for value in values}


def used() -> set[str]:
    """Codes spelled out in templates and code, and those made from a group and a value."""
    spelled: set[str] = set()
    for path in (*PAGES.rglob("*.html"), *PAGES.glob("*.py")):
        text = path.read_text("utf-8")
        spelled |= set(re.findall(r"[\"']([a-z_]+(?:\.[a-zA-Z_]+)+)[\"']", text))
    counted = {
        f"{code}.{n}"
        for code in ("agenda.results", "profile.results", "sign_in.often")
        for n in ("one", "many")
    }
    topics = {f"{page}.{topic}{end}" for page, topic, end in _topics()}
    gaps = {
        f"accessibility.gap_{gap}{end}"
        for gap in ("sign", "words")
        for end in ("", "_why", "_instead")
    }
    kept = ("account", "sign_ins", "words", "measures", "answers", "logs")
    said = (f"unnamed_{part}" for part in ("seen", "kept", "operator", "erased"))
    stored = (f"browser_{name}" for name in legal.STORED)
    return (
        (spelled & set(own("de")))
        | named("privacy", (*kept, *said, *stored))
        | counted
        | topics
        | gaps
        | named("audience", Group)
        | named("kind", SessionKind)
        | named("office", OfficeKind)
        | named("role", RoleKind)
        | named("format", EventFormat)
        | named("organisation", OrganisationKind)
        | named("agenda", agenda.FILTERS)
        | named("theme", frame.THEMES)
        | named("language", LANGUAGES)
        | {f"language.{language}.own" for language in LANGUAGES}
        | named("confirm", sign_in.FAILURES)
        | named("weekday", range(1, 8))
        | named("month", range(1, 13))
        | {f"zone.{length}{name}" for length in ("", "long.") for name in ("CET", "CEST")}
    )


def _topics() -> list[tuple[str, str, str]]:
    easy = ("what", "find", "join", "barriers", "help")
    asked = ("sign_in", "mail", "access", "calendar", "room", "keyboard")
    return [
        *(("easy", topic, end) for topic in easy for end in ("", "_text")),
        *(("help", topic, end) for topic in asked for end in ("", "_text")),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_used_code_has_a_text_and_every_text_is_used(language: Language) -> None:
    assert set(own(language)) == used()


def test_every_code_in_a_template_exists() -> None:
    calls = re.compile(r"\bt\(\"([a-z_.]+)\"(?![ ~\"])")
    asked = {
        code
        for path in PAGES.rglob("*.html")
        for code in calls.findall(path.read_text("utf-8"))
        if not code.endswith(".")
    }
    assert asked <= set(own("de"))


def test_both_languages_ask_for_the_same_values() -> None:
    german, english = own("de"), own("en")
    values = re.compile(r"{(\w+)}")
    differing = {
        code: (german[code], english[code])
        for code in german
        if set(values.findall(german[code])) != set(values.findall(english[code]))
    }
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_calendars_speak_the_words_of_the_pages(language: Language) -> None:
    page = own(language)
    said = {
        **{f"kind.{kind}": word for kind, word in words.SESSION_KINDS.items()},
        **{f"role.{kind}": word for kind, word in words.ROLE_KINDS.items()},
        **{f"format.{form}": word for form, word in words.FORMATS.items()},
        **{f"zone.{name}": words.zone(name) for name in ("CET", "CEST")},
        "session.all_rooms": words.ALL_ROOMS,
        "session.enter_room": words.ROOM_PAGE,
        "agenda.sample": words.SAMPLE,
    }
    assert {code: word.read(language) for code, word in said.items()} == {
        code: page[code] for code in said
    }
    for code, word in (("event.host", words.HOSTED_BY), ("session.moved", words.MOVED_FROM)):
        assert page[code].startswith(f"{word.read(language)} {{")


def test_missing_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        Texts("de", {})("start.title")


def test_german_texts_say_sie() -> None:
    familiar = re.compile(r"\b(du|dein\w*|dich|dir|euch|euer\w*)\b", re.IGNORECASE)
    assert [text for text in own("de").values() if familiar.search(text)] == []
