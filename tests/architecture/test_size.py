"""Files and functions stay small enough to be read."""

from __future__ import annotations

import ast

from tests.architecture.source import ROOT, own_files, read

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
CODE = {".py", ".ts", ".tsx", ".scss", ".c"}
GENERATED = ROOT / "server" / "db" / "migrations" / "versions"


def test_files_are_shorter_than_400_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): read(path).count("\n")
        for path in own_files()
        if path.suffix in CODE and GENERATED not in path.parents
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FILE} == {}


def test_functions_are_shorter_than_50_lines() -> None:
    long = []
    for path in own_files():
        if path.suffix != ".py" or GENERATED in path.parents:
            continue
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length >= LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({length})")
    assert long == []
