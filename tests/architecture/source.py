"""The project's own files, as the laws read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("access", "agenda", "rooms", "server")
_MADE = {"node_modules", "dist", "build", "data", ".venv", "__pycache__", "test-results"}


@dataclass(frozen=True)
class Import:
    """Somebody imports a module, or a name from it."""

    target: str
    line: int
    for_types_only: bool


@dataclass(frozen=True)
class Module:
    """A Python file below one of the packages."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT))

    def imports(self) -> Iterator[Import]:
        """All imports, also those inside functions; relative ones made absolute."""
        typing_only = _typing_only(self.tree)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                targets = [f"{base}.{alias.name}" for alias in node.names]
            else:
                continue
            for target in targets:
                yield Import(target, node.lineno, id(node) in typing_only)

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        if self.path.name != "__init__.py":
            package = package[:-1]
        above = package[: len(package) - node.level + 1]
        return ".".join([*above, *([node.module] if node.module else [])])


def _typing_only(tree: ast.Module) -> set[int]:
    guarded = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]
    return {id(inner) for node in guarded for part in node.body for inner in ast.walk(part)}


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the four packages."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def within(name: str, package: str) -> bool:
    """Whether a module is a package or lies in it."""
    return name == package or name.startswith(package + ".")


@cache
def own_files() -> tuple[Path, ...]:
    """Every file git tracks or would track; in a source archive, all but what is made."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists():
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _MADE & set(path.parts)]
    return tuple(path for path in sorted(paths) if path.is_file() and not path.is_symlink())


def read(path: Path) -> str:
    """A file's text; empty for what is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
