"""A database without tables, of the kind a parametrised fixture asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fixtures.postgresql import Cluster

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@contextmanager
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Its URL. ``request`` is that of a fixture with ``params=KINDS``."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'plenum.sqlite3'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    with cluster.fresh(empty=True) as url:
        yield url
