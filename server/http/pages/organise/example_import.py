"""Taking over practice examples from CSV: first what it would change, then the act.

The dry run stores nothing, not even the file: the report carries it back with a fingerprint of what
was shown. If that is no longer what would happen, nothing is done and the new report is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from access.permissions import Permission
from agenda.core.example_tables import Plan, RowFault, fingerprint
from agenda.core.examples import Difference, PracticeExample
from server.http.pages.forms import parts
from server.http.pages.organise.base import Office
from server.http.pages.site import account, see_other
from server.http.pages.texts import Texts
from server.http.pages.words import Rewritten
from server.http.surfaces import Surface, Visit

PATH = "/organise/examples/import"
LONGEST = 4_194_304
"""Bytes: thousands of rows."""
MOST_SHOWN = 100
"""Rows of each kind in a report; the rest is counted."""
MOST_CHARACTERS = 200


@dataclass(frozen=True)
class RowLine:
    line: int
    title: str
    detail: str
    changes: tuple[Rewritten, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of one kind."""

    title: str
    lines: tuple[RowLine, ...]
    more: str
    """How many are not shown; empty: none."""


@dataclass(frozen=True)
class ImportView:
    notice: str
    error: str
    report: tuple[Rows, ...]
    summary: str
    """Empty: nothing was looked at yet."""
    table: str
    """The file, to be sent along with the act; empty: there is nothing to do."""
    fingerprint: str


class ExampleImport:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._examples = office.answers.site.examples

    async def show(self, request: Request, visit: Visit) -> Response:
        texts = self._office.texts(visit)
        notice = texts("import.done") if "done" in request.query_params else ""
        return self._page(request, visit, notice=notice)

    async def take(self, request: Request, visit: Visit) -> Response:
        """A dry run; with the fingerprint of one, the act."""
        sent = await parts(request, LONGEST)
        texts = self._office.texts(visit)
        raw = sent.get("table", b"")
        if not raw.strip():
            return self._page(request, visit, error=texts("import.no_file"), status=422)
        try:
            table = raw.decode()
        except UnicodeDecodeError:
            return self._page(request, visit, error=texts("import.encoding"), status=422)
        projects = await self._office.identity.registers.projects()
        plan = await self._examples.plan(table, frozenset(each.id for each in projects))
        seen = sent.get("fingerprint", b"").decode(errors="replace")
        if not seen:
            return self._page(request, visit, plan, table, status=_status(plan))
        if seen != fingerprint(plan):
            changed = texts("import.changed")
            return self._page(request, visit, plan, table, error=changed, status=409)
        await self._examples.apply(plan, by=account(visit))
        return see_other(f"{PATH}?done=1")

    def _page(
        self,
        request: Request,
        visit: Visit,
        plan: Plan | None = None,
        table: str = "",
        *,
        notice: str = "",
        error: str = "",
        status: int = 200,
    ) -> Response:
        texts = self._office.texts(visit)
        does = plan is not None and bool(plan.new or plan.changed)
        view = ImportView(
            notice=notice,
            error=error,
            report=tuple(_report(plan, texts)) if plan else (),
            summary=_summary(plan, texts) if plan else "",
            table=table if does else "",
            fingerprint=fingerprint(plan) if plan else "",
        )
        return self._office.show(request, visit, "example_import", view, status)

    def surfaces(self) -> tuple[Surface, ...]:
        may = Permission.EXAMPLE_EDIT
        return (
            Surface(PATH, ("GET",), may, self.show, "example-import"),
            Surface(PATH, ("POST",), may, self.take, "import-examples", longest_body=LONGEST),
        )


def _status(plan: Plan) -> int:
    return 200 if plan.new or plan.changed or plan.same else 422


def _summary(plan: Plan, texts: Texts) -> str:
    return texts(
        "import.summary",
        new=len(plan.new),
        changed=len(plan.changed),
        same=plan.same,
        faults=len(plan.faults),
    )


def _report(plan: Plan, texts: Texts) -> Iterable[Rows]:
    spoken = texts.language
    faults = [RowLine(f.line, f.title, _why(f, texts)) for f in plan.faults]
    changed = [
        RowLine(
            each.line,
            each.example.title.read(spoken),
            ", ".join(texts(f"example.{difference.field}") for difference in each.differences),
            tuple(_change(difference, texts) for difference in each.differences),
        )
        for each in plan.changed
    ]
    new = [RowLine(n.line, n.example.title.read(spoken), _about(n.example)) for n in plan.new]
    for code, lines in (("faults", faults), ("changes", changed), ("new", new)):
        if lines:
            yield _rows(code, lines, texts)


def _rows(code: str, lines: Sequence[RowLine], texts: Texts) -> Rows:
    more = len(lines) - MOST_SHOWN
    said = texts("import.more", number=more) if more > 0 else ""
    return Rows(texts(f"import.{code}"), tuple(lines[:MOST_SHOWN]), said)


def _about(example: PracticeExample) -> str:
    return f"{example.project} · {example.topic}"


def _change(difference: Difference, texts: Texts) -> Rewritten:
    empty = texts("form.empty")
    return Rewritten(
        texts(f"example.{difference.field}"),
        _short(difference.before) or empty,
        _short(difference.after) or empty,
    )


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _why(fault: RowFault, texts: Texts) -> str:
    if not fault.findings:
        return texts.of("import.fault", fault.problem)
    return " ".join(
        texts(
            "import.finding",
            field=texts(f"example.{finding.field}"),
            problem=texts.of("example.problem", finding.problem),
        )
        for finding in fault.findings
    )
