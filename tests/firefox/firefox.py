"""Debian's Firefox, driven by ``drive.mjs`` over WebDriver BiDi."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server.setup import client as build

FOLDER = Path(__file__).parent
PATIENCE = 60.0
"""Seconds. A busy machine is slow; nothing here is judged by speed."""


class NoFirefoxError(RuntimeError):
    """Firefox is missing. ``python tests/system_parts.py`` names the package."""


class Firefox:
    """One browser with one page. Acts wait for what they act on."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def open(self, url: str) -> None:
        self._do("open", url=url)

    def fill(self, name: str, text: str) -> None:
        """Type into the field of this name."""
        self._do("fill", name=name, text=text)

    def click(self, name: str, role: str = "button") -> None:
        self._do("click", role=role, name=name)

    def press(self, key: str) -> None:
        self._do("press", key=key)

    def evaluate(self, expression: str) -> Any:
        return self._do("evaluate", expression=expression)

    def sees(self, text: str, times: int = 1, within: str = "li") -> None:
        """Wait until so many visible elements of a kind hold the text."""
        self.until(
            lambda: self._do("shown", selector=within, text=text) == times,
            f"{times} × {within} with {text!r}",
        )

    def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"Firefox does not show {what}"
            time.sleep(0.05)

    @property
    def complaints(self) -> list[str]:
        """Errors of the console, what was thrown, and breaches of the policy header."""
        said: list[str] = self._do("complaints")
        return said

    @property
    def hosts(self) -> set[str]:
        """Whom the page asked for anything; ``data:`` and ``blob:`` have no host."""
        return {host for url in self._do("asked") if (host := urlsplit(url).netloc)}

    def _do(self, act: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"act": act, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the driver of Firefox ended"
        answer = json.loads(line)
        assert "error" not in answer, f"{act} {given}: {answer['error']}"
        return answer["value"]


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A running Firefox, gone after the block."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        raise NoFirefoxError("Firefox is not installed")
    node = build.node()
    build.install(node, FOLDER)
    command = [str(node.program), str(FOLDER / "drive.mjs"), program]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Firefox(process)
        finally:
            process.communicate(timeout=PATIENCE)
