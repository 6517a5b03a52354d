"""Every code that is used has a text in both languages; every text is used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

import pytest

from access import offices, projects
from access.actors import OfficeKind
from access.audiences import Group
from access.organisations import OrganisationKind
from access.resources import EventKind
from agenda.core import example_tables, feedback, words, years
from agenda.core.changes import ChangeKind
from agenda.core.example_tables import RowProblem
from agenda.core.examples import FIELDS, Maturity, Problem, SpatialEffect
from agenda.core.feedback import SCORES
from agenda.core.gate import Fault
from agenda.core.materials import FileProblem, FileState, Hint, MaterialKind
from agenda.core.model import (
    Event,
    EventFormat,
    HostRole,
    RoleKind,
    Room,
    RoomKind,
    Session,
    SessionKind,
    SessionStatus,
    Slot,
    Track,
)
from agenda.core.shift import Pauses
from agenda.ports import Act
from rooms.core import announcements
from rooms.core.announcements import Level
from server.http import static
from server.http.language import LANGUAGES, Language
from server.http.materials import said
from server.http.pages import (
    agenda,
    examples,
    frame,
    legal,
    material_check,
    profile,
    renderer,
    sign_in,
)
from server.http.pages.organise import edit, event_form, example_import, late, session_form
from server.http.pages.organise.measures import MEASURES
from server.http.pages.texts import Texts, load
from server.identity.sign_in import LINK_LIFE_MS
from server.media import limits

PAGES = Path(renderer.__file__).parent
MATERIALS = Path(said.__file__).parent
STATES = (FileState.UPLOADING, FileState.CHECKING, FileState.REFUSED)
TEXTS = load(static.ROOT / "i18n")


OWN_FILES = (
    "pages",
    "organise",
    "operations",
    "materials",
    "examples",
    "participants",
    "offices",
)


def own(language: Language) -> dict[str, str]:
    """What stands in the files that pages read; the rooms read offices.json, too."""
    folder = static.ROOT / "i18n" / language
    files = [json.loads((folder / f"{name}.json").read_text("utf-8")) for name in OWN_FILES]
    found = {code: text for file in files for code, text in file.items()}
    assert len(found) == sum(map(len, files))
    return found


def named(group: str, members: Iterable[object]) -> set[str]:
    values = (each.value if isinstance(each, Enum) else each for each in members)
    return {f"{group}.{value}" for value in values}


def used() -> set[str]:
    """Codes spelled out in templates and code, and those made from a group and a value."""
    spelled: set[str] = set()
    sources = (*PAGES.rglob("*.html"), *PAGES.rglob("*.py"), *MATERIALS.glob("*.py"))
    for path in sources:
        text = path.read_text("utf-8")
        spelled |= set(re.findall(r"[\"']([a-z_]+(?:\.[a-zA-Z_]+)+)[\"']", text))
    counted = {
        f"{code}.{n}"
        for code in ("agenda.results", "examples.results", "profile.results", "sign_in.often")
        for n in ("one", "many")
    }
    topics = {f"{page}.{topic}{end}" for page, topic, end in _topics()}
    gaps = {
        f"accessibility.gap_{gap}{end}"
        for gap in ("sign", "words")
        for end in ("", "_why", "_instead")
    }
    return (
        (spelled & set(own("de")))
        | of_privacy()
        | counted
        | topics
        | gaps
        | named("audience", Group)
        | of_materials()
        | of_examples()
        | of_participants()
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
        | organising()
        | named("weekday", range(1, 8))
        | named("month", range(1, 13))
        | {f"zone.{length}{name}" for length in ("", "long.") for name in ("CET", "CEST")}
    )


def of_privacy() -> set[str]:
    kept = ("account", "sign_ins", "words", "measures", "answers", "stars", "feedback", "logs")
    unnamed = (f"unnamed_{part}" for part in ("seen", "kept", "operator", "erased"))
    stored = (f"browser_{name}" for name in legal.STORED)
    return named("privacy", (*kept, "present", "backups", *unnamed, *stored))


def of_materials() -> set[str]:
    return (
        named("file", FileProblem)
        | named("hint", Hint)
        | named("check", ("good", "poor", "unknown"))
        | named("check.good", material_check.CHECKED)
        | named("material.kind", MaterialKind)
        | named("material.state", (*STATES, "draft", "released"))
        | named("material", STATES[:2])
        | named("material.pages", ("one", "many"))
    )


def of_examples() -> set[str]:
    return (
        named("example", (*FIELDS, *examples.CHOICES))
        | {f"example.{name}_hint" for name in FIELDS if f"example.{name}_hint" in own("de")}
        | named("example.problem", Problem)
        | named("maturity", Maturity)
        | named("effect", SpatialEffect)
    )


def of_participants() -> set[str]:
    return (
        named("feedback.score", SCORES)
        | named("feedback.problem", feedback.Problem)
        | named("feedback", ("saved", "withdrawn"))
        | named("next.soon", ("one", "many"))
    )


def organising() -> set[str]:
    """Codes of the organiser's desk that are made from a group and a value."""
    counted = (
        *("form.errors", "change.more", "people.registered", "organise.more_findings"),
        *("live.people", "live.pending", "live.open", "here.people", "here.guests", "here.found"),
    )
    counted_servers = ("odd", "rooms", "connections", "ago")
    parts = [f"{new}{part}" for part in edit.PARTS for new in ("", "new_")]
    labels = {
        match
        for path in (PAGES / "organise").glob("*.py")
        for match in re.findall(r'"([a-z_]+)"', path.read_text("utf-8"))
    }
    fields = {code for code in own("de") if code.startswith(("field.", "field_error."))}
    named_fields = {code for code in fields if code.split(".")[1].removesuffix("_en") in labels}
    return (
        {f"{code}.{n}" for code in counted for n in ("one", "many")}
        | named_fields
        | {f"change.field.{name}" for name in shown_fields()}
        | named("change", ChangeKind) - {"change.moved_time"}
        | named("finding", Fault)
        | named("act", Act)
        | named("pauses", Pauses)
        | named("status", SessionStatus)
        | named("room_kind", RoomKind)
        | named("host_role", HostRole)
        | named("event_kind", EventKind)
        | named("form.title", ["event", "new_event", "clone", *parts])
        | named(
            "form", ["released", "too_many_rows", *(f"more_{kind}" for kind in session_form.MORE)]
        )
        | named("languages", ["de", "en", "de_en", "en_de"])
        | named("organise", ["saved", "removed", "released", "undone"])
        | named("people", ["given", "withdrawn", "invited"])
        | named("announcement", ["announced", "ended"])
        | named("level", Level)
        | named("import", ["faults", "changes", "new"])
        | named("import.fault", set(RowProblem) - {RowProblem.FINDING})
        | {f"operations.{each.name}{end}" for each in MEASURES for end in ("", ".hint")}
        | {f"operations.{code}.{n}" for code in counted_servers for n in ("one", "many")}
    )


