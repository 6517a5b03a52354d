"""The command ``plenum``. One plain line per error, and an exit code other than 0."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from asyncpg import PostgresError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp

from server import doctor, serve
from server.db.engine import create_engine, require_durable
from server.db.epoch import require_finished
from server.db.generation import require_readable
from server.db.migrate import migrate, newest
from server.errors import CommandError, OperatorError
from server.observe import log
from server.observe.process import Process
from server.serve import Protocols
from server.settings import PREFIX, Mode, Settings, SettingsError, load, unknown, with_data
from server.storage import serving
from server.storage.belonging import adopt, require_own
from server.workers import Workers

Door = tuple[str, str]
"""Who may go in, and the address to open."""


class Application(Protocol):
    """What commands need of the composition root; the module ``server.app`` is one."""

    def create_app(self, settings: Settings, process: Process) -> ASGIApp:
        """The server, not yet started."""

    def protocols(self) -> Protocols:
        """The classes that speak HTTP and WebSocket on a connection."""

    async def seed(self, settings: Settings) -> None:
        """Fill a migrated database with what Plenum ships. Does nothing the second time."""

    async def sign_in_link(self, settings: Settings, address: str) -> str:
        """A link that signs this person in, once. Raises ``CommandError`` for a stranger."""

    async def token(self, settings: Settings, address: str) -> str:
        """A bearer token for scripts. Raises ``CommandError`` for a stranger."""

    async def import_examples(
        self, settings: Settings, table: str, *, apply: bool
    ) -> Sequence[str]:
        """What taking over practice examples from CSV changes, line by line."""

    async def doors(self, settings: Settings) -> Sequence[Door]:
        """What to open in a demo: start page, an office each, the big screen."""


@dataclass(frozen=True)
class Call:
    """A command as it was called."""

    email: str
    environ: Mapping[str, str]
    application: Callable[[], Application]
    file: Path | None = None
    apply: bool = False
    keep: int | None = None
    replace: bool = False
    without_journal: bool = False
    adopt_folder: bool = False
    workers: int = 1
    worker: int | None = None
    """One of several, started by their parent: which one, from 0."""

    def settings(self) -> Settings:
        return with_data(load(self.environ))


def _application() -> Application:
    from server import app  # noqa: PLC0415 - `doctor` and `--help` must answer without it

    return app


def main(
    arguments: Sequence[str] | None = None,
    application: Application | None = None,
    environ: Mapping[str, str] | None = None,
) -> int:
    """Run one command and return its exit code.

    ``application`` replaces ``server.app`` and ``environ`` the process's environment (tests).
    """
    given = _parser().parse_args(arguments)
    command: Callable[[Call], int] = given.command
    call = Call(
        email=getattr(given, "email", ""),
        environ=os.environ if environ is None else environ,
        application=_application if application is None else lambda: application,
        file=getattr(given, "file", None),
        apply=getattr(given, "apply", False),
        keep=getattr(given, "keep", None),
        replace=getattr(given, "replace", False),
        without_journal=getattr(given, "without_journal", False),
        adopt_folder=getattr(given, "adopt_folder", False),
        workers=getattr(given, "workers", 1),
        worker=getattr(given, "worker", None),
    )
    try:
        return command(call)
    except (SettingsError, CommandError, OperatorError) as error:
        return _fail(str(error))
    except (SQLAlchemyError, PostgresError) as error:
        return _fail(f"database: {_first_line(error)}")
    except OSError as error:
        return _fail(_of_the_system(error))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if call.environ.get(f"{PREFIX}LOG_LEVEL", "").lower() == "debug":
            raise
        return _fail(f"{type(error).__name__}: {_first_line(error)} (PLENUM_LOG_LEVEL=debug: more)")


def _serve(call: Call) -> int:
    settings = call.settings()
    for name in unknown(call.environ):
        print(f"plenum: {name} is not a setting; docs/settings.md has the list", file=sys.stderr)
    if call.workers > 1 and settings.database.startswith("sqlite"):
        raise CommandError("--workers: several need PostgreSQL; set PLENUM_DATABASE_URL")
    with _sharing(settings), serve.listen(settings, shared=call.workers > 1) as listening:
        if call.worker is not None:
            return _run(call, settings, listening, "ready")
        doors = asyncio.run(_prepare(settings, call.application()))
        welcome = _welcome(settings, doors)
        if call.workers == 1:
            return _run(call, settings, listening, welcome)
        log.configure(settings)
        command = [sys.executable, *sys.orig_argv[1:], "--worker"]
        return Workers(command, call.workers).run(lambda: print(welcome, flush=True))


@contextmanager
def _sharing(settings: Settings) -> Iterator[None]:
    try:
        with serving.sharing(settings.data_dir):
            yield
    except serving.TakenError:
        raise CommandError("a restore is running; start again when it is done") from None


def _run(call: Call, settings: Settings, listening: socket.socket, welcome: str) -> int:
    slot, application = call.worker or 0, call.application()
    process = Process(slot, serve.listen_for_metrics(settings, slot))
    log.configure(settings, call.worker)
    app, protocols = application.create_app(settings, process), application.protocols()
    attached = call.worker is not None
    return serve.run(
        settings, app, protocols, listening, welcome, process=process, attached=attached
    )


async def _prepare(settings: Settings, application: Application) -> Sequence[Door]:
    for holds in (require_durable, require_finished):
        await _require(holds, settings.database)
    await migrate(settings.database)
    await _require(require_readable, settings.database)
    await _require(partial(require_own, keys=settings.keys), settings.database)
    if settings.mode is Mode.PRODUCTION:
        return ()
    await application.seed(settings)
    return await application.doors(settings)


async def _require(holds: Callable[[AsyncEngine], Awaitable[None]], url: str) -> None:
    engine = create_engine(url)
    try:
        await holds(engine)
    finally:
        await engine.dispose()


def _welcome(settings: Settings, doors: Sequence[Door]) -> str:
    """What to open. Production prints no link: who reads the log is not who may sign in."""
    if not settings.demo:
        return f"Plenum serves {settings.site}"
    site = f"Plenum serves {settings.site} (demo; data in {settings.data_dir}; Ctrl+C ends it)"
    links = [f"\n  {who}\n  {address}" for who, address in doors]
    return "\n".join([site, *links, "", _ANOTHER])


_ANOTHER = (
    "A sign-in link works once and for a quarter of an hour. Another one:\n"
    "  .venv/bin/plenum sign-in-link moderation@kts.example"
)


def _migrate(call: Call) -> int:
    settings = call.settings()
    asyncio.run(migrate(settings.database))
    print(f"database: at revision {newest()}")
    if call.adopt_folder:
        asyncio.run(_require(partial(adopt, keys=settings.keys), settings.database))
        print(f"database: its data folder is {settings.data_dir}")
    return 0


def _seed(call: Call) -> int:
    settings = call.settings()
    asyncio.run(migrate(settings.database))
    asyncio.run(call.application().seed(settings))
    print("database: seeded")
    return 0


def _sign_in_link(call: Call) -> int:
    print(asyncio.run(call.application().sign_in_link(call.settings(), call.email)))
    return 0


def _token(call: Call) -> int:
    print(asyncio.run(call.application().token(call.settings(), call.email)))
    return 0


def _import_examples(call: Call) -> int:
    assert call.file is not None
    try:
        table = call.file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{call.file}: not in UTF-8") from None
    application, settings = call.application(), call.settings()
    for line in asyncio.run(application.import_examples(settings, table, apply=call.apply)):
        print(line)
    if not call.apply:
        print("Nothing was changed. With --apply it is done and released.")
    return 0


def _backup(call: Call) -> int:
    from server.backup import said, taking  # noqa: PLC0415 - as for the application

    taken = asyncio.run(taking.take(call.settings(), call.file, call.keep))
    for line in said.of_backup(taken):
        print(line)
    return _fail("\n".join(said.of_losses(taken))) if taken.lost else 0


def _restore(call: Call) -> int:
    from server.backup import restoring, said  # noqa: PLC0415 - as for the application

    assert call.file is not None
    settings = call.settings()
    restored = asyncio.run(
        restoring.restore(
            settings,
            call.file,
            print,
            replace=call.replace,
            without_journal=call.without_journal,
        )
    )
    for line in said.of_restore(restored):
        print(line)
    return 0


def _doctor(call: Call) -> int:
    try:
        findings = asyncio.run(doctor.examine(load(call.environ), call.environ))
    except SettingsError as error:
        findings = [doctor.Finding("error", "settings", line) for line in str(error).splitlines()]
    for finding in findings:
        print(f"{finding.level:<7}  {finding.part}: {finding.text}")
    return 1 if any(finding.level == "error" for finding in findings) else 0


def _first_line(error: Exception) -> str:
    """The message, without the name of the driver's class that SQLAlchemy puts before it."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return re.sub(r"^\([\w.]+\) ", "", first)


