"""Two people edit one form: no word of either is lost, and nobody's old words come back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agenda.core.merge import Merged, Rows, mark, marks, merge

PEOPLE = Rows("person", "guid", ("kind", "de"), made=("guid",))
WORDS = st.sampled_from(["", "Hof", "Ulm", "zwei\nZeilen", "zwei\r\nZeilen"])
FORMS = st.dictionaries(st.sampled_from(["title", "abstract", "box"]), WORDS)
PERSONS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["Amt 1", "Amt 2", "Amt 3"])),
    max_size=4,
    unique_by=lambda row: row[0],
)


ACTS = st.lists(st.sampled_from(["keep", "name", "office", "remove"]), min_size=4, max_size=4)
MORE = st.lists(st.sampled_from(["own", "shared"]), max_size=2, unique=True)


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
    now = same_row(began, after, which)
    theirs = [name for guid, name in after if guid != now]
    assert [name for name in names(done.values) if name != "Meins"] == theirs
    known = dict(after).get(now)
    said = {name: text for name, text in done.theirs.items() if name.endswith("_de")}
    assert list(said.values()) == ([] if known == began[which][1] else [known or ""])


def same_row(began: list[tuple[str, str]], after: list[tuple[str, str]], which: int) -> str:
    """Guid that a row has now: its own, or where that is gone the new one at its place."""
    own, known = began[which][0], {guid for guid, _ in began}
    if own in dict(after) or len(after) < len(began) or after[which][0] in known:
        return own
    return after[which][0]


def test_two_who_each_add_a_row_have_both() -> None:
    began = form([("a", "Amt 1")])
    stored = form([("b", "Amt 2"), ("a", "Amt 1")])
    done = merge(marks(began), stored, began | {"person2_de": "Amt 3"}, [PEOPLE])
    assert names(done.values) == ["Amt 2", "Amt 1", "Amt 3"]


# Lists of people: whoever gets another name is another person, with another guid


def stored_by(began: list[tuple[str, str]], acts: list[str], more: list[str]) -> dict[str, str]:
    """What they saved: rows without gaps."""
    rows = []
    for (guid, office), act in zip(began, acts, strict=False):
        if act != "remove":
            renamed, moved = act == "name", act == "office"
            rows.append({"guid": f"their {guid}" if renamed else guid, "kind": "speaker"})
            rows[-1]["de"] = f"their {guid}" if renamed else f"old {guid}"
            rows[-1]["org"] = f"their org {guid}" if moved else office
    rows += [added("their", which) | {"guid": f"new {which}"} for which in more]
    return numbered(dict(enumerate(rows, start=1)))


def typed_by(began: list[tuple[str, str]], acts: list[str], more: list[str]) -> dict[str, str]:
    """What I send: rows stay at their place, and whoever goes has no role any more."""
    rows = began_with(began)
    for number, act in zip(rows, acts, strict=False):
        if act in ("name", "office"):
            rows[number]["de" if act == "name" else "org"] = f"my {act} {number}"
        elif act == "remove":
            rows[number]["kind"] = ""
    first = len(rows) + 1
    rows |= {first + n: added("my", which) for n, which in enumerate(more)}
    return numbered(rows)


def added(whose: str, which: str) -> dict[str, str]:
    name = f"{whose} new" if which == "own" else "shared"
    return {"guid": "", "kind": "host", "de": name, "org": ""}


def began_with(began: list[tuple[str, str]]) -> dict[int, dict[str, str]]:
    return {
        number: {"guid": guid, "kind": "speaker", "de": f"old {guid}", "org": office}
        for number, (guid, office) in enumerate(began, start=1)
    }


def numbered(rows: dict[int, dict[str, str]]) -> dict[str, str]:
    return {
        f"person{number}_{name}": value
        for number, row in rows.items()
        for name, value in row.items()
    }


def rows_of(values: dict[str, str]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        number, _, field = name.removeprefix("person").partition("_")
        found.setdefault(number, {})[field] = value
    return list(found.values())


def both(
    began: list[tuple[str, str]], theirs: tuple[list[str], list[str]], mine: tuple[list[str], ...]
) -> tuple[dict[str, str], dict[str, str], Merged]:
    stored, typed = stored_by(began, *theirs), typed_by(began, *mine)
    return stored, typed, merge(marks(numbered(began_with(began))), stored, typed, [PEOPLE])


@given(PERSONS, st.tuples(ACTS, MORE), st.tuples(ACTS, MORE))
def test_no_word_of_either_is_lost_from_a_list_without_a_mark(
    began: list[tuple[str, str]],
    theirs: tuple[list[str], list[str]],
    mine: tuple[list[str], list[str]],
) -> None:
    stored, typed, done = both(began, theirs, mine)
    for name, text in typed.items():
        if text.startswith("my") or text == "shared":
            assert list(done.values.values()).count(text) == 1, name
    for name, text in stored.items():
        if text.startswith("their") and not name.endswith("_guid"):
            told = {number for number, said in done.theirs.items() if said == text}
            kept = {number for number, said in done.values.items() if said == text}
            gone = {n for n in kept if not done.values[f"{n.partition('_')[0]}_kind"]}
            assert told | kept, name
            assert all(f"{n.partition('_')[0]}_kind" in done.theirs for n in gone), name


@given(PERSONS, st.tuples(ACTS, MORE), st.tuples(ACTS, MORE))
def test_a_person_whom_one_removed_and_nobody_changed_stays_away(
    began: list[tuple[str, str]],
    theirs: tuple[list[str], list[str]],
    mine: tuple[list[str], list[str]],
) -> None:
    _, _, done = both(began, theirs, mine)
    present = {row["de"] for row in rows_of(done.values) if row["kind"]}
    for (guid, _), they, i in zip(began, theirs[0], mine[0], strict=False):
        if "remove" in (they, i) and {they, i} <= {"remove", "keep"}:
            assert f"old {guid}" not in present
    gone = [row for row in rows_of(done.values) if not row["kind"] and "remove" not in mine[0]]
    assert gone == []


def test_what_both_removed_leaves_nothing() -> None:
    _, _, done = both([("hof", "Stadt")], (["remove"], []), (["remove"], []))
    assert done == Merged({}, {})


@given(PERSONS, st.tuples(ACTS, MORE), st.tuples(ACTS, MORE))
def test_rows_that_both_have_stand_once_and_in_their_order(
    began: list[tuple[str, str]],
    theirs: tuple[list[str], list[str]],
    mine: tuple[list[str], list[str]],
) -> None:
    stored, _, done = both(began, theirs, mine)
    guids = [row["guid"] for row in rows_of(done.values) if row["guid"]]
    assert len(guids) == len(set(guids))
    first = [row["guid"] for row in rows_of(stored)]
    assert guids[: len(first)] == first
    news = [row["de"] for row in rows_of(done.values) if "remove" not in theirs[0]]
    assert len(news) == len(set(news))


def test_one_corrects_a_name_and_the_other_the_organisation_of_the_same_person() -> None:
    began = [("hof", "Stadt"), ("ulm", "Stadt")]
    for theirs, mine in (("name", "office"), ("office", "name")):
        _, _, done = both(began, ([theirs, "keep"], []), ([mine, "keep"], []))
        changed = {"name", "office"}
        assert len(rows_of(done.values)) == 2
        assert done.theirs == {}, changed
        names = ["my name 1" if mine == "name" else "their hof", "old ulm"]
        assert [row["de"] for row in rows_of(done.values)] == names
        offices = ["their org hof" if mine == "name" else "my office 1", "Stadt"]
        assert [row["org"] for row in rows_of(done.values)] == offices


def test_whom_i_removed_while_they_changed_something_is_marked() -> None:
    _, _, done = both([("hof", "Stadt")], (["office"], []), (["remove"], []))
    assert done.values["person1_kind"] == ""
    assert done.values["person1_org"] == "their org hof"
    assert done.theirs == {"person1_kind": "speaker"}


def test_a_host_of_another_name_at_the_same_place_is_the_same_host() -> None:
    hosts = Rows("host", "name", ("name",))
    began = {"host1_name": "Lemgo", "host1_role": "host", "host2_name": "Ulm", "host2_role": "host"}
    stored = began | {"host1_name": "Stadt Lemgo"}
    done = merge(marks(began), stored, began | {"host1_role": "partner"}, [hosts])
    assert done == Merged(stored | {"host1_role": "partner"}, {})


def test_where_they_took_out_rows_a_place_says_nothing() -> None:
    hosts = Rows("host", "name", ("name",))
    began = {"host1_name": "Lemgo", "host1_role": "host", "host2_name": "Ulm", "host2_role": "host"}
    stored = {"host1_name": "Stadt Ulm", "host1_role": "host"}
    done = merge(marks(began), stored, began | {"host1_role": "partner"}, [hosts])
    assert [done.values[f"host{n}_name"] for n in (1, 2)] == ["Stadt Ulm", "Lemgo"]
    assert done.theirs == {"host2_name": "", "host2_role": ""}


def test_what_both_add_alike_stands_once() -> None:
    new = {"guid": "", "kind": "host", "de": "Ulm", "org": ""}
    stored = numbered({1: new | {"guid": "made"}})
    assert merge({}, stored, numbered({1: new}), [PEOPLE]) == Merged(stored, {})
    other = numbered({1: new | {"org": "Stadt"}})
    assert [row["org"] for row in rows_of(merge({}, stored, other, [PEOPLE]).values)] == [
        "",
        "Stadt",
    ]


def test_marks_are_short_however_long_the_text_is() -> None:
    assert len(marks({"abstract": "x" * 4_000})["abstract"]) == 16
    assert marks({"abstract": "", "title": " "}) == {}
