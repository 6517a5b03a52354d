"""Practice examples: what can be typed, what differs, and the tables they travel in."""

from __future__ import annotations

import csv
import io
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from access.audiences import Audience, Group, Step, TimeLine, always
from agenda.core.example_tables import (
    COLUMNS,
    ChangedExample,
    NewExample,
    Plan,
    RowFault,
    RowProblem,
    plan,
    to_csv,
    to_json_ld,
)
from agenda.core.examples import (
    FIELDS,
    TEXTS,
    Difference,
    Finding,
    Maturity,
    PracticeExample,
    Problem,
    SpatialEffect,
    differences,
    is_address,
    read,
    values,
)
from agenda.core.model import Text

FRESH = [f"guid-{number}" for number in range(10)]
TRAIL = PracticeExample(
    guid="trail",
    slug="digitalpfad",
    project="lemgo-kalletal",
    title=Text("Digitalpfad im Stadtwald", "Digital trail"),
    topic="Beteiligung",
    summary="Ein Pfad, der erzählt.",
    sources=("https://example.org/pfad",),
)

MAY_2022 = 1_651_356_000_000
"""Midnight of 1 May 2022 in Berlin."""

words = st.text(string.ascii_letters + "äöüß=+-@'\",;| \n", min_size=1, max_size=40).map(
    lambda typed: " ".join(typed.split()) or "Wort"
)
addresses = st.sampled_from(["https://example.org/a", "http://example.org/b?c=d"])
examples = st.builds(
    PracticeExample,
    guid=st.just("guid"),
    slug=st.sampled_from(["pfad", "bus", "wald"]),
    project=st.sampled_from(["lemgo-kalletal", "ulm"]),
    title=st.builds(Text, words, words),
    topic=words,
    summary=words,
    sources=st.lists(addresses, max_size=2).map(tuple),
    solution=st.just("") | words,
    maturity=st.none() | st.sampled_from(Maturity),
    spatial_effect=st.none() | st.sampled_from(SpatialEffect),
    repository=st.just("") | addresses,
    audience=st.sampled_from(
        [
            always(Group.PUBLIC),
            always(Group.FUNDED),
            TimeLine(Audience(Group.FUNDED), (Step(MAY_2022, Audience(Group.PUBLIC)),)),
        ]
    ),
)


@given(examples)
def test_what_a_form_holds_makes_the_same_example_again(example: PracticeExample) -> None:
    assert read(example, values(example)) == example
    blank = PracticeExample(example.guid, example.slug, example.project, Text(), "", "")
    assert read(blank, values(example)) == example


@given(examples, examples)
def test_differences_are_empty_where_the_same_is_told(
    one: PracticeExample, other: PracticeExample
) -> None:
    found = differences(one, other)
    assert (found == ()) == (values(one) == values(other))
    changed = read(one, {name: after for name, _, after in found})
    assert isinstance(changed, PracticeExample)
    assert values(changed) == values(other)


def test_a_difference_names_the_field_with_both_texts() -> None:
    later = replace(TRAIL, topic="Bildung", maturity=Maturity.IN_USE)
    assert differences(TRAIL, later) == (
        Difference("topic", "Beteiligung", "Bildung"),
        Difference("maturity", "", "in_use"),
    )


@pytest.mark.parametrize(
    ("typed", "findings"),
    [
        ({"title": " \n "}, [Finding("title", Problem.EMPTY)]),
        ({"title": "x" * 161}, [Finding("title", Problem.TOO_LONG)]),
        ({"summary": "x" * 1_501}, [Finding("summary", Problem.TOO_LONG)]),
        ({"repository": "javascript:alert(1)"}, [Finding("repository", Problem.ADDRESS)]),
        ({"sources": "https://example.org nirgends"}, [Finding("sources", Problem.ADDRESS)]),
        ({"maturity": "perfekt"}, [Finding("maturity", Problem.CHOICE)]),
        ({"contact": "Digitalamt, Ulm"}, [Finding("contact_consent", Problem.CONSENT)]),
        ({"audience": "staff"}, [Finding("audience", Problem.CHOICE)]),
        ({"audience_from": "2022-05-01"}, [Finding("audience_later", Problem.EMPTY)]),
        ({"audience_later": "public"}, [Finding("audience_from", Problem.EMPTY)]),
        (
            {"audience_from": "1. Mai", "audience_later": "public"},
            [Finding("audience_from", Problem.DAY)],
        ),
    ],
)
def test_what_cannot_be_told_is_named_with_its_field(
    typed: dict[str, str], findings: list[Finding]
) -> None:
    assert read(TRAIL, typed) == findings


def test_an_embargo_ends_at_midnight_in_berlin() -> None:
    typed = {"audience": "funded", "audience_from": "2022-05-01", "audience_later": "public"}
    embargo = TimeLine(Audience(Group.FUNDED), (Step(MAY_2022, Audience(Group.PUBLIC)),))
    assert read(TRAIL, typed) == replace(TRAIL, audience=embargo)


