"""How the API answers: JSON, kept as long as it may be kept, with a tag to ask again cheaply."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access.actors import GUEST
from server.http import tags
from server.http.problems import problem
from server.http.surfaces import Visit

MEDIA_TYPE = "application/json"
DEPENDS_ON = "Cookie, Authorization, Accept-Language"
"""Another person or language may get another answer under the same address."""
NEVER_KEPT = "no-store"


def answer(request: Request, visit: Visit, body: msgspec.Struct) -> Response:
    """The body; 304 without it where the asker holds the same already.

    A guest's answer is everybody's and may be kept by proxies, anybody else's by their own
    program only. Both must ask again each time, so that what is withdrawn is gone at once.
    """
    encoded = msgspec.json.encode(body)
    tag = tags.tag(encoded)
    headers = {
        "cache-control": f"{'public' if visit.actor == GUEST else 'private'}, no-cache",
        "vary": DEPENDS_ON,
        "etag": tag,
    }
    if tags.held(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(encoded, media_type=MEDIA_TYPE, headers=headers)


def fresh(body: msgspec.Struct) -> Response:
    """The body, to be kept by nobody: what is about a person."""
    return Response(
        msgspec.json.encode(body), media_type=MEDIA_TYPE, headers={"cache-control": NEVER_KEPT}
    )


def malformed(visit: Visit, de: str, en: str) -> Response:
    """A parameter makes no sense: which one, and what would."""
    return problem(400, "malformed", en if visit.language == "en" else de, visit.language)
