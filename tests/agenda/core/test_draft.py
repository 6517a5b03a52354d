"""A draft is rows; two organisers who edit the same row cannot overwrite each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from msgspec.structs import replace

from agenda.core.draft import (
    Conflict,
    Difference,
    Kind,
    Planned,
    Row,
    assemble,
    decode,
    edit,
    encode,
    in_row_order,
    plain,
    publishable,
    split,
)
from agenda.core.model import Event, Role, RoleKind, Text
from tests.agenda.events import LATER, ULM, WELCOME, draft, released, session
from tests.agenda.planned import events, law


@law
@given(events())
def test_rows_of_an_event_make_the_event_again(event: Event) -> None:
    assert assemble(split(event)) == in_row_order(plain(event))


@law
@given(events())
def test_the_order_of_rows_does_not_matter(event: Event) -> None:
    assert assemble(tuple(reversed(split(event)))) == assemble(split(event))


@law
@given(events())
def test_rows_survive_the_store(event: Event) -> None:
    rows = split(event)
    assert tuple(replace(row, body=decode(row.kind, encode(row.body))) for row in rows) == rows


def test_what_a_release_stamped_is_not_part_of_the_draft() -> None:
    moved = replace(released().slots[0], moved_at=LATER, sequence=4)
    event = replace(released(), slots=(moved, *released().slots[1:]), release=7)
    assert split(event) == split(draft())


def test_every_object_is_a_row_of_its_own() -> None:
    kinds = [row.kind for row in split(draft())]
    assert kinds == [
        Kind.EVENT,
        *[Kind.ROOM] * 2,
        Kind.TRACK,
        *[Kind.SESSION] * 2,
        Kind.PAUSE,
    ]


def test_a_session_takes_its_times_along() -> None:
    row = next(row for row in split(draft()) if row.guid == WELCOME.guid)
    assert isinstance(row.body, Planned)
    assert [slot.export_id for slot in row.body.slots] == [1]


def test_an_edit_of_the_row_as_it_was_read_is_the_next_version() -> None:
    row = Row(Kind.SESSION, WELCOME.guid, 3, Planned(WELCOME))
    new = Planned(replace(WELCOME, title=Text("Neu")))
    assert edit(row, 3, new) == Row(Kind.SESSION, WELCOME.guid, 4, new)


def test_an_edit_of_what_somebody_else_changed_shows_the_difference() -> None:
    theirs = Planned(replace(WELCOME, title=Text("Grußwort"), people=()))
    row = Row(Kind.SESSION, WELCOME.guid, 4, theirs)
    mine = Planned(replace(WELCOME, title=Text("Begrüßung")))
    assert edit(row, 3, mine) == Conflict(
        row,
        (
            Difference("session.title", Text("Grußwort"), Text("Begrüßung")),
            Difference("session.people", (), WELCOME.people),
        ),
    )


def test_the_same_edit_by_two_is_no_conflict() -> None:
    both = Planned(replace(WELCOME, title=Text("Begrüßung")))
    row = Row(Kind.SESSION, WELCOME.guid, 4, both)
    assert edit(row, 3, both) == row


def test_a_row_never_becomes_another_kind_of_thing() -> None:
    row = Row(Kind.SESSION, WELCOME.guid, 1, Planned(WELCOME))
    with pytest.raises(TypeError):
        edit(row, 1, draft().rooms[0])


def test_open_roles_are_not_published() -> None:
    open_role = Role("open", RoleKind.MODERATOR, Text())
    event = draft(sessions=(session("one", people=(ULM, open_role)),), slots=())
    assert publishable(event).sessions[0].people == (ULM,)
