"""Reading forms: small, with named fields, never a crash."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request

LONGEST_BODY = 16_384
"""Bytes. Most forms are a name and a token."""
MOST_FIELDS = 40


async def fields(request: Request, longest: int = LONGEST_BODY) -> dict[str, str]:
    """The fields of an urlencoded form; what is too long, too many or no form is empty."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            return {}
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}