def _of_the_system(error: OSError) -> str:
    """Which file, and what about it; without the number."""
    if error.filename is None or not error.strerror:
        return error.strerror or _first_line(error)
    return f"{error.filename}: {error.strerror}"


def _fail(lines: str) -> int:
    for line in lines.splitlines():
        print(f"plenum: {line}", file=sys.stderr)
    return 1


_COMMANDS: dict[str, tuple[Callable[[Call], int], str]] = {
    "serve": (_serve, "Migrate the database and serve; a demo is also seeded."),
    "migrate": (_migrate, "Bring the database to the tables of this release."),
    "seed": (_seed, "Fill the database with the programme and registers Plenum ships."),
    "sign-in-link": (_sign_in_link, "Print a link that signs a person in, once."),
    "token": (_token, "Print a bearer token for scripts."),
    "import-examples": (
        _import_examples,
        "Say what a CSV file of practice examples would change; --apply does it.",
    ),
    "backup": (_backup, "Write database, uploads and keys into one file, while Plenum runs."),
    "restore": (_restore, "Put a backup in the place of what is there, and end all sessions."),
    "doctor": (_doctor, "Check settings, database, disk, clock and versions."),
}
_ABOUT_A_PERSON = {"sign-in-link", "token"}
COMMANDS = frozenset(_COMMANDS)


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d?", text, re.ASCII):
        raise argparse.ArgumentTypeError("a number from 1 to 99")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plenum",
        description="Hosts virtual conferences for municipalities.",
        epilog="Settings are read from the environment: docs/settings.md.",
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (command, text) in _COMMANDS.items():
        made = subparsers.add_parser(name, help=text, description=text)
        made.set_defaults(command=command)
        if name in _ABOUT_A_PERSON:
            made.add_argument("email", help="the person's mail address")
        if name == "serve":
            made.add_argument(
                "--workers", type=_count, default=1, metavar="N", help="processes on PostgreSQL"
            )
            made.add_argument("--worker", type=int, help=argparse.SUPPRESS)
        if name == "migrate":
            made.add_argument(
                "--adopt-folder",
                action="store_true",
                help="the data folder is this one from now on",
            )
        if name == "backup":
            made.add_argument("file", type=Path, nargs="?", help="default: in data/backups/")
            made.add_argument("--keep", type=_count, metavar="N", help="drop older ones but N")
        if name == "restore":
            made.add_argument("file", type=Path, help="what plenum backup wrote")
            made.add_argument("--replace", action="store_true", help="what is there goes")
            made.add_argument(
                "--without-journal", action="store_true", help="though erasures may come back"
            )
        if name == "import-examples":
            made.add_argument("file", type=Path, help="CSV, UTF-8, with project_id and title")
            made.add_argument("--apply", action="store_true", help="do it, and release")
    return parser
