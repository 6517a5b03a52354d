"""The description of the API says what the API does: made from the same table, checked whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from access.permissions import Permission
from server.http.api.openapi import (
    BELOW,
    UndescribedSurfaceError,
    described,
    document,
    guests_may,
)
from server.http.site import Http
from server.http.surfaces import Surface
from server.services import services
from server.settings import Settings
from tests.http.api_site import api_site

SHAPE = {
    "type": "object",
    "required": ["openapi", "info", "servers", "paths", "components"],
    "additionalProperties": False,
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version", "description", "license"]},
        "servers": {"type": "array", "minItems": 1},
        "paths": {
            "type": "object",
            "propertyNames": {"pattern": "^/api/v1/"},
            "additionalProperties": {
                "type": "object",
                "propertyNames": {"enum": ["get", "post", "put", "patch", "delete"]},
                "additionalProperties": {"$ref": "#/$defs/operation"},
            },
        },
        "components": {
            "type": "object",
            "required": ["schemas", "parameters", "responses", "securitySchemes"],
        },
    },
    "$defs": {
        "operation": {
            "type": "object",
            "required": ["operationId", "summary", "parameters", "security", "responses"],
            "properties": {
                "parameters": {
                    "items": {
                        "anyOf": [
                            {"required": ["$ref"]},
                            {"required": ["name", "in", "description", "schema"]},
                        ]
                    }
                },
                "security": {"type": "array", "minItems": 2},
                "responses": {"type": "object", "required": ["200", "503"]},
            },
        }
    },
}
"""The parts of the OpenAPI 3.1 schema that this description uses."""


@pytest.fixture
def table(tmp_path: Path) -> Iterator[tuple[Surface, ...]]:
    """Everything this server answers over HTTP."""
    parts = services(Settings(data_dir=tmp_path))
    yield Http(parts).surfaces()
    parts.vault.close()


@pytest.fixture
def written(table: tuple[Surface, ...]) -> dict[str, Any]:
    return document(table, cookie="plenum")


def _refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            elif key == "mapping":
                yield from value.values()
            else:
                yield from _refs(value)
    elif isinstance(node, list):
        for each in node:
            yield from _refs(each)


def _resolve(written: dict[str, Any], ref: str) -> Any:
    root, *steps = ref.split("/")
    assert root == "#"
    found: Any = written
    for step in steps:
        found = found[step]
    return found


def test_description_has_the_shape_of_openapi(written: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SHAPE).validate(written)


def test_every_address_of_the_api_is_described_and_nothing_else(
    written: dict[str, Any], table: tuple[Surface, ...]
) -> None:
    served = {surface.path for surface in table if surface.path.startswith(BELOW)}
    assert set(written["paths"]) == served
    assert served >= {
        "/api/v1/events",
        "/api/v1/events/{event}/access",
        "/api/v1/rooms/{room}/messages",
        "/api/v1/me",
    }
    kinds = {surface.kind for surface in table if surface.path.startswith("/api/")}
    assert kinds == {"api"}


def test_every_reference_leads_to_a_schema_that_is_sound(written: dict[str, Any]) -> None:
    refs = set(_refs(written))
    assert len(refs) > 30
    assert all(isinstance(_resolve(written, ref), dict) for ref in refs)
    named = {f"#/components/schemas/{name}" for name in written["components"]["schemas"]}
    assert named <= refs
    for schema in written["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_names_of_operations_are_unique(written: dict[str, Any]) -> None:
    names = [op["operationId"] for path in written["paths"].values() for op in path.values()]
    assert len(names) == len(set(names)) == len(written["paths"])


def test_parameters_in_the_path_are_described(written: dict[str, Any]) -> None:
    for path, methods in written["paths"].items():
        for operation in methods.values():
            names = [p["name"] for p in operation["parameters"] if p.get("in") == "path"]
            assert names == [part[1:-1] for part in path.split("/") if part.startswith("{")]


@pytest.mark.parametrize(
    ("path", "parameter", "schema", "required"),
    [
        ("/api/v1/events/{event}/agenda", "day", {"type": "integer", "minimum": 1}, False),
        (
            "/api/v1/organisations",
            "q",
            {"type": "string", "minLength": 2, "maxLength": 100},
            True,
        ),
        (
            "/api/v1/rooms/{room}/messages",
            "before",
            {"type": "integer", "minimum": 1, "exclusiveMaximum": 2**53},
            True,
        ),
    ],
)
def test_parameters_of_the_query_say_their_limits(
    written: dict[str, Any], path: str, parameter: str, schema: dict[str, Any], required: bool
) -> None:
    parameters = written["paths"][path]["get"]["parameters"]
    found = next(each for each in parameters if each.get("name") == parameter)
    assert (found["in"], found["schema"], found["required"]) == ("query", schema, required)


def test_guests_are_named_where_the_policy_may_let_them_in(written: dict[str, Any]) -> None:
    people: list[dict[str, Any]] = [{"session": []}, {"token": []}]
    security = {path: methods["get"]["security"] for path, methods in written["paths"].items()}
    assert security["/api/v1/events/{event}/agenda"] == [{}, *people]
    assert security["/api/v1/me"] == security["/api/v1/rooms/{room}/people"] == people
    assert [guests_may(each) for each in (Permission.OPEN, Permission.CHAT_SEND)] == [True, False]


@pytest.mark.parametrize("lacking", [{"answers": None}, {"summary": ""}], ids=str)
def test_address_that_does_not_say_what_it_answers_does_not_start(
    table: tuple[Surface, ...], lacking: dict[str, Any]
) -> None:
    surface = replace(described(table)[0], **lacking)
    with pytest.raises(UndescribedSurfaceError, match=r"does not say what it answers"):
        document([surface], cookie="plenum")


def test_address_with_an_unknown_part_does_not_start(table: tuple[Surface, ...]) -> None:
    surface = replace(described(table)[0], path="/api/v1/{thing}")
    with pytest.raises(UndescribedSurfaceError, match=r"\{thing\}"):
        document([surface], cookie="plenum")


async def test_answers_hold_to_their_description(written: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    async with api_site(folder) as site:
        await site.funded("team@ulm.example")
        async with site.signed_in("team@ulm.example") as browser:
            for path in written["paths"]:
                if "/rooms/{room}" not in path:
                    await _holds(written, path, browser)


async def _holds(written: dict[str, Any], path: str, browser: httpx.AsyncClient) -> None:
    given = path.replace("{event}", "generalprobe").replace("{session}", "keynote")
    answer = await browser.get(given, params={"q": "hof"})
    assert answer.status_code == 200, path
    content = written["paths"][path]["get"]["responses"]["200"]["content"]
    schema = content[answer.headers["content-type"]]["schema"]
    whole = {**schema, "components": written["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer.json())