def test_a_contact_without_text_leaves_no_consent_behind() -> None:
    known = read(TRAIL, {"contact": "Digitalamt, Ulm", "contact_consent": "yes"})
    assert isinstance(known, PracticeExample)
    assert known.contact_consent
    gone = read(known, {"contact": ""})
    assert isinstance(gone, PracticeExample)
    assert not gone.contact_consent


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("https://smartcity.example/erzmobil", True),
        ("http://[::1", False),
        ("https://", False),
        ("ftp://example.org", False),
        ("https://example.org/\u0000", True),
        ('https://example.org/"><script>', False),
    ],
)
def test_addresses_are_http_with_a_host(text: str, fits: bool) -> None:
    assert is_address(text) == fits


# CSV


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@given(st.lists(examples, max_size=4, unique_by=lambda each: each.slug))
def test_importing_an_export_changes_nothing(known: list[PracticeExample]) -> None:
    projects = frozenset({"lemgo-kalletal", "ulm"})
    assert plan(to_csv(known), known, projects, FRESH) == Plan(same=len(known))


@given(st.lists(examples, max_size=4, unique_by=lambda each: each.slug))
def test_importing_into_an_empty_database_tells_the_same(known: list[PracticeExample]) -> None:
    found = plan(to_csv(known), [], frozenset({"lemgo-kalletal", "ulm"}), FRESH)
    assert [values(new.example) for new in found.new] == [values(each) for each in known]
    assert [new.example.guid for new in found.new] == FRESH[: len(known)]
    assert (found.changed, found.same, found.faults) == ((), 0, ())


def test_no_cell_of_the_export_is_a_formula() -> None:
    nasty = replace(TRAIL, title=Text("=HYPERLINK(1)"), topic="@x", summary="+1", duration="-1")
    [header, cells] = rows(to_csv([nasty]))
    assert header == list(COLUMNS)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert cells[header.index("title")] == "'=HYPERLINK(1)"


def test_a_changed_row_names_what_differs() -> None:
    text = "project_id,slug,title,topic\nlemgo-kalletal,digitalpfad,Digitalpfad,Beteiligung\n"
    found = plan(text, [TRAIL], frozenset({"lemgo-kalletal"}), FRESH)
    differs = (Difference("title", "Digitalpfad im Stadtwald", "Digitalpfad"),)
    made = replace(TRAIL, title=Text("Digitalpfad", "Digital trail"))
    assert found == Plan(changed=(ChangedExample(2, made, differs),))


def test_a_row_without_a_slug_gets_one_from_its_title() -> None:
    text = "project_id,title,topic,summary\nulm,Bäume zählen,Klima,Mit Sensoren.\n"
    made = PracticeExample(
        "guid-0", "baeume-zaehlen", "ulm", Text("Bäume zählen"), "Klima", "Mit Sensoren."
    )
    assert plan(text, [], frozenset({"ulm"}), FRESH) == Plan(new=(NewExample(2, made),))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", RowFault(1, "", RowProblem.COLUMNS)),
        ("title\nx\n", RowFault(1, "", RowProblem.COLUMNS)),
        ("project_id,title\nulm\n", RowFault(2, "", RowProblem.FORM)),
        ("project_id,title\nulm,a,b\n", RowFault(2, "", RowProblem.FORM)),
        ('project_id,title\nulm,"a\n', RowFault(2, "", RowProblem.FORM)),
        (
            "project_id,title,topic,summary\nmond,Krater,Raum,Weit.\n",
            RowFault(2, "Krater", RowProblem.PROJECT),
        ),
        (
            "project_id,title\nulm,Leer\n",
            RowFault(
                2,
                "Leer",
                RowProblem.FINDING,
                (Finding("topic", Problem.EMPTY), Finding("summary", Problem.EMPTY)),
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_taken_over_says_where_and_why(text: str, fault: RowFault) -> None:
    assert plan(text, [], frozenset({"ulm"}), FRESH) == Plan(faults=(fault,))


def test_the_same_row_twice_is_taken_once() -> None:
    row = "ulm,Bäume,Klima,Mit Sensoren.\n"
    found = plan("project_id,title,topic,summary\n" + row * 2, [], frozenset({"ulm"}), FRESH)
    assert len(found.new) == 1
    assert found.faults == (RowFault(3, "Bäume", RowProblem.TWICE),)


# JSON-LD


def test_json_ld_leaves_out_what_is_not_told() -> None:
    address = "https://plenum.example/examples/digitalpfad"
    found = to_json_ld(TRAIL, address=address, publisher="Lemgo und Kalletal")
    assert found == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address,
        "identifier": "trail",
        "url": address,
        "name": "Digitalpfad im Stadtwald",
        "alternateName": "Digital trail",
        "abstract": "Ein Pfad, der erzählt.",
        "about": "Beteiligung",
        "inLanguage": "de",
        "isBasedOn": ["https://example.org/pfad"],
        "publisher": {
            "@type": "Organization",
            "name": "Lemgo und Kalletal",
            "identifier": "lemgo-kalletal",
        },
        "isAccessibleForFree": True,
    }


def test_every_field_of_the_form_is_a_field_of_the_example() -> None:
    assert set(values(TRAIL)) == set(FIELDS)
    assert {field.name for field in TEXTS} <= set(FIELDS)
