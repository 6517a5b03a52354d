"""Settings: read once from the environment, checked before anything starts.

Every variable begins with ``PLENUM_``.  ``docs/settings.md`` is generated from this file
(``make docs``), a test fails when it is stale.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "PLENUM_"
SHORTEST_SECRET = 32
_DATABASE_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_MAIL_SCHEMES = {"smtp", "smtp+starttls", "smtps"}


class Mode(StrEnum):
    """How the server runs (architecture page, section 7)."""

    DEMO = "demo"
    PRODUCTION = "production"


class SettingsError(ValueError):
    """One or more settings are wrong. ``str()`` has one plain line for each."""


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _or_none(value: object) -> object:
    return value or None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """What an operator can set. Frozen: nothing changes while the server runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    mode: Mode = Field(
        Mode.DEMO,
        description="`demo` seeds invented participants, prints sign-in links, shows mails at "
        "`/dev/mail` and listens on this machine only. `production` does none of it and refuses "
        "weak settings.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    data_dir: Path = Field(
        Path("data"),
        description="Folder for the SQLite database, keys and uploads. Made when missing.",
    )
    database_url: str = Field(
        "",
        description="`sqlite:///path` or `postgresql://user:password@host/name`. "
        "Empty: `plenum.sqlite3` in the data folder.",
    )
    erasure_journal: str = Field(
        "",
        description="File that remembers what was erased, so that a restore erases it again; best "
        "on another disk than the backups. Empty: `erasures.journal` in the data folder.",
    )
    bus_url: SecretStr = Field(
        SecretStr(""),
        description="`redis://host:6379` or `rediss://` (TLS), of a Valkey or Redis that carries "
        "hints between processes on one PostgreSQL. Empty: the database carries them itself.",
    )
    base_url: str = Field(
        "",
        description="Address by which participants reach the server, without a path. Links in "
        "mails and the check of the Origin header use it. Required in production, with `https`. "
        "Empty in demo mode: `http://HOST:PORT`.",
    )
    calendar_domain: str = Field(
        "",
        pattern=r"^[a-z0-9.-]*$",
        description="Part of the identity of every entry in participants' calendars. Keep it when "
        "the address changes, else their programmes show every session twice. Empty: the host of "
        "the base URL.",
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs mail links and tokens: at least 32 random characters. Required in "
        "production. Empty in demo mode: made on the first start and kept in the data folder.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server: `smtp://`, `smtp+starttls://` or `smtps://`, then "
        "`user:password@host:port`. Required in production. Empty in demo mode: mails are only "
        "shown at `/dev/mail`.",
    )
    mail_from: str = Field(
        "plenum@localhost", description="Sender of the mails. Required in production."
    )
    words_kept_days: int = Field(
        30,
        ge=1,
        le=3_650,
        description="How many days after the last day of an event the words said in its rooms are "
        "erased; answered questions stay. Shown on the privacy page and in the rooms.",
    )
    upload_max_mb: int = Field(
        100,
        ge=1,
        le=2_000,
        description="Largest file that may be uploaded, in megabytes.",
    )
    upload_quota_mb: int = Field(
        1_000,
        ge=1,
        le=100_000,
        description="What all files of one session or one practice example may take together, in "
        "megabytes. Page images are not counted.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = Field(
        (),
        description="Addresses or networks of reverse proxies, separated by commas, whose "
        "`X-Forwarded-For` and `X-Forwarded-Proto` are believed. Empty: nobody's.",
    )
    log_level: Annotated[str, BeforeValidator(lambda value: str(value).lower())] = Field(
        "info",
        pattern="^(debug|info|warning|error)$",
        description="`debug`, `info`, `warning` or `error`.",
    )
    log_dir: Annotated[Path | None, BeforeValidator(_or_none)] = Field(
        None,
        description="Folder for the log as well, in one file a day, each deleted after seven days. "
        "Made when missing. Empty: standard error only.",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65_000,
        description="Port for `/metrics`, for Prometheus; of several workers the first takes this "
        "one, the second the next. Not for the public: keep it behind the proxy. 0: none.",
    )
    metrics_host: str = Field(
        "127.0.0.1", min_length=1, description="Address to listen on for `/metrics`."
    )
    drain_seconds: int = Field(
        10,
        ge=0,
        le=20,
        description="How long a stopping server lets open connections finish. All is over within "
        "30 seconds.",
    )

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        problems = [*self._form_problems(), *self._mode_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _form_problems(self) -> list[str]:
        return [
            *_database_problems(self.database_url),
            *_bus_problems(self.bus_url.get_secret_value()),
            *_base_url_problems(self.base_url),
            *_mail_problems(self.smtp_url.get_secret_value()),
            *(
                f"PLENUM_TRUSTED_PROXIES: {proxy!r} is no address or network"
                for proxy in self.trusted_proxies
                if not _is_network(proxy)
            ),
        ]

    def _mode_problems(self) -> list[str]:
        if self.mode is Mode.DEMO:
            return [] if is_loopback(self.host) else [_DEMO_IS_LOCAL]
        rules = (
            (not self.secret.get_secret_value(), "PLENUM_SECRET: missing; production needs it"),
            (
                0 < len(self.secret.get_secret_value()) < SHORTEST_SECRET,
                f"PLENUM_SECRET: shorter than {SHORTEST_SECRET} characters",
            ),
            (not self.base_url, "PLENUM_BASE_URL: missing; production needs it"),
            (
                self.base_url.startswith("http://"),
                "PLENUM_BASE_URL: must begin with https:// in production",
            ),
            (
                not self.smtp_url.get_secret_value(),
                "PLENUM_SMTP_URL: missing; without mail nobody can sign in",
            ),
            (
                self.mail_from.endswith("@localhost"),
                "PLENUM_MAIL_FROM: missing; production needs a sender that can be answered",
            ),
        )
        return [message for broken, message in rules if broken]

    @property
    def database(self) -> str:
        """The database URL with the driver we use, as SQLAlchemy wants it."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{(self.data_dir / 'plenum.sqlite3').absolute()}"
        scheme, rest = self.database_url.split("://", 1)
        return f"{_DATABASE_DRIVERS[scheme]}://{rest}"

    @property
    def keys(self) -> Path:
        """File of the keys of unnamed authors."""
        return self.data_dir / "authors.keys"

    @property
    def files(self) -> Path:
        """Folder of uploaded files."""
        return self.data_dir / "files"

    @property
    def journal(self) -> Path:
        """File of the erasure journal."""
        if self.erasure_journal:
            return Path(self.erasure_journal)
        return self.data_dir / "erasures.journal"

    @property
    def site(self) -> str:
        """The base URL, without a slash at the end."""
        if self.base_url:
            return self.base_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def uid_domain(self) -> str:
        """What every identity in a calendar ends with."""
        return self.calendar_domain or urlsplit(self.site).hostname or "localhost"

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO


_DEMO_IS_LOCAL = (
    "PLENUM_HOST: demo mode gives everybody a way in and listens on this machine only; "
    "use 127.0.0.1, or PLENUM_MODE=production"
)


def _database_problems(url: str) -> list[str]:
    scheme = url.split("://", 1)[0] if "://" in url else ""
    if not url or scheme in _DATABASE_DRIVERS:
        return []
    return ["PLENUM_DATABASE_URL: must begin with sqlite:/// or postgresql://"]


def _bus_problems(url: str) -> list[str]:
    parts = urlsplit(url)
    if not url or (parts.scheme in {"redis", "rediss"} and parts.hostname):
        return []
    return ["PLENUM_BUS_URL: must look like redis://user:password@host:6379"]


def _base_url_problems(url: str) -> list[str]:
    if not url:
        return []
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ["PLENUM_BASE_URL: must look like https://konferenz.example"]
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        return ["PLENUM_BASE_URL: must have no path, query, fragment or user"]
    return []


def _mail_problems(url: str) -> list[str]:
    if not url:
        return []
    parts = urlsplit(url)
    if parts.scheme in _MAIL_SCHEMES and parts.hostname:
        return []
    return ["PLENUM_SMTP_URL: must look like smtp+starttls://user:password@host:587"]


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, from the process's environment unless another one is given.

    Raises ``SettingsError`` with one line per wrong setting; no line shows a secret.
    """
    try:
        return Settings() if environ is None else _reading(environ)()
    except ValidationError as error:
        raise SettingsError("\n".join(_plain(error))) from None


def _reading(environ: Mapping[str, str]) -> type[Settings]:
    class Given(EnvSettingsSource):
        def _load_env_vars(self) -> Mapping[str, str | None]:
            return {name.lower(): value for name, value in environ.items()}

    class GivenSettings(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (Given(settings_cls),)

    return GivenSettings


def _plain(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for item in error.errors(include_url=False, include_input=False):
        if item["loc"]:
            lines.append(f"{PREFIX}{str(item['loc'][0]).upper()}: {item['msg']}")
        else:
            lines.extend(item["msg"].removeprefix("Value error, ").splitlines())
    return lines


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and mean nothing: most likely misspelt."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in known)


def with_data(settings: Settings) -> Settings:
    """Make the data folder (only for its owner) and, in demo mode, the secret in it.

    Raises ``SettingsError`` when the folder cannot be made or written.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.secret.get_secret_value():
            return settings
        secret = SecretStr(_kept_secret(settings.data_dir / "secret"))
    except OSError as error:
        raise SettingsError(f"PLENUM_DATA_DIR: {settings.data_dir}: {error.strerror}") from None
    return settings.model_copy(update={"secret": secret})


def _kept_secret(path: Path) -> str:
    """Read the secret, or make it. Two servers starting at once end with the same one."""
    if not path.exists():
        fresh = path.with_name(f"secret.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
