"""The import table of docs/architecture.md, held."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest

from tests.architecture.source import PACKAGES, ROOT, Module, modules, within

ALLOWED: dict[str, set[str]] = {
    "access": {"msgspec"},
    "agenda.core": {"access", "icalendar", "lxml", "msgspec"},
    "agenda": {"agenda.core", "access", "msgspec"},
    "rooms.core": {"access", "msgspec", "regex"},
    "rooms.wire": {"rooms.core", "access", "msgspec"},
    "rooms": {"rooms.core", "rooms.wire", "access", "msgspec"},
}
"""Beside the standard library and itself. ``server`` may import everything of the product."""

NEVER = {"tests", "bench", "docs"}
COMPOSITION_ROOT = "server.app"
MAY_START_IT = {"server.cli"}


def _law_of(module: str) -> str | None:
    return max((law for law in ALLOWED if within(module, law)), key=len, default=None)


def _breaches(module: Module) -> list[str]:
    law = _law_of(module.name)
    found = []
    for imported in module.imports():
        target = imported.target
        allowed = target.split(".")[0] in sys.stdlib_module_names
        if law is None:
            allowed = allowed or target.split(".")[0] not in NEVER
        else:
            own = _law_of(target) == law
            allowed = allowed or own or any(within(target, each) for each in ALLOWED[law])
        if not allowed:
            found.append(f"{module.where}:{imported.line} imports {target}")
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_the_table_allows(package: str) -> None:
    own = [module for module in modules() if within(module.name, package)]
    assert [breach for module in own for breach in _breaches(module)] == []


def test_only_the_command_imports_the_composition_root() -> None:
    importers = {
        module.name
        for module in modules()
        for imported in module.imports()
        if within(imported.target, COMPOSITION_ROOT)
    }
    assert importers <= MAY_START_IT


def test_the_page_shows_the_same_table() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z/]+)/` \|.*\| (.+) \|$", page, re.MULTILINE)
    shown = {
        folder.replace("/", "."): set(re.findall(r"`([a-z.]+)`", allowed))
        for folder, allowed in rows
    }
    assert {name: shown.get(name) for name in ALLOWED} == ALLOWED


def _part(module: str) -> str:
    """The part of the architecture a module belongs to. Folders of ``server/`` are parts; so is
    each file directly in it, since that is where the parts are joined."""
    return _law_of(module) or ".".join(module.split(".")[:2])


def _graph(node: Callable[[str], str]) -> dict[str, set[str]]:
    """Who needs whom at run time, between nodes."""
    names = {module.name for module in modules()}
    graph: dict[str, set[str]] = {}
    for module in modules():
        for imported in module.imports():
            target = imported.target
            while target and target not in names:
                target = target.rpartition(".")[0]
            if target and not imported.for_types_only and node(target) != node(module.name):
                graph.setdefault(node(module.name), set()).add(node(target))
    return graph


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for target in sorted(graph.get(node, ())):
            found = visit(target, [*path, node])
            if found:
                return found
        done.add(node)
        return []

    for node in sorted(graph):
        found = visit(node, [])
        if found:
            return found
    return []


def test_parts_do_not_import_each_other_in_a_circle() -> None:
    assert _cycle(_graph(_part)) == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    assert _cycle(_graph(str)) == []


def test_a_circle_would_be_found() -> None:
    assert _cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
