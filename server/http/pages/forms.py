"""Reading forms: small, with named fields, never a crash."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request

from server.http.surfaces import LONGEST_BODY, too_large

MOST_FIELDS = 20


async def fields(request: Request) -> dict[str, str]:
    """The fields of an urlencoded form; too many or no form is empty. Raises ``too_large``."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise too_large()
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}
