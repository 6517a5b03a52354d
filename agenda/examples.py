"""Practice examples: read by those they are for, written and released by their project.

Two people who edit the same draft do not overwrite each other: whoever saves names the row
version they began with.  If it has moved on, they get what both changed, to be saved again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from access import policy
from access.actors import Actor
from access.audiences import Instant
from access.decisions import Allowed
from access.permissions import Permission
from access.resources import ExampleResource
from agenda.core import example_tables, examples
from agenda.core.example_tables import Plan
from agenda.core.examples import Difference, Finding, PracticeExample, Version
from agenda.core.materials import OwnerKind
from agenda.core.merge import Marks, merge
from agenda.core.model import Guid, Text
from agenda.core.slugs import slug

SYSTEM = "system"
"""Who releases what ships or is imported."""


class Draft(msgspec.Struct, frozen=True):
    """An example as its project edits it."""

    example: PracticeExample
    row_version: int = 1
    released: int | None = None
    """Number of the version that is read; None: nobody else reads it."""
    changed_at: Instant = 0


class Conflict(msgspec.Struct, frozen=True):
    """Somebody else saved in between. Nothing was stored."""

    now: Draft
    typed: Mapping[str, str]
    """By name of the field: what was typed where it was changed, else what stands there now."""
    differences: tuple[Difference, ...]
    """From what stands there now to what was typed, of the fields that both changed."""


class ExampleStore(Protocol):
    """Where examples are kept. Adapter: ``server/db/examples.py``."""

    async def released(self) -> Sequence[PracticeExample]:
        """The version that is read of each example that has one, by project and slug."""

    async def drafts(self) -> Sequence[Draft]:
        """All drafts, by project and slug."""

    async def draft(self, slug: str) -> Draft | None: ...

    async def by_guid(self, guid: Guid) -> Draft | None: ...

    async def versions(self, guid: Guid) -> Sequence[Version]:
        """All versions, newest first."""

    async def add(self, draft: Draft) -> bool:
        """Store a new draft; False when its slug is taken."""

    async def save(self, draft: Draft, expected: int, version: Version | None = None) -> bool:
        """Replace the draft, and add a version with it, if the row still has this version.

        One transaction.  ``draft.row_version`` is what it becomes.
        """


class Examples:
    """The use cases. Who may do what was asked of the policy before, by the surface."""

    def __init__(
        self, store: ExampleStore, now: Callable[[], Instant], new_guid: Callable[[], Guid]
    ) -> None:
        self.store = store
        self._now = now
        self._new_guid = new_guid

    async def read_by(self, actor: Actor) -> tuple[PracticeExample, ...]:
        """What is released and for this person, by project and slug."""
        found = await self.store.released()
        return readable(found, actor, self._now())

    async def edited_by(self, actor: Actor) -> tuple[Draft, ...]:
        """The drafts this person may edit."""
        now = self._now()
        return tuple(
            draft
            for draft in await self.store.drafts()
            if isinstance(
                policy.decide(actor, Permission.EXAMPLE_EDIT, resource(draft), now), Allowed
            )
        )

    async def shown(self, draft: Draft) -> PracticeExample | None:
        """The version that is read; None: none is."""
        return await shown(self.store, draft)

    async def begin(self, project: str, typed: Mapping[str, str]) -> Draft | list[Finding]:
        """A new draft of a project. Its address comes from the title and stays."""
        guid = self._new_guid()
        made = examples.read(PracticeExample(guid, guid, project, Text(), "", ""), typed)
        if not isinstance(made, PracticeExample):
            return made
        wished = slug(made.title.de, guid)
        for number in range(1, 100):
            address = wished if number == 1 else f"{wished}-{number}"
            draft = Draft(msgspec.structs.replace(made, slug=address), changed_at=self._now())
            if await self.store.add(draft):
                return draft
        raise RuntimeError(f"no free address for {wished}")

    async def save(
        self, slug: str, typed: Mapping[str, str], expected: int, was: Marks | None = None
    ) -> Draft | Conflict | list[Finding] | None:
        """Replace the draft; None: there is none of that slug.

        ``was``: marks of what the form began with; None: all that was typed counts as changed.
        """
        draft = await self.store.draft(slug)
        if draft is None:
            return None
        if draft.row_version != expected:
            return _merged(draft, typed, was)
        made = examples.read(draft.example, typed)
        if not isinstance(made, PracticeExample):
            return made
        saved = await self._put(draft, msgspec.structs.replace(draft, example=made), None)
        return _merged(saved.now, typed, was) if isinstance(saved, Conflict) else saved

    async def release(self, slug: str, expected: int, by: str) -> Draft | Conflict | None:
        """Make the draft the version that is read; once is enough for the same content."""
        draft = await self.store.draft(slug)
        if draft is None:
            return None
        if draft.row_version != expected:
            return _conflict(draft, draft.example)
        versions = await self.store.versions(draft.example.guid)
        if versions and (draft.released, draft.example) == (
            versions[0].number,
            versions[0].example,
        ):
            return draft
        number = 1 + (versions[0].number if versions else 0)
        version = Version(number, self._now(), by, draft.example)
        return await self._put(draft, msgspec.structs.replace(draft, released=number), version)

    async def take_back(self, slug: str, expected: int) -> Draft | Conflict | None:
        """Let nobody else read it any more; draft and versions stay."""
        draft = await self.store.draft(slug)
        if draft is None:
            return None
        if draft.row_version != expected:
            return _conflict(draft, draft.example)
        return await self._put(draft, msgspec.structs.replace(draft, released=None), None)

    async def bring_back(self, slug: str, number: int, expected: int) -> Draft | Conflict | None:
        """Put an earlier version into the draft, to be released again."""
        draft = await self.store.draft(slug)
        versions = await self.store.versions(draft.example.guid) if draft else ()
        found = next((each for each in versions if each.number == number), None)
        if draft is None or found is None:
            return None
        if draft.row_version != expected:
            return _conflict(draft, found.example)
        return await self._put(draft, msgspec.structs.replace(draft, example=found.example), None)

    async def plan(self, text: str, projects: frozenset[str]) -> Plan:
        """What an import of this CSV would change."""
        known = [draft.example for draft in await self.store.drafts()]
        fresh = [self._new_guid() for _ in range(text.count("\n") + 1)]
        return example_tables.plan(text, known, projects, fresh)

    async def ship(self, shipped: Sequence[PracticeExample]) -> None:
        """Add and release what comes with the product and is not there yet."""
        for example in shipped:
            if await self.store.add(Draft(example, changed_at=self._now())):
                await self.release(example.slug, 1, SYSTEM)

    async def apply(self, plan: Plan, by: str = SYSTEM) -> None:
        """Do what was planned, and release it. New ones whose slug was taken since are left out."""
        for new in plan.new:
            if await self.store.add(Draft(new.example, changed_at=self._now())):
                await self.release(new.example.slug, 1, by)
        for changed in plan.changed:
            draft = await self.store.draft(changed.example.slug)
            if draft is None:
                continue
            saved = await self._put(
                draft, msgspec.structs.replace(draft, example=changed.example), None
            )
            if isinstance(saved, Draft):
                await self.release(saved.example.slug, saved.row_version, by)

    async def _put(self, old: Draft, new: Draft, version: Version | None) -> Draft | Conflict:
        draft = msgspec.structs.replace(
            new, row_version=old.row_version + 1, changed_at=self._now()
        )
        if await self.store.save(draft, old.row_version, version):
            return draft
        now = await self.store.draft(old.example.slug)
        return _conflict(now or old, new.example)


async def shown(store: ExampleStore, draft: Draft) -> PracticeExample | None:
    """The version of an example that is read; None: none is."""
    if draft.released is None:
        return None
    versions = await store.versions(draft.example.guid)
    return next((each.example for each in versions if each.number == draft.released), None)


class ExampleOwners:
    """``agenda.materials.Owners`` of what belongs to practice examples."""

    def __init__(self, store: ExampleStore) -> None:
        self._store = store

    async def owner(self, kind: OwnerKind, guid: Guid) -> ExampleResource | None:
        draft = await self._store.by_guid(guid) if kind is OwnerKind.EXAMPLE else None
        return resource(draft, await shown(self._store, draft)) if draft else None


def resource(draft: Draft, shown: PracticeExample | None = None) -> ExampleResource:
    """What the policy decides about: the audience is that of the version that is read."""
    return examples.resource(shown or draft.example, released=draft.released is not None)


def readable(
    found: Sequence[PracticeExample], actor: Actor, at: Instant
) -> tuple[PracticeExample, ...]:
    """Those of these released examples that are for this person now."""
    return tuple(
        example
        for example in found
        if isinstance(
            policy.decide(
                actor, Permission.EXAMPLE_READ, examples.resource(example, released=True), at
            ),
            Allowed,
        )
    )


def _conflict(now: Draft, wanted: PracticeExample) -> Conflict:
    found = examples.differences(now.example, wanted)
    return Conflict(now, examples.values(wanted), found)


def _merged(now: Draft, typed: Mapping[str, str], was: Marks | None) -> Draft | Conflict:
    """The draft as it is, where nothing was typed that it does not say already."""
    stored = examples.values(now.example)
    began = {} if was is None else was
    merged = merge(began, stored, stored | {n: typed[n] for n in examples.FIELDS if n in typed})
    if examples.read(now.example, merged.values) == now.example:
        return now
    theirs = merged.theirs if was is not None else stored
    found = (
        Difference(name, theirs[name], merged.values[name])
        for name in examples.FIELDS
        if name in theirs and theirs[name] != merged.values[name]
    )
    return Conflict(now, merged.values, tuple(found))
