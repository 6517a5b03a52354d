"""``docs/api.md`` from the description of the API, so that it cannot say anything else."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from server.http.api.openapi import document
from server.http.site import Http
from server.services import services
from server.settings import Settings

_HEAD = """# API

Generated from the table of surfaces by `make docs`.

{about}

Sign in by the session cookie, or send `Authorization: Bearer …` with a token made by
`plenum token EMAIL`. All types, limits and texts: `/api/openapi.json` (OpenAPI 3.1).

| address | answers | query | without signing in |
|---|---|---|---|
{rows}

## When it does not work

Errors are problem details (RFC 9457, `application/problem+json`): `code` for programs, `title` and
`detail` in German or English, and for refusals the `rule` and the `next_step` as codes.

| status | meaning |
|---|---|
{problems}

What the asker may not know of answers 404 with the same bytes as what does not exist.

## Asking again

Answers about the programme carry an `ETag`; with `If-None-Match` an unchanged one is 304 without a
body. A guest's answer may be kept by proxies, anybody else's by their own program only, and both
must ask again each time. What is about a person is `no-store`.
"""


def api_page() -> str:
    """The whole page."""
    written = _document()
    rows = [
        _row(path, operation)
        for path, methods in written["paths"].items()
        for operation in methods.values()
    ]
    problems = [
        f"| {status} | {answer['description']} |"
        for status, answer in written["components"]["responses"].items()
    ]
    return _HEAD.format(
        about=written["info"]["description"], rows="\n".join(rows), problems="\n".join(problems)
    )


def _document() -> dict[str, Any]:
    """As a server with default settings describes itself. Nothing is started."""
    with TemporaryDirectory() as folder:
        parts = services(Settings(data_dir=Path(folder)))
        try:
            return document(Http(parts).surfaces(), cookie=parts.identity.credentials.cookie)
        finally:
            parts.vault.close()


def _row(path: str, operation: dict[str, Any]) -> str:
    query = [f"`{p['name']}`" for p in operation["parameters"] if p.get("in") == "query"]
    guests = "where public" if {} in operation["security"] else "no"
    return f"| `{path}` | {operation['summary']} | {', '.join(query)} | {guests} |"
