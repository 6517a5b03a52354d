"""Write a migration: ``make migration MESSAGE="add a table"``.

The step is computed between a fresh SQLite database at the newest revision and the tables.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile

from server.db.migrate import MIGRATIONS, migrate, write_migration


def main() -> int:
    """Write it, named after the message on the command line."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        sys.stderr.write('a migration needs a name: make migration MESSAGE="add a table"\n')
        return 1
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/plenum.sqlite3"
        asyncio.run(migrate(url))
        asyncio.run(write_migration(url, message))
    for tidy in (["format", "--quiet"], ["check", "--quiet", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, str(MIGRATIONS)], check=True)  # noqa: S603 - our own files
    return 0


if __name__ == "__main__":
    sys.exit(main())
