"""Practice examples as CSV and JSON-LD, and what an import of CSV would do.

CSV: RFC 4180, UTF-8; cells that a spreadsheet would take for a formula begin with an apostrophe
(reliability page, section 2).  JSON-LD: schema.org.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from agenda.core import examples
from agenda.core.examples import Difference, Finding, PracticeExample
from agenda.core.model import Guid, Text
from agenda.core.slugs import slug
from agenda.core.snapshot import digest

COLUMNS: Final = ("project_id", "slug", *examples.FIELDS)
BYTE_ORDER_MARK: Final = "\ufeff"
MOST_ROWS: Final = 5_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class RowProblem(StrEnum):
    """What is wrong with a row, or with the file. Each but ``FINDING`` has a text."""

    COLUMNS = "columns"
    PROJECT = "project"
    TWICE = "twice"
    TOO_MANY = "too_many"
    FORM = "form"
    FINDING = "finding"
    """Fields are wrong: the findings say which."""


class RowFault(NamedTuple):
    """Why a row of the file cannot be taken over."""

    line: int
    """Line of the file, from 1."""
    title: str
    problem: RowProblem
    findings: tuple[Finding, ...] = ()


class NewExample(NamedTuple):
    line: int
    example: PracticeExample


class ChangedExample(NamedTuple):
    line: int
    example: PracticeExample
    differences: tuple[Difference, ...]


class Plan(msgspec.Struct, frozen=True):
    """What an import would do. Nothing is done by it."""

    new: tuple[NewExample, ...] = ()
    changed: tuple[ChangedExample, ...] = ()
    same: int = 0
    faults: tuple[RowFault, ...] = ()


def to_csv(found: Iterable[PracticeExample]) -> str:
    """All fields, one row each. Equal examples give equal bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for example in found:
        told = examples.values(example)
        cells = (example.project, example.slug, *(told[name] for name in examples.FIELDS))
        writer.writerow([_defused(cell) for cell in cells])
    return BYTE_ORDER_MARK + out.getvalue()


def to_json_ld(example: PracticeExample, *, address: str, publisher: str) -> dict[str, object]:
    """A schema.org description. ``address``: of its page; ``publisher``: name of the project."""
    told = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address,
        "identifier": example.guid,
        "url": address,
        "name": example.title.de,
        "alternateName": example.title.en,
        "abstract": example.summary,
        "about": example.topic,
        "inLanguage": "de",
        "license": example.licence,
        "isBasedOn": list(example.sources),
        "creativeWorkStatus": example.maturity or "",
        "spatialCoverage": example.spatial_effect or "",
        "publisher": {"@type": "Organization", "name": publisher, "identifier": example.project},
        "workExample": {"@type": "SoftwareSourceCode", "codeRepository": example.repository}
        if example.repository
        else "",
        "isAccessibleForFree": True,
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def plan(
    text: str,
    known: Sequence[PracticeExample],
    projects: frozenset[str],
    fresh: Sequence[Guid],
) -> Plan:
    """What the rows of a file would change. A row is told by its project and slug, or title.

    ``fresh``: guids for new examples, as many as the file may have rows.  A column that is not
    in the file changes nothing.
    """
    rows, fault = _rows(text)
    if fault is not None:
        return Plan(faults=(fault,))
    by_key = {(each.project, each.slug): each for each in known}
    taken = {each.slug for each in known}
    new: list[NewExample] = []
    changed: list[ChangedExample] = []
    faults: list[RowFault] = []
    seen: set[tuple[str, str]] = set()
    same = 0
    for line, row in rows:
        key = (row["project_id"].strip(), _slug(row))
        fault = _fault(line, row, key, projects, seen)
        if fault is not None:
            faults.append(fault)
            continue
        seen.add(key)
        old = by_key.get(key)
        base = old or PracticeExample(fresh[len(new)], key[1], key[0], Text(), "", "")
        made = examples.read(base, _typed(row))
        if not isinstance(made, PracticeExample):
            faults.append(RowFault(line, row.get("title", ""), RowProblem.FINDING, tuple(made)))
        elif old is None and key[1] in taken:
            faults.append(RowFault(line, made.title.de, RowProblem.TWICE))
        elif old is None:
            taken.add(key[1])
            new.append(NewExample(line, made))
        elif differs := examples.differences(old, made):
            changed.append(ChangedExample(line, made, differs))
        else:
            same += 1
    return Plan(tuple(new), tuple(changed), same, tuple(faults))


def fingerprint(plan: Plan) -> str:
    """Equal for plans that would do the same, whatever guids new examples get."""
    told = (
        [(new.line, _identity(new.example)) for new in plan.new],
        [(each.line, _identity(each.example), each.differences) for each in plan.changed],
        plan.same,
        plan.faults,
    )
    return digest(msgspec.json.encode(told))


def _identity(example: PracticeExample) -> tuple[str, str, dict[str, str]]:
    return example.project, example.slug, examples.values(example)


def _rows(text: str) -> tuple[list[tuple[int, dict[str, str]]], RowFault | None]:
    """The rows with their lines; or what is wrong with the file as a whole."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    reader = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        for row in reader:
            if None in row or None in row.values():
                return [], RowFault(reader.line_num, "", RowProblem.FORM)
            rows.append((reader.line_num, row))
            if len(rows) > MOST_ROWS:
                return [], RowFault(reader.line_num, "", RowProblem.TOO_MANY)
    except csv.Error:
        return [], RowFault(reader.reader.line_num, "", RowProblem.FORM)
    if not {"project_id", "title"} <= set(reader.fieldnames or ()):
        return [], RowFault(1, "", RowProblem.COLUMNS)
    return rows, None


def _delimiter(text: str) -> str:
    """German spreadsheet programs part cells by semicolons."""
    head, _, _ = text.partition("\n")
    return ";" if head.count(";") > head.count(",") else ","


def _fault(
    line: int,
    row: Mapping[str, str],
    key: tuple[str, str],
    projects: frozenset[str],
    seen: set[tuple[str, str]],
) -> RowFault | None:
    if key[0] not in projects:
        return RowFault(line, row["title"], RowProblem.PROJECT)
    return RowFault(line, row["title"], RowProblem.TWICE) if key in seen else None


def _slug(row: Mapping[str, str]) -> str:
    return row.get("slug", "").strip() or slug(row["title"], row["project_id"])


def _typed(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of fields we know. Sources may be parted by ``|``, as the programme's list does."""
    typed = {name: _armed(row[name]) for name in examples.FIELDS if name in row}
    if "sources" in typed:
        typed["sources"] = "\n".join(part.strip() for part in typed["sources"].split("|"))
    return typed


def _defused(cell: str) -> str:
    return f"'{cell}" if _formula(cell) else cell


def _armed(cell: str) -> str:
    """What ``_defused`` made of a cell, taken back."""
    return cell[1:] if cell.startswith("'") and _formula(cell) else cell


def _formula(cell: str) -> bool:
    """Also behind apostrophes, so that what is defused can be told from what was typed."""
    return cell.lstrip("'").startswith(_FORMULA)
