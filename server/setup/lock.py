"""Resolve the dependencies of ``pyproject.toml`` into the lock files, with hashes.

Usage: ``.venv/bin/python -m server.setup.lock [--upgrade]``.

Versions in the present lock files are kept where they still fit, unless ``--upgrade`` is given.
The files hold for every Python from 3.11 on and every platform, and name no package index.
"""

from __future__ import annotations

import subprocess
import sys

from server.setup.environment import ROOT, VENV, SetupError, alone, ensure, say

_OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)
FILES = {
    "requirements.txt": ("pyproject.toml",),
    "requirements-client.txt": ("--group=pyproject.toml:client",),
    "requirements-lock.txt": ("--group=pyproject.toml:lock",),
    "requirements-dev.txt": ("--group=pyproject.toml:test", "--constraints=requirements.txt"),
}


def main() -> int:
    """Write all lock files."""
    try:
        with alone():
            ensure(ROOT / "requirements-lock.txt")
            for name, sources in FILES.items():
                _compile(name, sources)
    except SetupError as error:
        say(f"lock: {error}")
        return 1
    return 0


def _compile(name: str, sources: tuple[str, ...]) -> None:
    say(f"Resolving {name} ...")
    uv = str(VENV / "bin" / "uv")
    command = [uv, "pip", "compile", *_OPTIONS, *sys.argv[1:], "-o", name, *sources]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode != 0:
        raise SetupError(f"{name} could not be resolved")


if __name__ == "__main__":
    sys.exit(main())
