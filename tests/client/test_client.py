"""The client's own checks, run as the build runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_protocol_types_are_those_of_the_server() -> None:
    run("static.tools.protocol_types", "--check")


@pytest.mark.parametrize("script", ["types", "lint", "test"])
def test_script_passes(script: str) -> None:
    run("server.setup.client", script)


def test_first_loads_keep_their_budgets() -> None:
    run("server.setup.client")
    run("server.setup.client", "budget")
