"""Stars and feedback in the database: SQLite and PostgreSQL by the same statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from agenda.core.feedback import Answer
from agenda.core.model import Guid
from server.db.tables.participants import FeedbackRow, StarRow

_STAR = SQLModel.metadata.tables[str(StarRow.__tablename__)]
_FEEDBACK = SQLModel.metadata.tables[str(FeedbackRow.__tablename__)]


class StarRows:
    """``agenda.ports.StarStore``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, account: str) -> tuple[Guid, ...]:
        query = select(_STAR.c.session).where(_STAR.c.account == account).order_by(_STAR.c.session)
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def put(self, account: str, session: Guid) -> None:
        row = StarRow(account=account, session=session)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(_STAR).values(row.model_dump()))
        except IntegrityError:
            # Starred already, here or in another tab: that star stays.
            if session not in await self.of(account):
                raise

    async def remove(self, account: str, session: Guid) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(_STAR).where(_same(_STAR, account, session)))


Remember = Callable[[str, Guid], Awaitable[None]]


class FeedbackRows:
    """``agenda.ports.FeedbackStore``."""

    def __init__(self, engine: AsyncEngine, remember: Remember | None = None) -> None:
        """``remember``: asked before feedback goes, for when a backup brings it back."""
        self._engine = engine
        self._remember = remember

    async def own(self, account: str) -> Mapping[Guid, Answer]:
        query = select(_FEEDBACK).where(_FEEDBACK.c.account == account)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return {row.session: Answer(row.score, row.text) for row in rows}

    async def put(self, account: str, event: Guid, session: Guid, answer: Answer) -> None:
        if await self._changed(account, session, answer):
            return
        row = FeedbackRow(
            account=account, session=session, event=event, score=answer.score, text=answer.text
        )
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(_FEEDBACK).values(row.model_dump()))
        except IntegrityError:
            # Another tab was faster: what was sent last counts.
            if not await self._changed(account, session, answer):
                raise

    async def _changed(self, account: str, session: Guid, answer: Answer) -> bool:
        change = (
            update(_FEEDBACK)
            .where(_same(_FEEDBACK, account, session))
            .values(score=answer.score, text=answer.text)
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(change)).rowcount > 0

    async def remove(self, account: str, session: Guid) -> None:
        if self._remember is not None:
            await self._remember(account, session)
        async with self._engine.begin() as connection:
            await connection.execute(delete(_FEEDBACK).where(_same(_FEEDBACK, account, session)))

    async def of_event(self, event: Guid) -> Mapping[Guid, tuple[Answer, ...]]:
        columns = (_FEEDBACK.c.session, _FEEDBACK.c.score, _FEEDBACK.c.text)
        found: dict[Guid, list[Answer]] = defaultdict(list)
        async with self._engine.connect() as connection:
            for row in await connection.execute(select(*columns).where(_FEEDBACK.c.event == event)):
                found[row.session].append(Answer(row.score, row.text))
        return {session: tuple(answers) for session, answers in found.items()}


def _same(table: Any, account: str, session: Guid) -> Any:
    return and_(table.c.account == account, table.c.session == session)
