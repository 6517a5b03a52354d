"""Rows of accounts, and of the ways to prove that one is yours. Secrets stand here only hashed."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class AccountTable(SQLModel, table=True):
    """A person as the server knows them. Addresses are credentials, not the person."""

    __tablename__ = "account"

    id: str = Field(primary_key=True)
    name: str
    language: str
    created_at: int = Field(sa_type=BigInteger)
    closed_at: int | None = Field(sa_type=BigInteger)


class CredentialTable(SQLModel, table=True):
    """Something that proves an account: a mail address; later a subject of OpenID Connect."""

    __tablename__ = "credential"

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    at: int = Field(sa_type=BigInteger)


class BrowserSessionTable(SQLModel, table=True):
    """A signed-in browser."""

    __tablename__ = "browser_session"

    hash: str = Field(primary_key=True)
    """BLAKE2b of the opaque id in the cookie."""
    account: str = Field(foreign_key="account.id", index=True)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(sa_type=BigInteger)


class SignInLinkTable(SQLModel, table=True):
    """Links that were used. The primary key makes a second use impossible."""

    __tablename__ = "sign_in_link"

    jti: str = Field(primary_key=True)
    used_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)


class AccessTokenTable(SQLModel, table=True):
    """Bearer tokens for scripts and big screens that were given out."""

    __tablename__ = "access_token"

    jti: str = Field(primary_key=True)
    kind: str
    """``bearer`` or ``screen``."""
    account: str | None = Field(foreign_key="account.id", index=True)
    room: str | None
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(sa_type=BigInteger)


class SigningKeyTable(SQLModel, table=True):
    """The key set. The keys themselves are derived from the server's secret, never stored."""

    __tablename__ = "signing_key"

    kid: str = Field(primary_key=True)
    created_at: int = Field(sa_type=BigInteger)
    retired_at: int | None = Field(sa_type=BigInteger)
