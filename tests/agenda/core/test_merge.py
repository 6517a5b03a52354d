"""Two people edit one form: no word of either is lost, and nobody's old words come back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agenda.core.merge import Rows, mark, marks, merge

PEOPLE = Rows("person", "guid", ("kind", "de"))
WORDS = st.sampled_from(["", "Hof", "Ulm", "zwei\nZeilen", "zwei\r\nZeilen"])
FORMS = st.dictionaries(st.sampled_from(["title", "abstract", "box"]), WORDS)
PERSONS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["Amt 1", "Amt 2", "Amt 3"])),
    max_size=4,
    unique_by=lambda row: row[0],
)


def form(people: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, (guid, name) in enumerate(people, start=1):
        prefix = f"person{number}_"
        values |= {f"{prefix}guid": guid, f"{prefix}kind": "speaker", f"{prefix}de": name}
    return values


def names(values: dict[str, str]) -> list[str]:
    return [text for name, text in values.items() if name.endswith("_de")]


@given(FORMS, FORMS, FORMS)
def test_of_each_field_the_change_counts_whoever_made_it(
    began: dict[str, str], stored: dict[str, str], typed: dict[str, str]
) -> None:
    done = merge(marks(began), stored, typed)
    for name in {*stored, *typed}:
        was, theirs, mine = (mark(each.get(name, "")) for each in (began, stored, typed))
        assert mark(done.values[name]) == (theirs if mine == was else mine)
        assert (name in done.theirs) == (len({was, theirs, mine}) == 3)
    assert all(done.theirs[name] == stored.get(name, "") for name in done.theirs)


@given(FORMS, FORMS)
def test_what_was_sent_as_it_stood_is_what_is_stored(
    began: dict[str, str], stored: dict[str, str]
) -> None:
    done = merge(marks(began), stored, began)
    assert marks(done.values) == marks(stored)
    assert done.theirs == {}


@given(PERSONS, PERSONS)
def test_a_list_that_only_one_changed_is_as_they_left_it(
    began: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    untouched = merge(marks(form(began)), form(after), form(began), [PEOPLE])
    assert untouched.values == form(after)
    assert untouched.theirs == {}
    mine = merge(marks(form(began)), form(began), form(began) | {"person9_de": "Neu"}, [PEOPLE])
    assert names(mine.values) == [name for _, name in began] + ["Neu"]


@given(PERSONS, PERSONS, st.integers(0, 3))
def test_a_row_that_i_changed_is_kept_wherever_theirs_have_moved(
    began: list[tuple[str, str]], after: list[tuple[str, str]], which: int
) -> None:
    if which >= len(began):
        return
    typed = form(began) | {f"person{which + 1}_de": "Meins"}
    done = merge(marks(form(began)), form(after), typed, [PEOPLE])
    assert names(done.values).count("Meins") == 1
    theirs = [name for guid, name in after if guid != began[which][0]]
    assert [name for name in names(done.values) if name != "Meins"] == theirs
    known = dict(after).get(began[which][0])
    said = {name: text for name, text in done.theirs.items() if name.endswith("_de")}
    assert list(said.values()) == ([] if known == began[which][1] else [known or ""])


def test_two_who_each_add_a_row_have_both() -> None:
    began = form([("a", "Amt 1")])
    stored = form([("b", "Amt 2"), ("a", "Amt 1")])
    done = merge(marks(began), stored, began | {"person2_de": "Amt 3"}, [PEOPLE])
    assert names(done.values) == ["Amt 2", "Amt 1", "Amt 3"]


def test_marks_are_short_however_long_the_text_is() -> None:
    assert len(marks({"abstract": "x" * 4_000})["abstract"]) == 16
    assert marks({"abstract": "", "title": " "}) == {}
