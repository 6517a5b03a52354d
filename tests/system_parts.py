"""What tests need of the system besides Python: browsers, PostgreSQL, Redis, strace, a C compiler.

``python3 tests/system_parts.py`` installs on Debian and Ubuntu what is missing when it runs as
root, and otherwise names the command that does.  Standard library only: it runs before anything
is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A Debian package and how to see that what we want of it is there."""

    package: str
    there: Callable[[], bool]


def _command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _postgresql() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


PARTS = (
    Part("chromium", _command("chromium", "chromium-browser", "google-chrome")),
    Part("firefox-esr", _command("firefox-esr", "firefox")),
    Part("postgresql", _postgresql),
    Part("redis-server", _command("redis-server", "valkey-server")),
    Part("strace", _command("strace")),
    Part("gcc", _command("cc", "gcc")),
    Part("libc6-dev", lambda: Path("/usr/include/stdio.h").exists()),
)


def missing() -> list[str]:
    """The packages that are not there."""
    return [part.package for part in PARTS if not part.there()]


def main() -> int:
    """Install what is missing, or say how."""
    packages = missing()
    if not packages:
        return 0
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        _say(f"tests need {', '.join(packages)}. On Debian: sudo {' '.join(install)}")
        return 1
    _say(f"installing {', '.join(packages)} ...")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*install, "-qq"]):
        if subprocess.run(command, env=environ, stdout=sys.stderr, check=False).returncode != 0:
            _say(f"{' '.join(command)} failed")
            return 1
    return 0


def _say(line: str) -> None:
    print(f"system parts: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
