"""Settings are checked before anything starts, in plain words."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server.settings import Mode, Settings, SettingsError, load, unknown, with_data

PRODUCTION = {
    "PLENUM_MODE": "production",
    "PLENUM_HOST": "0.0.0.0",
    "PLENUM_SECRET": "x" * 32,
    "PLENUM_BASE_URL": "https://konferenz.example",
    "PLENUM_SMTP_URL": "smtp+starttls://user:geheim@mail.example:587",
    "PLENUM_MAIL_FROM": "plenum@konferenz.example",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(environ)
    return str(caught.value).splitlines()


def test_nothing_set_gives_a_demo_on_this_machine() -> None:
    settings = load({})
    assert (settings.mode, settings.host, settings.site) == (
        Mode.DEMO,
        "127.0.0.1",
        "http://127.0.0.1:8000",
    )


def test_calendars_keep_their_domain_when_the_address_changes() -> None:
    moved = {**PRODUCTION, "PLENUM_BASE_URL": "https://neu.example:8443"}
    assert load(PRODUCTION).uid_domain == "konferenz.example"
    assert load(moved).uid_domain == "neu.example"
    kept = load({**moved, "PLENUM_CALENDAR_DOMAIN": "konferenz.example"})
    assert (kept.uid_domain, kept.site) == ("konferenz.example", "https://neu.example:8443")


def test_every_setting_is_read_from_its_variable() -> None:
    settings = load({**PRODUCTION, "PLENUM_TRUSTED_PROXIES": "10.0.0.1, 10.1.0.0/16"})
    assert settings.mode is Mode.PRODUCTION
    assert settings.site == "https://konferenz.example"
    assert settings.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")


@pytest.mark.parametrize(
    ("given", "database"),
    [
        ("sqlite:////srv/p.db", "sqlite+aiosqlite:////srv/p.db"),
        ("postgresql://u:p@db/plenum", "postgresql+asyncpg://u:p@db/plenum"),
        ("postgres://db/plenum", "postgresql+asyncpg://db/plenum"),
    ],
)
def test_database_url_gets_our_driver(given: str, database: str) -> None:
    assert load({"PLENUM_DATABASE_URL": given}).database == database


def test_without_a_database_url_sqlite_lies_in_the_data_folder() -> None:
    settings = load({"PLENUM_DATA_DIR": "/srv/plenum"})
    assert settings.database == "sqlite+aiosqlite:////srv/plenum/plenum.sqlite3"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"PLENUM_SECRET": ""}, "PLENUM_SECRET: missing; production needs it"),
        ({"PLENUM_SECRET": "x" * 31}, "PLENUM_SECRET: shorter than 32 characters"),
        ({"PLENUM_BASE_URL": ""}, "PLENUM_BASE_URL: missing; production needs it"),
        (
            {"PLENUM_BASE_URL": "http://konferenz.example"},
            "PLENUM_BASE_URL: must begin with https:// in production",
        ),
        ({"PLENUM_SMTP_URL": ""}, "PLENUM_SMTP_URL: missing; without mail nobody can sign in"),
        (
            {"PLENUM_MAIL_FROM": "plenum@localhost"},
            "PLENUM_MAIL_FROM: missing; production needs a sender that can be answered",
        ),
    ],
)
def test_production_refuses_a_weak_setting(change: dict[str, str], line: str) -> None:
    assert problems({**PRODUCTION, **change}) == [line]


def test_all_wrong_settings_are_named_at_once() -> None:
    assert len(problems({"PLENUM_MODE": "production"})) == 4


def test_demo_refuses_to_listen_beyond_this_machine() -> None:
    (line,) = problems({"PLENUM_HOST": "0.0.0.0"})
    assert line.startswith("PLENUM_HOST: demo mode")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PLENUM_PORT", "eighty"),
        ("PLENUM_PORT", "70000"),
        ("PLENUM_MODE", "test"),
        ("PLENUM_DATABASE_URL", "mysql://db/plenum"),
        ("PLENUM_BUS_URL", "amqp://bus"),
        ("PLENUM_BUS_URL", "redis://"),
        ("PLENUM_BASE_URL", "https://konferenz.example/plenum"),
        ("PLENUM_BASE_URL", "konferenz.example"),
        ("PLENUM_SMTP_URL", "https://mail.example"),
        ("PLENUM_TRUSTED_PROXIES", "caddy"),
        ("PLENUM_LOG_LEVEL", "loud"),
        ("PLENUM_DRAIN_SECONDS", "-1"),
        ("PLENUM_DRAIN_SECONDS", "21"),  # all is over within 30 s, also with workers
    ],
)
def test_a_malformed_value_is_named_with_its_variable(variable: str, value: str) -> None:
    (line,) = problems({variable: value})
    assert line.startswith(f"{variable}: ")


def test_no_message_and_no_print_shows_a_secret() -> None:
    wrong = {**PRODUCTION, "PLENUM_SECRET": "kurz-und-geheim", "PLENUM_SMTP_URL": "x:geheim@y"}
    assert "geheim" not in "\n".join(problems(wrong))
    shown = repr(load(PRODUCTION))
    assert "geheim" not in shown
    assert "x" * 32 not in shown


def test_a_misspelt_variable_is_noticed() -> None:
    environ = {"PLENUM_SMPT_URL": "smtp://mail", "PLENUM_PORT": "1", "HOME": "/"}
    assert unknown(environ) == ["PLENUM_SMPT_URL"]


def test_demo_keeps_one_secret_that_only_its_owner_can_read(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first, second = with_data(settings), with_data(settings)
    assert first.secret == second.secret
    assert len(first.secret.get_secret_value()) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


def test_a_set_secret_is_not_written_down(tmp_path: Path) -> None:
    given = load({**PRODUCTION, "PLENUM_DATA_DIR": str(tmp_path)})
    assert with_data(given) is given
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="PLENUM_DATA_DIR"):
        with_data(Settings(data_dir=tmp_path / "file" / "data"))
