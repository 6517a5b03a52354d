"""Handlers of the pages of materials: read, describe, release, take back, remove, add a link."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from access import transfer
from access.permissions import Permission
from access.resources import MaterialResource, SessionResource
from agenda.core import materials as core
from agenda.core.materials import Difference, Edit, edit_of
from agenda.core.merge import decode, encode
from agenda.core.model import Text
from agenda.materials import (
    BadAddressError,
    GoneError,
    Shelf,
    StaleEditError,
    TooLongError,
)
from server.http.materials import said
from server.http.materials.places import MaterialPlaces, owner_kind, shelf_of
from server.http.pages import links, refusals
from server.http.pages import material as views
from server.http.pages import material_origin as origin
from server.http.pages.forms import fields, whole
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers, see_other
from server.http.pages.words import Link
from server.http.surfaces import Surface, Visit

LONGEST_FORM = 1_000_000
"""Bytes. Ten pages of texts and cues in another script, urlencoded."""
MOST_FIELDS = 11 + 2 * views.WINDOW
"""What is said of the whole, and text and cue of each page of a window."""
_LIMITS = {
    "title": core.LONGEST_TITLE,
    "licence": core.LONGEST_LICENCE,
    "alternatives": core.LONGEST_ALTERNATIVE,
    "cues": core.LONGEST_CUE,
}


class MaterialPages:
    """For readers and editors of one material."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._materials = answers.site.materials
        self._places = MaterialPlaces(self._materials)

    async def read(self, request: Request, visit: Visit) -> Response:
        shelf, texts = shelf_of(request), self._answers.texts(visit.language)
        view = views.reading(shelf, await self._home(visit), texts)
        return self._answers.show(request, visit, "material", view, section="events")

    async def describe(self, request: Request, visit: Visit) -> Response:
        saved = "material.saved" if "saved" in request.query_params else ""
        shelf = shelf_of(request)
        return await self._form(request, visit, shelf, edit_of(shelf.material), saved=saved)

    async def save(self, request: Request, visit: Visit) -> Response:
        """Store the form; what cannot be stored comes back in it, with the reason."""
        form = await fields(request, LONGEST_FORM, MOST_FIELDS)
        if not _is_whole(form):
            return await self.describe(request, visit)
        return await self._keep(request, visit, form) or _saved(request)

    async def _keep(self, request: Request, visit: Visit, form: dict[str, str]) -> Response | None:
        """Store the form; the answer that says why not, where it could not be."""
        shelf = shelf_of(request)
        edit = edit_of(shelf.material)
        texts = self._answers.texts(visit.language)
        try:
            edit = views.read_edit(form, shelf)
            await self._materials.edit(shelf.material.guid, int(form["version"]), edit)
        except views.BadTimeError as bad:
            rest = {**form, "audience": views.KEEP, "then_at": "", "then": ""}
            edit = views.read_edit(rest, shelf)
            return await self._form(request, visit, shelf, edit, typed=form, error=texts(bad.code))
        except TooLongError as long:
            error = texts("material.too_long", limit=_LIMITS[long.field])
            return await self._form(request, visit, shelf, edit, typed=form, error=error)
        except StaleEditError as stale:
            now = Shelf(stale.stored, shelf.file)
            return await self._stale(request, visit, now, edit, form)
        except GoneError:
            return self._answers.not_found(request, visit)
        return None

    async def _stale(
        self, request: Request, visit: Visit, shelf: Shelf, edit: Edit, form: dict[str, str]
    ) -> Response:
        """The form with what both changed, and side by side what both changed differently."""
        texts = self._answers.texts(visit.language)
        others = core.differences(shelf.material, edit)
        was = decode(form.get("was", ""))
        if was is not None:
            stored = views.filled(edit_of(shelf.material), shelf, _first(request, shelf))
            done = origin.merged(was, stored, form)
            edit = views.read_edit(done.values, shelf)
            both = views.read_edit({name: done.values[name] for name in done.theirs}, shelf)
            others = core.differences(shelf.material, both)
        error = texts("conflict.both" if others else "conflict.merged")
        return await self._form(request, visit, shelf, edit, status=409, error=error, others=others)

    async def _form(
        self,
        request: Request,
        visit: Visit,
        shelf: Shelf,
        edit: Edit,
        *,
        status: int = 200,
        saved: str = "",
        error: str = "",
        others: tuple[Difference, ...] = (),
        typed: dict[str, str] | None = None,
    ) -> Response:
        """``typed``: what cannot be stored (422); the form keeps what it began with."""
        texts = self._answers.texts(visit.language)
        first = _first(request, shelf)
        view = replace(
            views.editing(
                shelf,
                edit,
                await self._home(visit),
                texts,
                first=first,
                others=others,
                typed=typed,
            ),
            saved=texts(saved) if saved else "",
            error=error,
            was=encode(views.filled(edit_of(shelf.material), shelf, first)),
            shown=_is_shown(visit),
        )
        if typed is not None:
            status = 422
            view = replace(view, version=int(typed["version"]), was=typed.get("was", ""))
        return self._answers.show(
            request,
            visit,
            "material_edit",
            view,
            section="events",
            status=status,
            cache=NEVER_KEPT,
        )

    async def release(self, request: Request, visit: Visit) -> Response:
        """``released`` yes or no; only what passed can be released.

        The form around the button is stored first, so that nothing typed is lost.
        """
        shelf, form = shelf_of(request), await fields(request, LONGEST_FORM, MOST_FIELDS)
        kept = await self._keep(request, visit, form) if _is_whole(form) else None
        if kept is not None:
            return kept
        released = form.get("released") == "yes"
        if shelf.usable or not released:
            try:
                await self._materials.release(shelf.material.guid, released=released)
            except GoneError:
                return self._answers.not_found(request, visit)
        return _saved(request)

    async def remove(self, request: Request, visit: Visit) -> Response:
        """Gone for good, with its file; what a room is looking at is not."""
        home, shelf = await self._home(visit), shelf_of(request)
        if _is_shown(visit):
            error = self._answers.texts(visit.language)("material.shown")
            edit = edit_of(shelf.material)
            return await self._form(request, visit, shelf, edit, status=409, error=error)
        await self._materials.remove(shelf.material.guid)
        return see_other(home.href)

    async def link(self, request: Request, visit: Visit) -> Response:
        """A new link, then its page."""
        form, kind = await fields(request), owner_kind(request)
        texts = self._answers.texts(visit.language)
        if kind is None:
            return self._answers.not_found(request, visit)
        try:
            made = await self._materials.link(
                kind,
                request.path_params["owner"],
                form.get("url", ""),
                Text(form.get("title", "")),
            )
        except BadAddressError:
            return self._unusable(request, visit, texts("material.link.bad"))
        except TooLongError as long:
            reason = texts("material.too_long", limit=_LIMITS[long.field])
            return self._unusable(request, visit, reason)
        return see_other(links.material_edit(made.guid))

    def _unusable(self, request: Request, visit: Visit, reason: str) -> Response:
        view = refusals.unusable(reason, self._answers.texts(visit.language))
        return self._answers.show(request, visit, "message", view, status=422)

    async def _home(self, visit: Visit) -> Link:
        """The page of what the material belongs to."""
        text = self._answers.texts(visit.language)("material.back")
        assert isinstance(visit.resource, MaterialResource)
        owner = visit.resource.owner
        if not isinstance(owner, SessionResource):
            return Link(links.example(owner.slug), text)
        return Link(await self._answers.session_page(owner), text)

    def surfaces(self) -> tuple[Surface, ...]:
        """All of them, with what they need."""
        read, edit = Permission.MATERIAL_READ, Permission.MATERIAL_EDIT
        one, place = "/materials/{material}", self._places.material
        new = "/materials/of/{kind}/{owner}/links"
        return (
            Surface(f"{one}/view", ("GET",), read, self.read, "material_view", self._places.usable),
            Surface(f"{one}/edit", ("GET",), edit, self.describe, "material_edit", place),
            Surface(
                f"{one}/edit",
                ("POST",),
                edit,
                self.save,
                "material_save",
                place,
                longest_body=LONGEST_FORM,
            ),
            Surface(
                f"{one}/release",
                ("POST",),
                edit,
                self.release,
                "material_release",
                place,
                longest_body=LONGEST_FORM,
            ),
            Surface(f"{one}/remove", ("POST",), edit, self.remove, "material_remove", place),
            Surface(new, ("POST",), edit, self.link, "material_link", self._places.owner),
        )


def _is_shown(visit: Visit) -> bool:
    """Whether a room has it on its stage."""
    resource = visit.resource
    return isinstance(resource, MaterialResource) and bool(transfer.shown_in(resource, visit.at))


def _saved(request: Request) -> Response:
    shelf = shelf_of(request)
    where = links.material_edit(shelf.material.guid)
    return see_other(f"{where}?saved&from={_first(request, shelf)}")


def _is_whole(form: dict[str, str]) -> bool:
    """Whether it says from which version it was filled in."""
    return whole(form.get("version", ""), 9) is not None


def _first(request: Request, shelf: Shelf) -> int:
    """The page from which on pages are described, from the address."""
    count = shelf.file.pages if shelf.file else 0
    return said.page_from(request.query_params.get("from", ""), count)
