"""Forms as data: what a page shows of a field, and how typed text becomes a value.

What somebody typed stands in ``values`` by the field's name and comes back with every answer:
after an error, and after somebody else was faster (then ``theirs`` stands beside it).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeVar

from agenda.core.clean import block, line
from agenda.core.merge import Rows
from agenda.core.model import Text
from agenda.core.years import possible
from server.http.pages import when
from server.http.pages.forms import whole
from server.http.pages.texts import Texts
from server.http.pages.words import Link

Values = Mapping[str, str]
"""Typed text by name of the field."""
Widget = Literal["text", "area", "select", "date", "time", "check", "colour", "email", "hidden"]

LINE = 200
BLOCK = 4_000
"""Characters."""
MOST_NUMBER = 9_999
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")


@dataclass(frozen=True)
class Option:
    value: str
    text: str


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    widget: Widget
    value: str
    hint: str = ""
    error: str = ""
    theirs: str = ""
    """What somebody else saved meanwhile, where it differs; in words."""
    options: tuple[Option, ...] = ()
    required: bool = False
    longest: int = LINE
    focus: bool = False
    """Where writing goes on as soon as the page is there."""


@dataclass(frozen=True)
class Group:
    """Fields that belong together, under a heading of their own."""

    title: str
    rows: tuple[tuple[Field, ...], ...]
    """What is in one row stands side by side, where there is room."""
    hint: str = ""
    numbered: bool = False
    """One of several alike, so that its fields are named with it."""
    filter: str = ""
    """Label of a field that narrows a long list of boxes; empty: it is an ordinary group."""
    more: Option | None = None
    """The last of several alike: kind and words of the button that asks for another."""


def stacked(fields: Iterable[Field]) -> tuple[tuple[Field, ...], ...]:
    """Each field in a row of its own."""
    return tuple((field,) for field in fields)


@dataclass(frozen=True)
class FormView:
    title: str
    over: str
    action: str
    version: int
    groups: tuple[Group, ...]
    submit: str
    was: str = ""
    """Marks of what the form was filled with before anything was typed."""
    notice: str = ""
    """Said before the form: what went wrong, or that somebody else was faster."""
    both: tuple[Link, ...] = ()
    """Ways to the fields that both changed."""
    saved: str = ""
    back: str = ""
    remove: str = ""
    """Address to delete it at; empty where that is not possible."""


@dataclass
class Sheet:
    """Makes the fields of one form."""

    texts: Texts
    values: Values
    errors: Mapping[str, str] = field(default_factory=dict)
    """Codes by name of the field."""
    theirs: Values = field(default_factory=dict)
    focus: str = ""
    """Name of the field where writing goes on."""

    def make(
        self,
        name: str,
        widget: Widget = "text",
        *,
        label: str = "",
        hint: str = "",
        options: Iterable[Option] = (),
        required: bool = False,
        longest: int = LINE,
    ) -> Field:
        """``label`` and ``hint``: names of texts; without a label the field's own name."""
        choices = tuple(options)
        value = self.values.get(name, "")
        return Field(
            name=name,
            label=self.texts(f"field.{label or name}"),
            widget=widget,
            value=value,
            hint=self.texts(f"field.{hint}") if hint else "",
            error=self._error(name, longest),
            theirs=self._theirs(name, value, choices, widget),
            options=choices,
            required=required,
            longest=longest,
            focus=name == self.focus,
        )

    def box(self, name: str, label: str) -> Field:
        """One of many boxes, with a label of its own."""
        value = self.values.get(name, "")
        return Field(name, label, "check", value, theirs=self._theirs(name, value, (), "check"))

    def hidden(self, name: str) -> Field:
        """Which thing a row of the form is about."""
        return Field(name, "", "hidden", self.values.get(name, ""))

    def both(self, name: str, widget: Widget = "text", *, required: bool = False) -> list[Field]:
        """A text in German and in English."""
        longest = BLOCK if widget == "area" else LINE
        german, english = f"{name}_de", f"{name}_en"
        return [
            self.make(german, widget, label=name, required=required, longest=longest),
            self.make(english, widget, label=f"{name}_en", longest=longest),
        ]

    def _error(self, name: str, longest: int) -> str:
        code = self.errors.get(name)
        return self.texts(f"field_error.{code}", limit=longest) if code else ""

    def _theirs(self, name: str, value: str, options: tuple[Option, ...], widget: Widget) -> str:
        """A row that they deleted is empty with them; so is a box that they left unticked."""
        said = self.theirs.get(name, "")
        if not self.theirs or said == value:
            return ""
        if widget == "check":
            return self.texts("form.checked" if said else "form.unchecked")
        if widget == "date" and said:
            return when.day(dt.date.fromisoformat(said), self.texts)
        named = next((option.text for option in options if option.value == said), said)
        return named or self.texts("form.empty")


PEOPLE = Rows("person", "guid", ("kind", "de", "en", "organisation"), made=("guid",))
TIMES = Rows("time", "guid", ("date", "start", "end"), made=("guid",))
HOSTS = Rows("host", "name", ("name",))
ROWS = (PEOPLE, TIMES, HOSTS)
"""Rows of the forms that can be more or fewer."""
MOST_ROWS = 99
"""Of one kind in a form."""
_NUMBERS = {str(number): number for number in range(1, MOST_ROWS + 1)}


