"""What we build on: locked, hashed, new enough, and found without a given index."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, own_files, read

FLOORS = {
    "starlette": "1.3.1",
    "uvicorn": "0.53",
    "pyjwt": "2.13",
    "h11": "0.16",
    "icalendar": "7.3",
}
LOCKS = {
    "requirements.txt": "runtime",
    "requirements-client.txt": "client",
    "requirements-dev.txt": "test",
    "requirements-lock.txt": "lock",
}
# Written in two parts, so that this file does not name them itself.
INDEXES = ("pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs", "registry." + "yarnpkg")
HOME = re.compile(r"(?<![\w.~])/(?:home|root|Users)/[\w.]")


def _locked(name: str) -> dict[str, str]:
    """Package → version in a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


def _asked(group: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime: list[str] = project["project"]["dependencies"]
    wanted = runtime if group == "runtime" else project["dependency-groups"][group]
    return {_normal(re.split(r"[\[<>=;~! ]", each)[0]) for each in wanted}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_a_package_with_a_known_hole_below_its_floor_is_above_it(package: str, floor: str) -> None:
    assert _number(_locked("requirements.txt")[package]) >= _number(floor)


@pytest.mark.parametrize(("name", "group"), LOCKS.items())
def test_a_lock_file_has_all_that_the_project_asks_for(name: str, group: str) -> None:
    assert _asked(group) - set(_locked(name)) == set()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    entries = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_same_package_is_locked_once() -> None:
    runtime, tests = _locked("requirements.txt"), _locked("requirements-dev.txt")
    both = runtime.keys() & tests.keys()
    assert {name: runtime[name] for name in both} == {name: tests[name] for name in both}


NPM_LOCKS = [path for path in own_files() if path.name == "package-lock.json"]


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_a_lock_of_npm_names_no_download_address_and_every_package_has_a_hash(lock: Path) -> None:
    packages = json.loads(read(lock))["packages"]
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if name and "integrity" not in each] == []


def _lines(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(read(path).splitlines(), 1))


def test_no_file_names_a_package_index_or_a_home_folder() -> None:
    own = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own_files()
        if path != own
        for number, line in _lines(path)
        if any(index in line for index in INDEXES) or HOME.search(line)
    ]
    assert found == []
