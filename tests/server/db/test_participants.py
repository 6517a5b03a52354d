"""What participants keep and say goes with their account, whoever deletes it."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import SQLModel

from agenda.core.feedback import Answer
from server.db.engine import create_engine
from server.db.participants import FeedbackRows, StarRows
from server.db.tables.identity import AccountTable


async def test_stars_and_feedback_go_with_the_account(database: str) -> None:
    engine = create_engine(database)
    stars, feedback = StarRows(engine), FeedbackRows(engine)
    accounts = SQLModel.metadata.tables["account"]
    for account in ("hof", "ulm"):
        row = AccountTable(id=account, name="", language="de", created_at=1, closed_at=None)
        async with engine.begin() as connection:
            await connection.execute(accounts.insert().values(row.model_dump()))
        await stars.put(account, "welcome")
        await feedback.put(account, "event", "welcome", Answer(5, account))
    async with engine.begin() as connection:
        await connection.execute(delete(accounts).where(accounts.c.id == "hof"))
    assert (await stars.of("hof"), len(await stars.of("ulm"))) == ((), 1)
    assert await feedback.of_event("event") == {"welcome": (Answer(5, "ulm"),)}
    await engine.dispose()
