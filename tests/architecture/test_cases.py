"""Every black-box test that is promised is found by its id, in the words of a test that shows it.

The ids are those of the design: T-* of rooms, D* of access.  An id counts when the docstring or
the name of a test says it; that the test shows it is for its reader to judge.
"""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.architecture.source import ROOT, own_files, read

PROMISED = (
    *(f"T-X{number}" for number in range(1, 9)),
    *(f"T-Q{number}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14)),
    *(f"T-C{number}" for number in (1, 2, 3, 6)),
    *(f"T-A{number}" for number in range(1, 5)),
    *(f"D{number}" for number in (1, 2, 4, 6, 9, 12, 14)),
)


@cache
def named() -> frozenset[str]:
    """Every id that a test names."""
    found: set[str] = set()
    for path in own_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == "tests":
            for node in ast.walk(ast.parse(read(path))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    found |= _ids(node)
    return frozenset(found)


def _ids(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    if not node.name.startswith("test_"):
        return set()
    told = set(re.findall(r"\b(?:T-[A-Z]|D)\d+\b", ast.get_docstring(node) or ""))
    return told | {f"D{number}" for number in re.findall(r"_d(\d+)_", node.name)}


def test_every_promised_case_is_named_by_a_test() -> None:
    assert sorted(set(PROMISED) - named()) == []
