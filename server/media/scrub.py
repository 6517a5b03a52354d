"""Takes out of a PDF what acts: scripts, launches, attachments, forms that send themselves."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Object, Pdf, Stream

_ROOT = ("/OpenAction", "/AA", "/AF", "/Collection", "/Requirements")
_NAMES = ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations", "/Renditions")
_ANYWHERE = frozenset(
    {"/AA", "/JS", "/XFA", "/EF", "/AF", "/RichMediaContent", "/RichMediaSettings"}
)
"""Keys that lead to nothing but action or attachment, wherever they stand."""
_HARMLESS = frozenset({"/URI", "/GoTo", "/Named"})
_ACTION_KEYS = ("/A", "/Next", "/PA")
_WAYS = ("http:", "https:", "mailto:", "tel:")
_ACTING = frozenset(
    {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/TrapNet"}
)
"""Annotations that are more than a mark on the page."""


def scrub(pdf: Pdf) -> bool:
    """Whether there was anything to take out."""
    found = _drop(pdf.Root, _ROOT)
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        found |= _drop(names, _NAMES)
    for page in pdf.pages:
        found |= _annotations(page.obj)
    for each in pdf.objects:
        found |= _walk(each)
    return found


def _drop(holder: Object, keys: tuple[str, ...]) -> bool:
    present = [key for key in keys if key in holder]
    for key in present:
        del holder[key]
    return bool(present)


def _annotations(page: Object) -> bool:
    marks = page.get("/Annots")
    if not isinstance(marks, Array):
        return False
    kept = [m for m in marks if not (isinstance(m, Dictionary) and _subtype(m) in _ACTING)]
    if len(kept) == len(marks):
        return False
    page["/Annots"] = Array(kept)
    return True


def _subtype(mark: Object) -> str:
    return str(mark.get("/Subtype", ""))


def _walk(node: Object) -> bool:
    """One object and what lies in it directly; what it only points to comes by itself."""
    found = False
    if isinstance(node, Dictionary | Stream):
        for key in list(node.keys()):
            value = node[key]
            if key in _ANYWHERE or (key in _ACTION_KEYS and _acts(value)):
                del node[key]
                found = True
            elif isinstance(value, Object) and not value.is_indirect:
                found |= _walk(value)
    elif isinstance(node, Array):
        for value in node:
            if isinstance(value, Object) and not value.is_indirect:
                found |= _walk(value)
    return found


def _acts(action: Object) -> bool:
    """Whether an action does more than lead somewhere."""
    if isinstance(action, Array):
        return any(_acts(each) for each in action)
    if not isinstance(action, Dictionary) or "/S" not in action:
        return False
    kind = str(action["/S"])
    if kind == "/URI":
        return not str(action.get("/URI", "")).strip().lower().startswith(_WAYS)
    return kind not in _HARMLESS
