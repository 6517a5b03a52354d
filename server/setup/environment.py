"""Make ``.venv``: exactly the packages of the lock files, and the command ``plenum``.

Usage: ``python3 server/setup/environment.py requirements.txt [more lock files]``.

Runs with the system's Python and its standard library.  Nothing is installed again when the lock
files and the interpreter are those of the last time.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
_COMMAND = """#!/bin/sh
exec "{python}" -c "import sys; sys.path[0] = '{root}'; sys.argv[0] = 'plenum'
from server.cli import main
sys.exit(main())" "$@"
"""


class SetupError(Exception):
    """Setting up cannot go on. ``str()`` says what to do."""


def main() -> int:
    """Install the lock files named on the command line."""
    if sys.version_info < OLDEST:
        return _fail("Python 3.11 or newer is needed; this one is " + sys.version.split()[0])
    try:
        with alone():
            ensure(*(ROOT / name for name in sys.argv[1:]))
    except SetupError as error:
        return _fail(str(error))
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Let only one process set this folder up; another one waits."""
    with (ROOT / "pyproject.toml").open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up in this folder ...")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def ensure(*locks: Path) -> None:
    """Bring ``.venv`` to these lock files. Call it inside ``alone()``.

    Raises ``SetupError``.
    """
    if not _usable():
        _make()
    for lock in locks:
        stamp = VENV / f".{lock.name}.sha256"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(lock)
            stamp.write_text(wanted)
    _place_command()


def say(line: str) -> None:
    """Progress, at once and on the error channel: the output belongs to the command."""
    print(line, file=sys.stderr, flush=True)


def _usable() -> bool:
    if not PYTHON.exists():
        return False
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    done = subprocess.run([str(PYTHON), "-c", check], check=False, capture_output=True)
    return done.returncode == 0


def _make() -> None:
    say(f"Making .venv with Python {sys.version.split()[0]} ...")
    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=True).create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise SetupError(f"Python lacks ensurepip. On Debian: apt-get install {package}") from None


def _install(lock: Path) -> None:
    total = len(re.findall(r"^[A-Za-z0-9].*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    say(f"Installing {lock.name} ({total} packages, checked by hash) ...")
    options = ("--require-hashes", "--no-deps", "--disable-pip-version-check", "--no-input")
    command = [str(PYTHON), "-m", "pip", "install", *options, "-r", str(lock)]
    output: list[str] = []
    with subprocess.Popen(
        [*command, "--progress-bar", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            output.append(line)
            _show(line, sum(text.startswith("Collecting ") for text in output), total)
    if pip.returncode != 0:
        raise SetupError("pip could not install:\n" + "".join(output[-15:]).rstrip())


def _show(line: str, number: int, total: int) -> None:
    if line.startswith("Collecting "):
        say(f"  {number} of {total}: {line.split()[1]}")
    elif line.startswith("Installing collected"):
        say("  unpacking ...")


def _place_command() -> None:
    """Make ``plenum`` run the source in this folder, from any other folder, without a build."""
    command = VENV / "bin" / "plenum"
    content = _COMMAND.format(python=PYTHON, root=ROOT)
    if not command.exists() or command.read_text() != content:
        command.write_text(content)
        command.chmod(0o755)


def _fail(text: str) -> int:
    say(f"set-up: {text}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
