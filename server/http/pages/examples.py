"""Practice examples as readers see them: a list to choose from, and a page each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from access.audiences import Instant
from access.projects import ModelProject
from agenda.core.examples import PracticeExample
from agenda.core.text_search import mentions
from agenda.examples import Draft
from agenda.visible import Visible
from server.http.pages import links, words
from server.http.pages.agenda import Field, Option
from server.http.pages.materials import MaterialsView
from server.http.pages.texts import Texts
from server.http.pages.words import Link

LONGEST_SEARCH = 100
CHOICES = ("topic", "state", "season")
TEASER = 220
"""Characters of the summary in a list."""
TOLD = ("problem", "solution", "steps", "effort", "duration", "success")
"""In the order of the page."""


@dataclass(frozen=True)
class Chosen:
    """What somebody looks for. Empty: everything."""

    topic: str = ""
    state: str = ""
    season: str = ""
    search: str = ""

    @property
    def used(self) -> bool:
        return bool(self.topic or self.state or self.season or self.search)


@dataclass(frozen=True)
class ExampleCard:
    title: str
    href: str
    project: str
    topic: str
    teaser: str


@dataclass(frozen=True)
class DraftLine:
    title: str
    href: str
    state: str


@dataclass(frozen=True)
class ExamplesView:
    search: str
    filtered: bool
    fields: tuple[Field, ...]
    count: str
    cards: tuple[ExampleCard, ...]
    drafts: tuple[DraftLine, ...]
    """Those of the reader's own projects; for the organiser those that nobody else reads."""
    projects: tuple[Option, ...]
    """Of which the reader may begin a new one."""


@dataclass(frozen=True)
class Part:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    title: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class ExampleView:
    title: str
    project: str
    lead: tuple[str, ...]
    plain: tuple[str, ...]
    parts: tuple[Part, ...]
    facts: tuple[Fact, ...]
    sources: tuple[str, ...]
    sessions: tuple[Link, ...]
    contact: tuple[str, ...]
    notice: str
    """Said of a draft."""
    edit_href: str
    materials: MaterialsView | None
    data_href: str
    trail: tuple[Link, ...]


def from_query(query: Mapping[str, str]) -> Chosen:
    """The filter in an address."""
    values = {name: query.get(name, "").strip() for name in CHOICES}
    return Chosen(**values, search=query.get("q", "").strip()[:LONGEST_SEARCH])


def examples(
    found: Sequence[PracticeExample],
    projects: Mapping[str, ModelProject],
    chosen: Chosen,
    drafts: Sequence[Draft],
    texts: Texts,
    *,
    begins: Sequence[ModelProject],
) -> ExamplesView:
    """``found``: all that the reader may read; ``projects``: all, by id."""
    shown = [each for each in found if _fits(each, projects.get(each.project), chosen)]
    return ExamplesView(
        search=chosen.search,
        filtered=chosen.used,
        fields=_fields(found, projects, chosen, texts),
        count=texts.count("examples.results", len(shown)),
        cards=tuple(card(each, projects, texts) for each in shown),
        drafts=tuple(_draft_line(draft, texts) for draft in drafts),
        projects=tuple(Option(each.id, each.name, False) for each in begins),
    )


def card(
    example: PracticeExample, projects: Mapping[str, ModelProject], texts: Texts
) -> ExampleCard:
    return ExampleCard(
        title=example.title.read(texts.language),
        href=links.example(example.slug),
        project=_project(example, projects),
        topic=example.topic,
        teaser=_teaser(example.plain or example.summary),
    )


def example(
    told: PracticeExample,
    project: ModelProject | None,
    seen: Iterable[Visible],
    at: Instant,
    texts: Texts,
    *,
    notice: str = "",
    may_edit: bool = False,
    materials: MaterialsView | None = None,
) -> ExampleView:
    """The page. ``seen``: the events as the reader may see them, for links to their sessions."""
    return ExampleView(
        title=told.title.read(texts.language),
        project=project.name if project else told.project,
        lead=paragraphs(told.summary),
        plain=paragraphs(told.plain),
        parts=tuple(
            Part(texts(f"example.{name}"), paragraphs(getattr(told, name)))
            for name in TOLD
            if getattr(told, name)
        ),
        facts=tuple(_facts(told, project, at, texts)),
        sources=told.sources,
        sessions=tuple(
            Link(links.session(each.event, session), session.title.read(texts.language))
            for each in seen
            for session in each.event.sessions
            if told.guid in session.practice_examples
        ),
        contact=tuple(told.contact.splitlines()),
        notice=notice,
        edit_href=links.edit_example(told.slug) if may_edit else "",
        materials=materials,
        data_href=f"{links.example(told.slug)}.jsonld",
        trail=(Link("/examples", texts("examples.title")),),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _facts(
    told: PracticeExample, project: ModelProject | None, at: Instant, texts: Texts
) -> Iterable[Fact]:
    if project is not None:
        yield Fact(texts("example.project"), project.name)
        yield Fact(texts("example.state"), ", ".join(states(project)))
        yield Fact(texts("example.season"), str(project.season))
    yield Fact(texts("example.topic"), told.topic)
    if told.maturity is not None:
        yield Fact(texts("example.maturity"), texts.of("maturity", told.maturity))
    if told.spatial_effect is not None:
        yield Fact(texts("example.spatial_effect"), texts.of("effect", told.spatial_effect))
    if told.licence:
        yield Fact(texts("example.licence"), told.licence)
    if told.repository:
        yield Fact(texts("example.repository"), told.repository, told.repository)
    yield Fact(texts("session.audience"), words.audience(told.audience, at, texts))


def _project(example: PracticeExample, projects: Mapping[str, ModelProject]) -> str:
    project = projects.get(example.project)
    return ", ".join((project.name, *states(project))) if project else example.project


def states(project: ModelProject) -> tuple[str, ...]:
    """A project may lie in several (D12)."""
    return tuple(project.state.split(";"))


def _teaser(text: str) -> str:
    """The beginning, cut between words."""
    line = " ".join(text.split())
    if len(line) <= TEASER:
        return line
    return line[:TEASER].rsplit(" ", 1)[0].rstrip(",;:. ") + " …"


def _draft_line(draft: Draft, texts: Texts) -> DraftLine:
    state = "examples.draft" if draft.released is None else "examples.released"
    example = draft.example
    return DraftLine(
        example.title.read(texts.language), links.edit_example(example.slug), texts(state)
    )


def _fits(example: PracticeExample, project: ModelProject | None, chosen: Chosen) -> bool:
    season = str(project.season) if project else ""
    told = " ".join((example.title.de, example.title.en, example.topic, example.summary))
    place = f"{project.name} {project.state}" if project else ""
    return (
        chosen.topic in ("", example.topic)
        and chosen.state in ("", *(states(project) if project else ()))
        and chosen.season in ("", season)
        and mentions(f"{told} {place}", chosen.search)
    )


def _fields(
    found: Sequence[PracticeExample],
    projects: Mapping[str, ModelProject],
    chosen: Chosen,
    texts: Texts,
) -> tuple[Field, ...]:
    """Only what there is can be chosen."""
    there = [projects[each.project] for each in found if each.project in projects]
    values = {
        "topic": sorted({each.topic for each in found}),
        "state": sorted({state for project in there for state in states(project)}),
        "season": sorted({str(project.season) for project in there}),
    }
    return tuple(
        Field(
            name,
            texts(f"example.{name}"),
            tuple(Option(each, each, each == getattr(chosen, name)) for each in values[name]),
        )
        for name in CHOICES
        if len(values[name]) > 1
    )
