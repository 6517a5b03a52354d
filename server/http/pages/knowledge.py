"""Handlers of practice examples: read, written, released; as CSV and JSON-LD."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.actors import GUEST, Actor
from access.audiences import always
from access.decisions import Allowed
from access.permissions import Permission
from access.projects import ModelProject
from access.resources import ExampleResource, Resource
from agenda.core import example_tables
from agenda.core.examples import AUDIENCES, PracticeExample
from agenda.core.materials import OwnerKind
from agenda.core.merge import decode
from agenda.examples import Conflict, Draft, resource
from server.http import tags
from server.http.pages import example_form, examples, links
from server.http.pages.forms import fields, whole
from server.http.pages.renderer import NEVER_KEPT
from server.http.pages.site import Answers, account, see_other
from server.http.surfaces import Handler, Surface, Visit
from server.identity.registers import Registers

_NEW = "/examples/new"
_POST = ("POST",)
_SAVED = {
    "1": "example.saved",
    "released": "example.saved_released",
    "taken_back": "example.saved_taken_back",
}
"""What the form says after each act, by the address it leads back to."""
MOST_FIELDS = 40
LONGEST_FORM = 262_144
"""Bytes: every field full, in the longest encoding."""


class Knowledge:
    """``/examples`` and what lies below."""

    def __init__(self, answers: Answers, registers: Registers, site: str) -> None:
        self.answers = answers
        self.examples = answers.site.examples
        self.registers = registers
        self.site = site

    async def index(self, request: Request, visit: Visit) -> Response:
        projects = await self._projects()
        drafts = await self.examples.edited_by(visit.actor)
        own = [draft for draft in drafts if _own(visit.actor, draft)]
        view = examples.examples(
            await self.examples.read_by(visit.actor),
            projects,
            examples.from_query(request.query_params),
            own,
            self.answers.texts(visit.language),
            begins=self._begins(visit, projects),
        )
        return self.answers.show(request, visit, "examples", view, section="examples")

    async def show(self, request: Request, visit: Visit) -> Response:
        """The version that is read; for its editors, before it is released, the draft."""
        draft = await self._draft(request)
        if draft is None:
            return self.answers.not_found(request, visit)
        shown = await self.examples.shown(draft)
        notice = "" if shown else self.answers.texts(visit.language)("example.not_released")
        return await self._page(request, visit, draft, shown or draft.example, notice)

    async def preview(self, request: Request, visit: Visit) -> Response:
        draft = await self._draft(request)
        if draft is None:
            return self.answers.not_found(request, visit)
        notice = self.answers.texts(visit.language)("example.preview_notice")
        return await self._page(request, visit, draft, draft.example, notice)

    async def table(self, request: Request, visit: Visit) -> Response:
        """All that the asker may read, as CSV."""
        body = example_tables.to_csv(await self.examples.read_by(visit.actor)).encode()
        return _file(request, visit, body, "text/csv; charset=utf-8", "praxisbeispiele.csv")

    async def data(self, request: Request, visit: Visit) -> Response:
        """One example as JSON-LD."""
        draft = await self._draft(request)
        shown = await self.examples.shown(draft) if draft else None
        if shown is None:
            return self.answers.not_found(request, visit)
        body = msgspec.json.encode(await self._json_ld(shown))
        return _file(request, visit, body, "application/ld+json", f"{shown.slug}.jsonld")

    async def all_data(self, request: Request, visit: Visit) -> Response:
        """All that the asker may read, as one JSON-LD list."""
        found = await self.examples.read_by(visit.actor)
        graph = [await self._json_ld(each) for each in found]
        body = msgspec.json.encode({"@context": "https://schema.org", "@graph": graph})
        return _file(request, visit, body, "application/ld+json", "praxisbeispiele.jsonld")

    async def begin(self, request: Request, visit: Visit) -> Response:
        project = (await self._projects())[_project(request)]
        view = example_form.new(project, {}, (), self.answers.texts(visit.language))
        return self._form(request, visit, view)

    async def create(self, request: Request, visit: Visit) -> Response:
        typed = await fields(request, LONGEST_FORM, MOST_FIELDS)
        project = (await self._projects())[_project(request)]
        made = await self.examples.begin(project.id, _with_boxes(typed))
        if isinstance(made, Draft):
            return see_other(f"{links.edit_example(made.example.slug)}?saved=1")
        view = example_form.new(project, typed, made, self.answers.texts(visit.language))
        return self._form(request, visit, view, 422)

    async def edit(self, request: Request, visit: Visit) -> Response:
        draft = await self._draft(request)
        if draft is None:
            return self.answers.not_found(request, visit)
        return await self._editor(request, visit, draft)

    async def save(self, request: Request, visit: Visit) -> Response:
        kept = await self._keep(request, visit, await fields(request, LONGEST_FORM, MOST_FIELDS))
        if isinstance(kept, Draft):
            return see_other(f"{links.edit_example(kept.example.slug)}?saved=1")
        return kept

    async def _keep(
        self, request: Request, visit: Visit, typed: dict[str, str]
    ) -> Draft | Response:
        """The draft as typed; the answer that says why not, where it could not be stored."""
        slug, texts = request.path_params["example"], self.answers.texts(visit.language)
        began, was = _row_version(typed), typed.get("was", "")
        saved = await self.examples.save(slug, _with_boxes(typed), began, decode(was))
        draft = await self._draft(request)
        if saved is None or draft is None:
            return self.answers.not_found(request, visit)
        if isinstance(saved, Draft):
            return saved
        if isinstance(saved, Conflict):
            view = example_form.edit(saved.now, texts, conflict=saved)
            return self._form(request, visit, view, 409)
        view = example_form.edit(draft, texts, typed=_with_boxes(typed), findings=saved)
        return self._form(request, visit, replace(view, row_version=began, was=was), 422)

    async def release(self, request: Request, visit: Visit) -> Response:
        """The form around the button is stored first, so that nothing typed is lost."""
        row_version = await self._before(request, visit)
        if isinstance(row_version, Response):
            return row_version
        by, slug = account(visit), request.path_params["example"]
        done = await self.examples.release(slug, row_version, by)
        return await self._done(request, visit, done, "released")

    async def take_back(self, request: Request, visit: Visit) -> Response:
        row_version = await self._before(request, visit)
        if isinstance(row_version, Response):
            return row_version
        done = await self.examples.take_back(request.path_params["example"], row_version)
        return await self._done(request, visit, done, "taken_back")

    async def _before(self, request: Request, visit: Visit) -> int | Response:
        """Of which row to go on, with what was typed; the answer where that cannot be stored."""
        typed = await fields(request, LONGEST_FORM, MOST_FIELDS)
        if "title" not in typed:
            return _row_version(typed)
        kept = await self._keep(request, visit, typed)
        return kept.row_version if isinstance(kept, Draft) else kept

    async def versions(self, request: Request, visit: Visit) -> Response:
        draft = await self._draft(request)
        if draft is None:
            return self.answers.not_found(request, visit)
        found = await self.examples.store.versions(draft.example.guid)
        view = example_form.versions(draft, found, self.answers.texts(visit.language))
        return self.answers.show(request, visit, "example_versions", view, section="examples")

    async def bring_back(self, request: Request, visit: Visit) -> Response:
        typed = await fields(request)
        number = whole(typed.get("number", ""), 9) or 0
        slug = request.path_params["example"]
        done = await self.examples.bring_back(slug, number, _row_version(typed))
        return await self._done(request, visit, done)

    async def _done(
        self, request: Request, visit: Visit, done: Draft | Conflict | None, act: str = "1"
    ) -> Response:
        """Back to the form; after a conflict with what somebody else stored meanwhile.

        ``act``: what was done beside storing it, one of ``_SAVED``.
        """
        if done is None:
            return self.answers.not_found(request, visit)
        if isinstance(done, Draft):
            return see_other(f"{links.edit_example(done.example.slug)}?saved={act}")
        texts = self.answers.texts(visit.language)
        view = example_form.edit(done.now, texts, conflict=done)
        return self._form(request, visit, view, 409)

    async def _editor(self, request: Request, visit: Visit, draft: Draft) -> Response:
        texts = self.answers.texts(visit.language)
        code = _SAVED.get(request.query_params.get("saved", ""))
        saved = texts(code) if code else ""
        unreleased = await self.examples.shown(draft) != draft.example
        view = example_form.edit(draft, texts, saved=saved, unreleased=unreleased)
        return self._form(request, visit, view)

    def _form(
        self, request: Request, visit: Visit, view: example_form.FormView, status: int = 200
    ) -> Response:
        return self.answers.show(
            request,
            visit,
            "example_form",
            view,
            section="examples",
            status=status,
            cache=NEVER_KEPT,
        )

    async def _page(
        self, request: Request, visit: Visit, draft: Draft, told: PracticeExample, notice: str
    ) -> Response:
        edits = policy.decide(visit.actor, Permission.EXAMPLE_EDIT, resource(draft), visit.at)
        view = examples.example(
            told,
            (await self._projects()).get(told.project),
            await self.answers.seen(visit),
            visit.at,
            self.answers.texts(visit.language),
            notice=notice,
            may_edit=isinstance(edits, Allowed),
            materials=await self.answers.materials(visit, OwnerKind.EXAMPLE, told.guid),
        )
        return self.answers.show(request, visit, "example", view, section="examples")

    async def _json_ld(self, told: PracticeExample) -> dict[str, object]:
        project = (await self._projects()).get(told.project)
        publisher = project.title or project.name if project else told.project
        address = f"{self.site}{links.example(told.slug)}"
        return example_tables.to_json_ld(told, address=address, publisher=publisher)

    async def _projects(self) -> dict[str, ModelProject]:
        return {each.id: each for each in await self.registers.projects()}

    def _begins(self, visit: Visit, projects: dict[str, ModelProject]) -> list[ModelProject]:
        """The projects the visitor may write an example of."""
        return [
            project
            for project in projects.values()
            if isinstance(
                policy.decide(visit.actor, Permission.EXAMPLE_EDIT, _yet_to_be(project), visit.at),
                Allowed,
            )
        ]

    async def _draft(self, request: Request) -> Draft | None:
        return await self.examples.store.draft(request.path_params["example"])

    async def yet_to_be(self, request: Request) -> Resource | None:
        """An example of the project of the address that nobody has written yet."""
        project = (await self._projects()).get(_project(request))
        return _yet_to_be(project) if project else None

    async def found(self, request: Request) -> Resource | None:
        """What an address is about, with the audience of what is read there."""
        draft = await self._draft(request)
        return resource(draft, await self.examples.shown(draft)) if draft else None

    def surfaces(self) -> tuple[Surface, ...]:
        """To be routed in this order: ``new`` and files before names."""
        may, one, get = Permission, "/examples/{example}", ("GET",)
        return (
            Surface("/examples", get, may.OPEN, self.index, "examples"),
            Surface("/examples.csv", get, may.OPEN, self.table, "examples-csv", kind="feed"),
            Surface("/examples.jsonld", get, may.OPEN, self.all_data, "examples-data", kind="feed"),
            Surface(_NEW, get, may.EXAMPLE_EDIT, self.begin, "example-new", self.yet_to_be),
            replace(
                Surface(_NEW, _POST, may.EXAMPLE_EDIT, self.create, "example-add", self.yet_to_be),
                longest_body=LONGEST_FORM,
            ),
            replace(
                Surface(f"{one}.jsonld", get, may.EXAMPLE_READ, self.data, "example-data"),
                resource=self.found,
                kind="feed",
            ),
            Surface(one, get, may.EXAMPLE_READ, self.show, "example", self.found),
            self._editing("edit", get, self.edit, "example-edit"),
            self._editing("edit", _POST, self.save, "example-save"),
            self._editing("preview", get, self.preview, "example-preview"),
            self._editing("release", _POST, self.release, "example-release"),
            self._editing("take-back", _POST, self.take_back, "example-take-back"),
            self._editing("versions", get, self.versions, "example-versions"),
            self._editing("bring-back", _POST, self.bring_back, "example-bring-back"),
        )

    def _editing(self, path: str, methods: tuple[str, ...], handler: Handler, name: str) -> Surface:
        return Surface(
            f"/examples/{{example}}/{path}",
            methods,
            Permission.EXAMPLE_EDIT,
            handler,
            name,
            self.found,
            longest_body=LONGEST_FORM,
        )


def _project(request: Request) -> str:
    return request.query_params.get("project", "")


def _yet_to_be(project: ModelProject) -> ExampleResource:
    return ExampleResource("", "", project.id, always(AUDIENCES[0]))


def _own(actor: Actor, draft: Draft) -> bool:
    """For the list: a project's staff see all of theirs, the organiser what is not released."""
    projects = {each.project for each in actor.project_affiliations}
    return draft.example.project in projects or draft.released is None


def _with_boxes(typed: dict[str, str]) -> dict[str, str]:
    """A box that is not ticked is not sent."""
    return {"contact_consent": ""} | typed


def _row_version(typed: dict[str, str]) -> int:
    return whole(typed.get("row_version", ""), 9) or 0


def _file(request: Request, visit: Visit, body: bytes, media_type: str, name: str) -> Response:
    """A file to keep; 304 to whoever has these bytes."""
    tag = tags.tag(body)
    headers = {
        "cache-control": f"{'public' if visit.actor == GUEST else 'private'}, no-cache",
        "vary": "Cookie, Authorization",
        "etag": tag,
    }
    if tags.held(request, tag):
        return Response(status_code=304, headers=headers)
    headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(body, media_type=media_type, headers=headers)
