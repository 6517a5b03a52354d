"""Rows of the facts from which rights follow (access page, section 1).

Instants are milliseconds UTC; ``until`` null: without end.  A fact that ended stays as a row.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class OrganisationTable(SQLModel, table=True):
    __tablename__ = "organisation"

    guid: str = Field(primary_key=True)
    kind: str
    key: str | None = Field(unique=True)
    name: str
    folded: str = Field(index=True)
    """The name as searched: lower case, umlauts written out."""
    district: str | None
    state: str
    former_of: str | None = Field(foreign_key="organisation.guid")


class ModelProjectTable(SQLModel, table=True):
    __tablename__ = "model_project"

    id: str = Field(primary_key=True)
    name: str
    season: int
    title: str
    state: str


class ProjectMemberTable(SQLModel, table=True):
    __tablename__ = "project_member"

    project: str = Field(primary_key=True, foreign_key="model_project.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.guid", index=True)
    role: str
    admits: bool


class AffiliationTable(SQLModel, table=True):
    """A person works for an organisation."""

    __tablename__ = "affiliation"

    guid: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    organisation: str = Field(foreign_key="organisation.guid")
    since: int = Field(sa_type=BigInteger)
    until: int | None = Field(sa_type=BigInteger)
    confirmed_at: int | None = Field(sa_type=BigInteger)
    confirmed_by: str | None


class ProjectAffiliationTable(SQLModel, table=True):
    """A person works in a model project."""

    __tablename__ = "project_affiliation"

    guid: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    project: str = Field(foreign_key="model_project.id")
    organisation: str | None = Field(foreign_key="organisation.guid")
    """The member organisation it rests on."""
    since: int = Field(sa_type=BigInteger)
    until: int | None = Field(sa_type=BigInteger)
    confirmed_at: int | None = Field(sa_type=BigInteger)
    confirmed_by: str | None


class InvitationTable(SQLModel, table=True):
    """A named person, invited to one event (or to one room or session)."""

    __tablename__ = "invitation"

    account: str = Field(primary_key=True, foreign_key="account.id")
    scope: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    by: str | None


class OfficeTable(SQLModel, table=True):
    __tablename__ = "office"

    guid: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    kind: str
    scope: str | None
    event: str | None
    since: int = Field(sa_type=BigInteger)
    until: int | None = Field(sa_type=BigInteger)


class RegistrationTable(SQLModel, table=True):
    __tablename__ = "registration"

    account: str = Field(primary_key=True, foreign_key="account.id")
    event: str = Field(primary_key=True, index=True)
    status: str
    """``confirmed`` or ``cancelled``; more to come with the registration form."""
    at: int = Field(sa_type=BigInteger)


class BanTable(SQLModel, table=True):
    """Sent out of an event. (Who is removed from one room stands in the room's log.)"""

    __tablename__ = "event_ban"

    account: str = Field(primary_key=True, foreign_key="account.id")
    event: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    by: str
    reason: str


class AccessVersionTable(SQLModel, table=True):
    """Rises in the same transaction as every change of facts. Caches hang on it."""

    __tablename__ = "access_version"

    scope: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)


class AccessAuditTable(SQLModel, table=True):
    """Append-only: who changed which fact about whom. No words, no addresses."""

    __tablename__ = "access_audit"
    __table_args__ = (Index("access_audit_account_at", "account", "at"),)

    id: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    by: str
    """Account, or ``system``."""
    account: str
    act: str
    detail: str = Field(sa_type=Text)