def shown_fields() -> set[str]:
    """Fields whose change is said by the field's name."""
    parts = {"rooms", "tracks", "sessions", "slots", "release", "sequence", "published_at"}
    stamps = {"created_at", "changed_at", "moved_from", "moved_at", "starts_at", "ends_at"}
    of_drafts = {"buffer_minutes"}
    own_kinds = {"people", "hosts", "room", "start", "end"}
    fields = {f for kind in (Event, Room, Track, Session, Slot) for f in kind.__struct_fields__}
    return fields - parts - stamps - of_drafts - own_kinds


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


MINUTE = 60_000
YEARS = (years.FIRST, years.LAST)
FEW = (feedback.FEWEST,)
LINK_LIFE = (LINK_LIFE_MS // MINUTE,)
NUMBERS: dict[str, tuple[int, ...]] = {
    "confirm.link_expired": LINK_LIFE,
    "example.problem.day": YEARS,
    "feedback.readers": FEW,
    "field.announcement_hint": (announcements.LONGEST,),
    "field_error.buffer": (0, event_form.MOST_BUFFER),
    "field_error.minutes": (1, late.MOST_MINUTES),
    "field_error.seasons": projects.SEASONS,
    "field_error.too_many_days": (years.MOST_DAYS,),
    "field_error.years": YEARS,
    "file.too_big_picture": (limits.MOST_PICTURE_PIXELS // 1_000_000,),
    "file.too_many_pages": (limits.MOST_PAGES,),
    "finding.too_many_days": (years.MOST_DAYS,),
    "finding.years": YEARS,
    "import.fault.too_many": (example_tables.MOST_ROWS,),
    "import.file_hint": (example_import.LONGEST // 2**20,),
    "material.bad_year": YEARS,
    "privacy.feedback": FEW,
    "profile.invalid": (1, profile.LONGEST_NAME),
    "sent.then": LINK_LIFE,
    "step.wait_for_turn": (offices.CHANGE_OVER // MINUTE, offices.CHANGE_OVER // MINUTE),
    "summary.few": FEW,
    "summary.lead": FEW,
    "summary.none": FEW,
}
"""What a text says in numbers, and where the code says so."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_texts_are_those_of_the_code(language: Language) -> None:
    texts = own(language)
    for file in ("room", "access"):
        texts |= json.loads((static.ROOT / "i18n" / language / f"{file}.json").read_text("utf-8"))
    assert {code: numbers(texts[code]) for code in NUMBERS} == NUMBERS


def numbers(text: str) -> tuple[int, ...]:
    found = re.findall(r"(?<!UTF-)\b\d+(?:[.,]\d{3})*\b|\bfünf\b|\bfive\b", text, re.IGNORECASE)
    return tuple(int(re.sub(r"\D", "", each) or 5) for each in found)
