"""What changed, in plain words: never a sentence that says what was true before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agenda.core.model import Event, Host, HostRole, Role, RoleKind, Text
from agenda.core.timetable import resolve
from agenda.visible import Visible
from server.http import static
from server.http.language import LANGUAGES, Language
from server.http.pages.changes import news, sentences
from server.http.pages.texts import load
from tests.agenda.events import PLENUM, ULM, WELCOME, changed_session, draft, guid, slot

TEXTS = load(static.ROOT / "i18n")
HOF = Role(guid("hof"), RoleKind.SPEAKER, Text("Amt Hof"), Text("Stadt Hof"))


def titled(title: Text) -> Event:
    return changed_session(draft(), WELCOME.guid, title=title)


def heard(before: Event, after: Event, language: Language) -> str:
    return news(Visible(before, ()), Visible(after, ()), TEXTS[language])


def with_people(*people: Role) -> Event:
    sessions = [
        replace(each, people=people) if each == WELCOME else each for each in draft().sessions
    ]
    return draft(sessions=tuple(sessions))


def said(before: Event, after: Event) -> list[str]:
    return [
        each.removeprefix("„Sitzung welcome“") for each in sentences(before, after, TEXTS["de"])
    ]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (
            replace(HOF, organisation=Text("Landkreis Hof")),
            ": Amt Hof jetzt für Landkreis Hof, vorher Stadt Hof.",
        ),
        (replace(HOF, organisation=Text()), ": Amt Hof nicht mehr für Stadt Hof."),
        (
            replace(HOF, kind=RoleKind.PANELIST),
            ": Amt Hof hat jetzt die Rolle Podium, vorher Vortrag.",
        ),
        (replace(HOF, name=Text("Amt Hof", "Office Hof")), ": mit Amt Hof."),
    ],
)
def test_what_is_different_with_a_person_is_said(now: Role, told: str) -> None:
    assert said(with_people(HOF), with_people(now)) == [told]


def test_who_comes_and_what_is_different_with_who_stays_are_both_said() -> None:
    moved = replace(HOF, organisation=Text("Landkreis Hof"))
    (told,) = said(with_people(replace(HOF, organisation=Text())), with_people(moved, ULM))
    assert told == (
        ": mit Amt Hof, Gastgeberin Ulm. „Sitzung welcome“: Amt Hof jetzt für Landkreis Hof."
    )
    assert said(with_people(HOF), with_people()) == [": mit noch niemandem."]


def test_of_who_stands_there_twice_only_what_is_different_is_said() -> None:
    twice = (replace(HOF, kind=RoleKind.MODERATOR), HOF)
    now = (twice[0], replace(HOF, organisation=Text("Landkreis Hof")))
    told = ": Amt Hof jetzt für Landkreis Hof, vorher Stadt Hof."
    assert said(with_people(*twice), with_people(*now)) == [told]


def test_a_host_with_another_role_is_said() -> None:
    before, after = (
        draft(hosts=(Host("Lemgo", role),)) for role in (HostRole.HOST, HostRole.PARTNER)
    )
    (told,) = said(before, after)
    assert told.endswith(": Lemgo hat jetzt die Rolle Partner, vorher Gastgeber.")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (
            "09:30",
            "10:00",
            [" beginnt 30 Minuten später, um 09:30 Uhr.", " dauert jetzt 30 Minuten."],
        ),
        ("09:00", "10:15", [" endet jetzt um 10:15 Uhr."]),
        (
            "09:30",
            "10:45",
            [" beginnt 30 Minuten später, um 09:30 Uhr.", " endet jetzt um 10:45 Uhr."],
        ),
        ("09:30", "10:30", [" beginnt 30 Minuten später, um 09:30 Uhr."]),
    ],
)
def test_of_an_end_only_what_is_new_is_said(start: str, end: str, told: list[str]) -> None:
    before, after = (
        resolve(draft(slots=(slot(1, WELCOME, f"2022-03-22T{a}", f"2022-03-22T{b}", PLENUM),)))
        for a, b in (("09:00", "10:00"), (start, end))
    )
    assert said(before, after) == told


def test_a_title_that_changed_in_one_language_is_told_to_its_readers_only() -> None:
    before, after = titled(Text("Start", "Beginning")), titled(Text("Start", "Opening"))
    assert [heard(before, after, language) for language in LANGUAGES] == [
        "",
        "The programme was changed: “Beginning” is now called “Opening”.",
    ]
    german = titled(Text("Auftakt", "Beginning"))
    assert [heard(before, german, language) for language in LANGUAGES] == [
        "Das Programm wurde geändert: „Start“ heißt jetzt „Auftakt“.",
        "",
    ]


def test_a_german_title_that_stands_in_for_the_english_one_is_told_to_both() -> None:
    told = [heard(titled(Text("Start")), titled(Text("Auftakt")), each) for each in LANGUAGES]
    assert told == [
        "Das Programm wurde geändert: „Start“ heißt jetzt „Auftakt“.",
        "The programme was changed: “Start” is now called “Auftakt”.",
    ]


def test_an_english_name_of_a_person_is_no_news_for_who_reads_german() -> None:
    before, after = (with_people(replace(HOF, name=Text("Amt Hof", en))) for en in ("", "Office"))
    assert heard(before, after, "de") == ""
    assert heard(before, after, "en").endswith("with Office.")


def test_of_a_title_in_the_other_language_only_that_it_changed_is_said() -> None:
    before, after = titled(Text("Start", "Beginning")), titled(Text("Start", "Opening"))
    assert sentences(before, after, TEXTS["de"]) == ("„Start“: Titel (Englisch) geändert.",)
    german = titled(Text("Auftakt", "Beginning"))
    assert sentences(before, german, TEXTS["en"]) == ("“Beginning”: title changed.",)
