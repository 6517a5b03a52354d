"""Fixtures for all tests.

``database`` runs a test on SQLite and on PostgreSQL; ``server`` is a real process; ``page`` and
``new_context`` come from pytest-playwright and use the system's Chromium.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from server.db.migrate import migrate
from tests.fixtures import browser as chromium
from tests.fixtures.budgets import Budgets
from tests.fixtures.mail import MailSink, mail_sink
from tests.fixtures.postgresql import Cluster, cluster
from tests.fixtures.redis import RedisServer, redis_server
from tests.fixtures.server import RunningServer, running_server

# A law does not depend on how busy the machine is: no verdict by the wall clock.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Budgets(), "budgets")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's synchronous side keeps an event loop running in the
    main thread, and no asynchronous test can start beside it."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if {"playwright", "browser", "page", "context", "new_context", "firefox"} & names:
            item.add_marker("browser")
        if {"postgresql", "postgresql_url"} & names:
            item.add_marker("postgresql")
        if {"database", "sqlite_url"} & names:
            item.add_marker("database")
        if "redis" in names:
            item.add_marker("redis")
        if {"server", "demo"} & names:
            item.add_marker("process")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL cluster, started when the first test wants it."""
    with cluster() as made:
        yield made


@pytest.fixture
def postgresql_url(postgresql: Cluster) -> Iterator[str]:
    """A fresh PostgreSQL database with all tables."""
    with postgresql.fresh() as url:
        yield url


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A bus on a server of its own."""
    with redis_server() as made:
        yield made


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with all tables."""
    path = tmp_path / "plenum.sqlite3"
    path.write_bytes(_sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> str:
    """A fresh database with all tables: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def mails() -> Iterator[MailSink]:
    """An SMTP server that keeps what it is sent."""
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def server_environment() -> Mapping[str, str]:
    """Settings of the ``server`` fixture: a demo. A test file overrides it for others."""
    return {}


@pytest.fixture
def server(tmp_path: Path, server_environment: Mapping[str, str]) -> Iterator[RunningServer]:
    """A running server of this test's own."""
    with running_server(tmp_path / "server", server_environment) as running:
        yield running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A running demo shared by all tests that only look, or leave no trace others could see."""
    with running_server(tmp_path_factory.mktemp("demo"), {}) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright asks this how to start the browser."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium.executable(),
        "args": chromium.flags(),
    }
