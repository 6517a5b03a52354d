"""What changed, in plain words: never a sentence that says what was true before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agenda.core.model import Event, Host, HostRole, Role, RoleKind, Text
from agenda.core.timetable import resolve
from server.http import static
from server.http.pages.changes import sentences
from server.http.pages.texts import load
from tests.agenda.events import PLENUM, ULM, WELCOME, draft, guid, slot

TEXTS = load(static.ROOT / "i18n")
HOF = Role(guid("hof"), RoleKind.SPEAKER, Text("Amt Hof"), Text("Stadt Hof"))


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
