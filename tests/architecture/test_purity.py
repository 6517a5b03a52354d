"""Core and wire have no clock, no chance, no waiting and no outside world."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import Module, modules, within

PURE = ("access", "agenda.core", "rooms.core", "rooms.wire")
WORLD = {
    *("asyncio", "concurrent", "multiprocessing", "selectors", "socket", "threading"),
    *("logging", "os", "pathlib", "shutil", "sqlite3", "subprocess", "tempfile"),
    *("random", "secrets", "time"),
}
CHANCE_OR_CLOCK = {"now", "today", "utcnow", "uuid1", "uuid4", "uuid6", "uuid7"}
OUTSIDE = {"open", "print", "input"}
WAITING = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)


def _breaches(module: Module) -> list[str]:
    found = [
        f"{module.where}:{imported.line} imports {imported.target}"
        for imported in module.imports()
        if imported.target.split(".")[0] in WORLD
    ]
    for node in ast.walk(module.tree):
        if isinstance(node, WAITING):
            found.append(f"{module.where}:{node.lineno} waits")
        if isinstance(node, ast.Call) and _reaches_out(node.func):
            found.append(f"{module.where}:{node.lineno} calls {ast.unparse(node.func)}")
    return found


def _reaches_out(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in CHANCE_OR_CLOCK
    return isinstance(function, ast.Name) and function.id in OUTSIDE | CHANCE_OR_CLOCK


@pytest.mark.parametrize("package", PURE)
def test_package_is_pure(package: str) -> None:
    own = [module for module in modules() if within(module.name, package)]
    assert own
    assert [breach for module in own for breach in _breaches(module)] == []
