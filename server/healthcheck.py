"""Whether the server of this container answers: ``python -m server.healthcheck``, exit code 0.

Asks ``/readyz`` on the port of the settings, under the host name participants use.
"""

from __future__ import annotations

import http.client
import sys
from urllib.parse import urlsplit

from server.settings import Settings, SettingsError, load

PATIENCE = 5


def main() -> int:
    """Ask once."""
    try:
        return 0 if ready(load()) else 1
    except (SettingsError, OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"not ready: {error}\n")
        return 1


def ready(settings: Settings) -> bool:
    """Whether the server says it is ready. Raises ``OSError`` when nobody answers."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz", headers={"Host": urlsplit(settings.site).netloc})
        return connection.getresponse().status == 200
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
