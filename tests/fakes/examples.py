"""Practice examples in memory: ``agenda.examples.ExampleStore`` for tests."""

from __future__ import annotations

from collections.abc import Sequence

from agenda.core.examples import PracticeExample, Version
from agenda.core.model import Guid
from agenda.examples import Draft


class MemoryExamples:
    """Keeps what it is given, and orders it as the database does."""

    def __init__(self) -> None:
        self._drafts: dict[Guid, Draft] = {}
        self._versions: dict[Guid, list[Version]] = {}

    async def released(self) -> Sequence[PracticeExample]:
        return tuple(
            version.example
            for draft in await self.drafts()
            for version in self._versions.get(draft.example.guid, ())
            if version.number == draft.released
        )

    async def drafts(self) -> Sequence[Draft]:
        return sorted(self._drafts.values(), key=lambda d: (d.example.project, d.example.slug))

    async def draft(self, slug: str) -> Draft | None:
        return next((d for d in self._drafts.values() if d.example.slug == slug), None)

    async def by_guid(self, guid: Guid) -> Draft | None:
        return self._drafts.get(guid)

    async def versions(self, guid: Guid) -> Sequence[Version]:
        return tuple(reversed(self._versions.get(guid, ())))

    async def add(self, draft: Draft) -> bool:
        if await self.draft(draft.example.slug) or draft.example.guid in self._drafts:
            return False
        self._drafts[draft.example.guid] = draft
        return True

    async def save(self, draft: Draft, expected: int, version: Version | None = None) -> bool:
        guid = draft.example.guid
        if self._drafts[guid].row_version != expected:
            return False
        self._drafts[guid] = draft
        if version is not None:
            self._versions.setdefault(guid, []).append(version)
        return True
