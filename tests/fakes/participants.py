"""Stars and feedback in memory, for tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from agenda.core.feedback import Answer
from agenda.core.model import Guid


class MemoryStars:
    """``agenda.ports.StarStore``."""

    def __init__(self) -> None:
        self._stars: set[tuple[str, Guid]] = set()

    async def of(self, account: str) -> tuple[Guid, ...]:
        return tuple(session for owner, session in sorted(self._stars) if owner == account)

    async def put(self, account: str, session: Guid) -> None:
        self._stars.add((account, session))

    async def remove(self, account: str, session: Guid) -> None:
        self._stars.discard((account, session))


class MemoryFeedback:
    """``agenda.ports.FeedbackStore``."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, Guid], tuple[Guid, Answer]] = {}

    async def own(self, account: str) -> Mapping[Guid, Answer]:
        return {key[1]: said for key, (_, said) in self._answers.items() if key[0] == account}

    async def put(self, account: str, event: Guid, session: Guid, answer: Answer) -> None:
        self._answers[account, session] = (event, answer)

    async def remove(self, account: str, session: Guid) -> None:
        self._answers.pop((account, session), None)

    async def of_event(self, event: Guid) -> Mapping[Guid, tuple[Answer, ...]]:
        found: dict[Guid, list[Answer]] = defaultdict(list)
        for (_, session), (lies_in, answer) in self._answers.items():
            if lies_in == event:
                found[session].append(answer)
        return {session: tuple(answers) for session, answers in found.items()}
