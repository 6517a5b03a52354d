"""What ``plenum doctor`` looks at. It changes nothing."""

from __future__ import annotations

import asyncio
import os
import platform
import pwd
import shutil
import sqlite3
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from asyncpg import PostgresError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.bus.hints import BusError
from server.bus.redis import RedisCarrier
from server.db.engine import address, create_engine, durability
from server.db.migrate import current, newest
from server.settings import Settings, is_loopback, unknown
from server.storage import belonging
from server.storage.journal import ErasureJournal, JournalError

OLDEST_SQLITE = (3, 38, 0)  # the first with JSON built in
OLDEST_POSTGRESQL = 140000
FULL = 100 * 2**20
NEARLY_FULL = 2**30
MOST_DRIFT = 1.0
_VOLATILE = {"tmpfs", "ramfs"}
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"}


@dataclass(frozen=True)
class Finding:
    """One line of the report. Only ``error`` makes the command fail."""

    level: Literal["ok", "warning", "error"]
    part: str
    text: str


async def examine(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything; no finding stops the next."""
    return [
        *_versions(),
        *_settings(settings, environ),
        *await data(settings),
        *await _bus(settings.bus_url.get_secret_value()),
    ]


async def data(settings: Settings) -> list[Finding]:
    """The folder and the disk it lies on, the database, and the erasure journal."""
    return [
        *_disk(settings.data_dir),
        _folder(settings),
        _journal(settings.journal),
        *await _database(settings),
    ]


def _versions() -> list[Finding]:
    packages = ("starlette", "uvicorn", "sqlalchemy", "sqlmodel", "websockets", "cryptography")
    found = [f"Python {platform.python_version()}", ssl.OPENSSL_VERSION]
    found += [f"{name} {version(name)}" for name in packages]
    return [Finding("ok", "versions", ", ".join(found)), _sqlite_version()]


def _sqlite_version() -> Finding:
    with_json = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return Finding("error", "versions", f"{with_json} is too old: 3.38 or newer is needed")
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("SELECT json('{}') -> '$'")
    except sqlite3.OperationalError:
        return Finding("error", "versions", f"{with_json} was built without JSON")
    finally:
        connection.close()
    return Finding("ok", "versions", f"{with_json} with JSON")


def _settings(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    found = [Finding("ok", "settings", f"mode {settings.mode}, {settings.site}")]
    found += [
        Finding("warning", "settings", f"{name} is not a setting of Plenum")
        for name in unknown(environ)
    ]
    if settings.smtp_url.get_secret_value().startswith("smtp://"):
        found.append(
            Finding("warning", "settings", "PLENUM_SMTP_URL: mails leave without encryption")
        )
    if not settings.demo and not settings.trusted_proxies:
        found.append(
            Finding(
                "warning",
                "settings",
                "PLENUM_TRUSTED_PROXIES is empty: behind a proxy all limits count one address",
            )
        )
    if settings.metrics_port and not is_loopback(settings.metrics_host):
        told = (
            f"port {settings.metrics_port} gives figures to whoever reaches it; let nobody outside"
        )
        found.append(Finding("warning", "settings", f"PLENUM_METRICS_HOST: {told}"))
    return found


def _disk(folder: Path) -> list[Finding]:
    there = _nearest(folder)
    found = [room_left(shutil.disk_usage(there).free, folder)]
    kind = _file_system(there)
    if kind in _VOLATILE:
        found.append(Finding("warning", "disk", f"{folder} lies in memory ({kind})"))
    return found


def room_left(free: int, folder: Path) -> Finding:
    """Whether so many bytes suffice at a folder."""
    left = f"{free // 2**20} MiB free at {folder}"
    if free >= NEARLY_FULL:
        return Finding("ok", "disk", left)
    if free >= FULL:
        return Finding("warning", "disk", f"{left}: make room soon")
    return Finding("error", "disk", f"{left}, too little to store anything: make room")


def _folder(settings: Settings) -> Finding:
    """Whether this user may work in the data folder."""
    folder = settings.data_dir
    there = _nearest(folder)
    if not there.is_dir():
        return Finding("error", "folder", f"{there} is a file, not a folder: set PLENUM_DATA_DIR")
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        wrong = f"{folder} lies on a disk that is mounted read-only: mount it for writing"
        return Finding("error", "folder", f"{wrong}, or set PLENUM_DATA_DIR")
    if there != folder.absolute():
        return _not_yet(folder, there)
    for path in (folder, *_in(settings)):
        if not _may_write(path):
            return Finding("error", "folder", _not_ours(path))
    return Finding("ok", "folder", f"{folder} can be written")


def _not_yet(folder: Path, there: Path) -> Finding:
    if _may_write(there):
        return Finding("ok", "folder", f"{folder} will be made on the first start")
    us = os.geteuid()
    wrong = f"{folder} is not there, and {_user(us)} may not make it in {there}"
    return Finding("error", "folder", f"{wrong}: make it, then chown {us} {folder}")


def _in(settings: Settings) -> list[Path]:
    """What is in the data folder already and must be written."""
    paths = [settings.keys, settings.files]
    if settings.database.startswith("sqlite"):
        file = address(settings.database).database or ""
        paths += [Path(f"{file}{end}") for end in ("", "-wal", "-shm")]
    return [path for path in paths if _exists(path)]


def _not_ours(path: Path) -> str:
    """Why a path cannot be written, and what to do."""
    us, owner = _user(os.geteuid()), _user(path.stat().st_uid)
    if us == owner:
        return f"{path} cannot be written by its owner {us}: chmod u+rwX {path}"
    return (
        f"{path} belongs to {owner} and cannot be written by {us}:"
        f" run Plenum as {owner}, or chown -R {os.geteuid()} {path}"
    )


def _user(number: int) -> str:
    try:
        return f"user {pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"user {number}"


def _may_write(path: Path) -> bool:
    """What is there. A folder must also be looked into."""
    search = os.X_OK if path.is_dir() else 0
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.R_OK | os.W_OK | search, effective_ids=effective)


def _may_make(path: Path) -> bool:
    """What is not there yet, with the folders on the way."""
    there = _nearest(path.parent)
    return there.is_dir() and _may_write(there)


def _journal(path: Path) -> Finding:
    """What cannot be remembered is not erased either."""
    if not (_may_write(path) if _exists(path) else _may_make(path)):
        return Finding("error", "erasures", f"{path} cannot be written: nothing can be erased")
    try:
        count = len(ErasureJournal(path, lambda: 0).read())
    except (JournalError, OSError) as error:
        return Finding("error", "erasures", str(error))
    return Finding("ok", "erasures", f"{count} in the journal {path}")


def _nearest(folder: Path) -> Path:
    """The folder, or the one in which it will be made."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if _exists(path))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False  # who may not look finds out about the folder


def _file_system(path: Path) -> str:
    """The kind of file system a path lies on; empty where the system does not tell."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    fields = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    on_the_way = [(where, kind) for _, where, kind, *_ in fields if path.is_relative_to(where)]
    return max(on_the_way, key=lambda mount: len(mount[0]), default=("", ""))[1]


async def _database(settings: Settings) -> list[Finding]:
    if settings.database.startswith("sqlite"):
        path = Path(address(settings.database).database or "")
        if not await asyncio.to_thread(_exists, path):
            made = [Finding("ok", "database", f"{path} will be made on the first start")]
            return made if _may_make(path) else []
        found = await asyncio.to_thread(_sqlite, path)
    else:
        found = await _postgresql(settings.database)
    if any(finding.level == "error" for finding in found):
        return found
    return [*found, await _revision(settings.database), *await _belonging(settings)]


async def _belonging(settings: Settings) -> list[Finding]:
    """Whether the folder is the one all processes share."""
    engine = create_engine(settings.database)
    try:
        async with engine.connect() as connection:
            if await connection.run_sync(belonging.own, settings.keys):
                return []
    except PermissionError:
        return []  # told of the folder already
    finally:
        await engine.dispose()
    return [Finding("error", "folder", belonging.foreign(settings.data_dir))]


async def _postgresql(url: str) -> list[Finding]:
    engine = create_engine(url)
    try:
        unsafe = [str(setting) for setting in await durability(engine) if not setting.safe]
        async with engine.connect() as connection:
            return [
                *(Finding("error", "database", f"may lose data: {line}") for line in unsafe),
                await _release(connection),
                await _clock(connection),
            ]
    except (SQLAlchemyError, PostgresError, OSError) as error:
        return [Finding("error", "database", f"cannot be reached: {str(error).splitlines()[0]}")]
    finally:
        await engine.dispose()


def _sqlite(path: Path) -> list[Finding]:
    found = []
    if _file_system(path.absolute()) in _REMOTE:
        found.append(
            Finding("error", "database", f"{path} lies on a network drive; SQLite loses data there")
        )
    try:
        with closing(sqlite3.connect(path)) as connection:
            return [*found, *_sqlite_inside(path, connection)]
    except sqlite3.DatabaseError as error:
        return [*found, Finding("error", "database", _cannot_be_read(path, error))]


def _cannot_be_read(path: Path, error: sqlite3.DatabaseError) -> str:
    if isinstance(error, sqlite3.OperationalError):
        return f"{path} cannot be opened now ({error}): see disk and folder above, then try again"
    return f"{path} is damaged ({error}): restore a backup"


def _sqlite_inside(path: Path, connection: sqlite3.Connection) -> list[Finding]:
    clock = _sqlite_clock(connection)
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    found = []
    if mode != "wal":
        found.append(Finding("warning", "database", f"journal mode is {mode}, not wal"))
    if sound != "ok":
        found.append(Finding("error", "database", f"damaged: {sound}"))
    return [*(found or [Finding("ok", "database", f"{path}: sound, write-ahead log")]), clock]


def _sqlite_clock(connection: sqlite3.Connection) -> Finding:
    """SQLite's clock is this machine's: only what is stored can tell that it went back."""
    try:
        (newest_ms,) = connection.execute("SELECT max(last_at) FROM room_head").fetchone()
    except sqlite3.DatabaseError:
        newest_ms = None
    ahead = (newest_ms or 0) / 1_000 - time.time()
    if ahead > MOST_DRIFT:
        return Finding("warning", "clock", f"{ahead:.0f} s behind the newest message stored")
    return Finding("ok", "clock", "not behind anything stored")


async def _bus(url: str) -> list[Finding]:
    if not url:
        return []
    carrier = RedisCarrier(url)
    try:
        await carrier.open(lambda _: None)
    except BusError as error:
        # No error: the server starts without it, and is a few seconds slower.
        return [Finding("warning", "bus", f"cannot be reached: {error}")]
    finally:
        await carrier.close()
    return [Finding("ok", "bus", "carries hints between processes")]


async def _release(connection: AsyncConnection) -> Finding:
    number = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
    if number < OLDEST_POSTGRESQL:
        return Finding("error", "database", "PostgreSQL 14 or newer is needed")
    return Finding("ok", "database", f"PostgreSQL {number // 10000}")


async def _clock(connection: AsyncConnection) -> Finding:
    query = text("SELECT extract(epoch FROM clock_timestamp())")
    drift = abs(float((await connection.execute(query)).scalar_one()) - time.time())
    if drift > MOST_DRIFT:
        return Finding("warning", "clock", f"{drift:.1f} s apart from the database's clock")
    return Finding("ok", "clock", "agrees with the database's")


async def _revision(url: str) -> Finding:
    at, wanted = await current(url), newest()
    if at != wanted:
        brings = f"at revision {at}; `plenum migrate` brings {wanted}"
        return Finding("warning", "database", brings)
    return Finding("ok", "database", f"at revision {at}")
