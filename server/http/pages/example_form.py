"""Practice examples as their project writes them: form, conflict, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from access.projects import ModelProject
from agenda.core import examples
from agenda.core.examples import AUDIENCES, CHOICES, TEXTS, Difference, Finding, Version
from agenda.core.merge import encode
from agenda.examples import Conflict, Draft
from server.http.pages import links, when
from server.http.pages.agenda import Option
from server.http.pages.texts import Texts
from server.http.pages.words import Link, Rewritten

ZONE = "Europe/Berlin"
_GROUPS = {"maturity": "maturity", "spatial_effect": "effect"}


@dataclass(frozen=True)
class Input:
    """A field of the form with what was typed, and what is wrong with it."""

    name: str
    label: str
    hint: str
    value: str
    error: str
    longest: int = 0
    lines: bool = False
    required: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class VersionLine:
    number: int
    at: str
    current: bool
    changes: tuple[Rewritten, ...]


@dataclass(frozen=True)
class FormView:
    title: str
    action: str
    inputs: tuple[Input, ...]
    consent: bool
    consent_error: str
    errors: tuple[Link, ...]
    """What is wrong, each with a way to its field."""
    trail: tuple[Link, ...]
    row_version: int = 0
    was: str = ""
    """Marks of what the form began with."""
    stale: str = ""
    """Somebody else stored something meanwhile: what to do now."""
    conflict: tuple[Rewritten, ...] = ()
    """What they stored, beside what was typed, of the fields that both changed."""
    saved: str = ""
    released: bool = False
    unreleased: bool = False
    """The draft differs from what readers get."""
    href: str = ""
    """Address of the example; empty while it has none."""


@dataclass(frozen=True)
class VersionsView:
    title: str
    lines: tuple[VersionLine, ...]
    row_version: int
    action: str
    trail: tuple[Link, ...]


def new(
    project: ModelProject, typed: Mapping[str, str], findings: Sequence[Finding], texts: Texts
) -> FormView:
    """The empty form, or the same again with what was typed and what is wrong with it."""
    blank = dict.fromkeys(examples.FIELDS, "") | {"audience": AUDIENCES[0].value}
    title = texts("example.new", project=project.name)
    action = f"/examples/new?project={quote(project.id)}"
    return _form(title, action, blank | dict(typed), findings, texts)


def edit(
    draft: Draft,
    texts: Texts,
    *,
    typed: Mapping[str, str] | None = None,
    findings: Sequence[Finding] = (),
    conflict: Conflict | None = None,
    saved: str = "",
    unreleased: bool = False,
) -> FormView:
    """The form of a draft. ``conflict``: it then holds what was typed, and the newer row."""
    example = draft.example
    title = example.title.read(texts.language)
    stored = examples.values(example)
    values = {**(conflict.typed if conflict else stored), **(typed or {})}
    made = _form(title, links.edit_example(example.slug), values, findings, texts)
    return replace(
        made,
        row_version=draft.row_version,
        was=encode(stored),
        stale=texts(_advice(conflict)) if conflict else "",
        conflict=changes(conflict.differences, texts) if conflict else (),
        saved=saved,
        released=draft.released is not None,
        unreleased=unreleased,
        href=links.example(example.slug),
        trail=(*made.trail, Link(links.example(example.slug), title)),
    )


def _advice(conflict: Conflict) -> str:
    if conflict.differences:
        return "conflict.both"
    typed = conflict.typed != examples.values(conflict.now.example)
    return "conflict.merged" if typed else "conflict.look"


def versions(draft: Draft, found: Sequence[Version], texts: Texts) -> VersionsView:
    """All versions, newest first, each with what it changed."""
    older: tuple[Version | None, ...] = (*found[1:], None)
    example = draft.example
    return VersionsView(
        title=example.title.read(texts.language),
        lines=tuple(
            VersionLine(
                each.number,
                when.stamp(each.at, ZONE, texts),
                each.number == draft.released,
                changes(examples.differences(before.example, each.example), texts)
                if before
                else (),
            )
            for each, before in zip(found, older, strict=False)
        ),
        row_version=draft.row_version,
        action=f"{links.example(example.slug)}/bring-back",
        trail=(
            Link("/examples", texts("examples.title")),
            Link(links.example(example.slug), example.title.read(texts.language)),
            Link(links.edit_example(example.slug), texts("example.edit")),
        ),
    )


def changes(found: Sequence[Difference], texts: Texts) -> tuple[Rewritten, ...]:
    """Differences in words, with the names of what was chosen."""
    return tuple(
        Rewritten(
            texts(f"example.{each.field}"),
            _shown(each.field, each.before, texts),
            _shown(each.field, each.after, texts),
        )
        for each in found
    )


def _shown(name: str, value: str, texts: Texts) -> str:
    if not value:
        return texts("example.nothing")
    if name in _GROUPS:
        return texts(f"{_GROUPS[name]}.{value}")
    if name in ("audience", "audience_later"):
        return texts(f"audience.{value}")
    return texts("example.yes") if name == "contact_consent" else value


def _form(
    title: str,
    action: str,
    values: Mapping[str, str],
    findings: Sequence[Finding],
    texts: Texts,
) -> FormView:
    wrong = {finding.field: texts.of("example.problem", finding.problem) for finding in findings}
    return FormView(
        title=title,
        action=action,
        inputs=tuple(_inputs(values, wrong, texts)),
        consent=bool(values["contact_consent"]),
        consent_error=wrong.get("contact_consent", ""),
        errors=tuple(
            Link(f"#{name}", f"{texts(f'example.{name}')}: {text}") for name, text in wrong.items()
        ),
        trail=(Link("/examples", texts("examples.title")),),
    )


def _inputs(values: Mapping[str, str], wrong: Mapping[str, str], texts: Texts) -> list[Input]:
    made = [
        Input(
            each.name,
            texts(f"example.{each.name}"),
            _hint(each.name, texts),
            values[each.name],
            wrong.get(each.name, ""),
            each.longest,
            each.lines,
            each.required,
        )
        for each in TEXTS
    ]
    made += [_select(name, _choices(name, texts), values, wrong, texts) for name in CHOICES]
    groups = [(group.value, texts.of("audience", group)) for group in AUDIENCES]
    made.append(_select("audience", groups, values, wrong, texts, empty=False))
    made.append(
        Input(
            "audience_from",
            texts("example.audience_from"),
            _hint("audience_from", texts),
            values["audience_from"],
            wrong.get("audience_from", ""),
            10,
        )
    )
    made.append(_select("audience_later", groups, values, wrong, texts))
    return made


def _select(
    name: str,
    members: Sequence[tuple[str, str]],
    values: Mapping[str, str],
    wrong: Mapping[str, str],
    texts: Texts,
    *,
    empty: bool = True,
) -> Input:
    none = (Option("", texts("example.nothing"), not values[name]),) if empty else ()
    options = (*none, *(Option(value, text, value == values[name]) for value, text in members))
    return Input(
        name,
        texts(f"example.{name}"),
        _hint(name, texts),
        values[name],
        wrong.get(name, ""),
        options=options,
    )


def _choices(name: str, texts: Texts) -> list[tuple[str, str]]:
    return [(member.value, texts.of(_GROUPS[name], member)) for member in CHOICES[name]]


def _hint(name: str, texts: Texts) -> str:
    code = f"example.{name}_hint"
    return texts(code) if texts.has(code) else ""