def filled(values: Values, rows: Rows) -> range:
    """Numbers of rows, up to the last that somebody filled in."""
    return range(1, _last([name for name, value in values.items() if value], rows) + 1)


def _last(names: Iterable[str], rows: Rows) -> int:
    """The highest number of a row that has one of these fields; 0: there is none."""
    found = (
        _NUMBERS.get(name.removeprefix(rows.kind).removesuffix(f"_{told}"), 0)
        for name in names
        for told in rows.told
        if name.startswith(rows.kind) and name.endswith(f"_{told}")
    )
    return max(found, default=0)


def one_more(values: Values, rows: Rows) -> tuple[Values, str]:
    """What was typed with another empty row, and the name of the row's first field."""
    number = min(_last(values, rows) + 1, MOST_ROWS)
    first = f"{rows.kind}{number}_{rows.told[0]}"
    return {first: "", **values}, first


def too_many(values: Values, rows: Rows) -> bool:
    """Whether somebody filled in a row beyond the last that a form has."""
    told = "|".join(rows.told)
    row = re.compile(rf"{rows.kind}0*[1-9][0-9]{{{len(str(MOST_ROWS))},}}_(?:{told})")
    return any(value and row.fullmatch(name) for name, value in values.items())


def numbers(sheet: Sheet, rows: Rows, spare: int) -> range:
    """Of the rows to show: those that somebody filled in, whoever it was, and empty ones."""
    count = max(len(filled(sheet.values, rows)), len(filled(sheet.theirs, rows)))
    return range(1, min(max(count + spare, _last(sheet.values, rows)), MOST_ROWS) + 1)


def notice(texts: Texts, errors: Mapping[str, str]) -> str:
    """What is said before a form; empty: nothing is wrong with it."""
    if "" in errors:
        return texts(f"form.{errors['']}")
    return texts.count("form.errors", len(errors)) if errors else ""


def both_changed(groups: Iterable[Group]) -> tuple[Link, ...]:
    """Ways to the fields beside which stands what somebody else saved."""
    return tuple(
        Link(f"#{field.name}", f"{group.title}: {field.label}" if group.numbered else field.label)
        for group in groups
        for row in group.rows
        for field in row
        if field.theirs
    )


Member = TypeVar("Member", bound=StrEnum)
Read = TypeVar("Read")


@dataclass
class Typed:
    """Reads typed text; what cannot be read is noted by the field's name, nothing is lost.

    What is wrong with the form as a whole has no name.
    """

    values: Values
    errors: dict[str, str] = field(default_factory=dict)

    def rows(self, rows: Rows) -> range:
        """Numbers of its rows."""
        if too_many(self.values, rows):
            self.errors[""] = "too_many_rows"
        return filled(self.values, rows)

    def line(self, name: str, *, required: bool = False, longest: int = LINE) -> str:
        return self._text(name, line(self.values.get(name, "")), required, longest)

    def block(self, name: str) -> str:
        return self._text(name, block(self.values.get(name, "")), False, BLOCK)

    def both(self, name: str, *, required: bool = False) -> Text:
        return Text(self.line(f"{name}_de", required=required), self.line(f"{name}_en"))

    def blocks(self, name: str) -> Text:
        return Text(self.block(f"{name}_de"), self.block(f"{name}_en"))

    def checked(self, name: str) -> bool:
        return self.values.get(name, "") != ""

    def choice(self, name: str, members: type[Member], otherwise: Member) -> Member:
        found = self._read(name, members, "choice")
        return otherwise if found is None else found

    def one_of(self, name: str, allowed: Iterable[str]) -> str | None:
        """A guid or the like out of what is there; empty: none."""
        value = self.values.get(name, "")
        if not value:
            return None
        if value not in set(allowed):
            self.errors[name] = "choice"
        return value

    def number(
        self, name: str, otherwise: int, *, most: int = MOST_NUMBER, wrong: str = "number"
    ) -> int:
        """``wrong``: what is said of anything that is no number up to ``most``."""
        value = whole(self.values.get(name, "").strip(), 4)
        if value is not None and value <= most:
            return value
        self.errors[name] = wrong
        return otherwise

    def date(self, name: str) -> dt.date | None:
        day = self._read(name, dt.date.fromisoformat, "date")
        if day is not None and not possible(day):
            self.errors[name] = "years"
            return None
        return day

    def time(self, name: str) -> dt.time | None:
        return self._read(name, _whole_minutes, "time")

    def _read(self, name: str, read: Callable[[str], Read], code: str) -> Read | None:
        try:
            return read(self.values.get(name, "").strip())
        except (ValueError, OverflowError):
            self.errors[name] = code
            return None

    def _text(self, name: str, text: str, required: bool, longest: int) -> str:
        if required and not text:
            self.errors[name] = "missing"
        elif len(text) > longest:
            self.errors[name] = "too_long"
        return text


def _whole_minutes(text: str) -> dt.time:
    """``9:30``, ``09:30`` or ``09.30``."""
    typed = _CLOCK.fullmatch(text)
    if typed is None:
        raise ValueError(text)
    return dt.time(int(typed[1]), int(typed[2]))


def members(group: str, kinds: type[StrEnum], texts: Texts) -> tuple[Option, ...]:
    """The members of an enum, by their names in words."""
    return tuple(Option(kind.value, texts.of(group, kind)) for kind in kinds)


def clock(time: dt.time) -> str:
    return f"{time:%H:%M}"
