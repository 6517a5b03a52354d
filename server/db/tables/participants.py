"""Rows of what participants keep and say: stars and feedback. They go with the account."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class StarRow(SQLModel, table=True):
    __tablename__ = "star"

    account: str = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    session: str = Field(primary_key=True)


class FeedbackRow(SQLModel, table=True):
    """One answer per person and session; the account is there only so that each counts once."""

    __tablename__ = "feedback"

    account: str = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    session: str = Field(primary_key=True)
    event: str = Field(index=True)
    score: int
    text: str = Field(sa_type=Text)
