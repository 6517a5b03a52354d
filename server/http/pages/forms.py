"""Reading forms: small, with named fields, never a crash."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.requests import Request

from server.http.surfaces import LONGEST_BODY, too_large, too_many

MOST_FIELDS = 20
_BOUNDARY = re.compile(r'multipart/form-data; *boundary="?([^";]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'; name="([^"\r\n]{1,100})"')


async def fields(
    request: Request, longest: int = LONGEST_BODY, most: int = MOST_FIELDS
) -> dict[str, str]:
    """The fields of an urlencoded form; no form is empty. Raises ``too_large``, ``too_many``."""
    body = await whole_body(request, longest)
    if body.count(b"&") >= most:
        raise too_many(most)
    try:
        found = parse_qs(body.decode(), keep_blank_values=True)
    except ValueError:
        return {}
    request.state.sent = {name: values[-1] for name, values in found.items()}
    return sent(request)


def sent(request: Request) -> dict[str, str]:
    """The fields of the form that was read; empty before."""
    found: dict[str, str] = getattr(request.state, "sent", {})
    return found


async def parts(request: Request, longest: int) -> dict[str, bytes]:
    """The fields and files of a form that may hold files; no such form is empty.

    In memory, so for small files. Raises ``too_large``.
    """
    body = await whole_body(request, longest)
    kind = request.headers.get("content-type", "")
    boundary = _BOUNDARY.fullmatch(kind)
    if boundary is None:
        return {}
    found: dict[str, bytes] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode("latin-1"))[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if blank and name:
            found[name[1].decode("latin-1")] = content
    return found


def whole(text: str, digits: int) -> int | None:
    """A number of at most so many digits, without a sign; None: it is none."""
    usable = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if usable else None


async def whole_body(request: Request, longest: int) -> bytes:
    """What was sent, in memory. Raises ``too_large``."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            raise too_large(longest)
    return body
