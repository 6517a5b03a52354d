"""What somebody typed into a form whose subject is gone: shown again, to be copied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agenda.core.examples import TEXTS
from server.http.pages.texts import Texts

_EXAMPLE = frozenset(each.name for each in TEXTS)
_DESK = frozenset({"announcement", "first_day", "last_day", "date", "start", "end", "slug"})
"""Beside texts in two languages."""
_ROW = re.compile(r"(person|time)([0-9]{1,2})_(\w+)")
_ROW_TEXTS = {
    "de": "field.person",
    "en": "field.person_en",
    "organisation": "field.person_organisation",
    "date": "field.date",
    "start": "field.start",
    "end": "field.end",
}
_PAGE = re.compile(r"(text|cue)_([0-9]{1,3})")


@dataclass(frozen=True)
class Unsaved:
    """A text as it was typed."""

    label: str
    text: str


def unsaved(path: str, sent: Mapping[str, str], texts: Texts) -> tuple[Unsaved, ...]:
    """The texts of a form. What was chosen from a list is no text, and can be chosen again.

    ``path``: where the form was sent to.
    """
    label = _LABELS.get(path.split("/")[1])
    if label is None:
        return ()
    named = ((label(name, texts), value) for name, value in sent.items())
    return tuple(Unsaved(said, value) for said, value in named if said and value.strip())


def _desk(name: str, texts: Texts) -> str:
    row = _ROW.fullmatch(name)
    if row is not None and row[3] in _ROW_TEXTS:
        return f"{texts(f'form.{row[1]}', number=row[2])}: {texts(_ROW_TEXTS[row[3]])}"
    if re.fullmatch(r"host[0-9]{1,2}_name", name):
        return texts("field.host_name")
    code = f"field.{name.removesuffix('_de')}"
    told = name.endswith(("_de", "_en")) or name in _DESK
    return texts(code) if told and texts.has(code) else ""


def _material(name: str, texts: Texts) -> str:
    page = _PAGE.fullmatch(name)
    if page is not None:
        what = texts("material.alternatives" if page[1] == "text" else "material.cues")
        return f"{texts('material.page', number=page[2])}: {what}"
    fields = {
        "title": "material.title_de",
        "title_de": "material.title_de",
        "title_en": "material.title_en",
        "licence": "material.licence",
        "url": "material.link.address",
    }
    return texts(fields[name]) if name in fields else ""


def _example(name: str, texts: Texts) -> str:
    return texts(f"example.{name}") if name in _EXAMPLE else ""


def _feedback(name: str, texts: Texts) -> str:
    return texts("feedback.text") if name == "text" else ""


_LABELS = {
    "events": _feedback,
    "examples": _example,
    "materials": _material,
    "organise": _desk,
}
