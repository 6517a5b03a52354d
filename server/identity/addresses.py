"""Mail addresses, by a grammar of our own that is narrower than RFC 5322 on purpose.

ASCII only, no quoted local part, no comment, no route, no literal: nothing that two programs
could read differently, and nothing that could end a header line.
"""

from __future__ import annotations

import re

LONGEST = 254
LONGEST_LOCAL = 64

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])"
_ADDRESS = re.compile(
    rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>(?:{_LABEL}\.)+{_TOP})", re.ASCII
)


def parse(text: str) -> str | None:
    """The address in lower case, or None when it is not one we accept.

    Spaces around it are dropped: they come with pasting.
    """
    lower = text.strip(" ").lower() if text.isascii() else ""
    found = _ADDRESS.fullmatch(lower)
    if found is None or len(lower) > LONGEST or len(found["local"]) > LONGEST_LOCAL:
        return None
    if "=?" in lower:
        return None  # mail programs read an encoded word of RFC 2047 as something else
    return lower
