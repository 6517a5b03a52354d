"""What tells who said something, in a file beside the database (rooms page, B2.10).

The database holds the sealed author of an unnamed question, this file the key.  The database
holds the owners of commands (``room_command``) as hashes, this file the secret of each day under
which they are made.  Neither alone names an account.

The file is a row of records of ``RECORD.size`` bytes.  Sealing appends, destroying overwrites a
record with zeros.  Several processes may use one file: writers take turns by ``flock``, and what
others appended is read when a key is missing.

Overwriting reaches the file, not copies that a file system, a drive or a backup made of it
(docs/decisions/0062, 0103).
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import secrets
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from access.audiences import Instant
from rooms.core.names import Author, ObjectId
from rooms.ports import CommandKey, Owner, StoreUnavailableError
from rooms.wire.commands import made_at
from server.storage.flushing import flush

RECORD = struct.Struct("<16s8s32sI")
"""Label of the question or the day or the file, id of the key, the key, CRC-32 of these."""
NAME = b"name of the file"
"""The label under which the file has its own name; no question or day has it."""
_DESTROYED = bytes(RECORD.size)
_ID, _NONCE = 8, 12
_DAY_MS = 24 * 3_600_000
_DAYS = struct.Struct(">8sQ")
"""Label of a day: the word, then which one since 1970 (UTC)."""
_COMMANDS = b"commands"
_OWNER = 16


class FileVault:
    """``rooms.ports.Vault`` in one file."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it: readable by this account only."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fchmod(self._file, 0o600)
        flush(path.parent)  # the name of a new file
        self._turn = threading.Lock()
        self._places: dict[bytes, list[int]] = {}
        self._read = 0

    def seal(self, authors: Mapping[ObjectId, Author]) -> Mapping[ObjectId, bytes]:
        """See ``rooms.ports.Vault``."""
        sealed, records = {}, b""
        for question, author in authors.items():
            id_, key = secrets.token_bytes(_ID), AESGCM.generate_key(256)
            records += _record(_label(question), id_, key)
            nonce = secrets.token_bytes(_NONCE)
            body = AESGCM(key).encrypt(nonce, msgspec.json.encode(author), question.encode())
            sealed[question] = id_ + nonce + body
        with self._alone():
            self._append(records)
        return sealed

    def open(self, question: ObjectId, sealed: bytes) -> Author | None:
        """See ``rooms.ports.Vault``."""
        id_, nonce, body = sealed[:_ID], sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
        with self._turn:
            key = self._key(_label(question), id_)
        if key is None:
            return None
        try:
            found = AESGCM(key).decrypt(nonce, body, question.encode())
        except InvalidTag:
            return None
        return msgspec.json.decode(found, type=Author)

    def destroy(self, questions: Iterable[ObjectId]) -> None:
        """See ``rooms.ports.Vault``."""
        self._destroy(_label(question) for question in questions)

    def owners(
        self, keys: Iterable[CommandKey], *, make: bool = False
    ) -> Mapping[CommandKey, Owner]:
        """See ``rooms.ports.Vault``."""
        days = {key: made_at(key.cmd_id) // _DAY_MS for key in keys}
        read = self._make_secrets if make else self._secrets
        found = read(set(days.values()))
        return {key: _owner(found[day], key) for key, day in days.items() if day in found}

    def forget(self, before: Instant) -> None:
        """See ``rooms.ports.Vault``."""
        with self._turn, self._locked(fcntl.LOCK_SH):
            self._catch_up()
            old = [label for label in self._places if _day(label) < before // _DAY_MS]
        if old:
            self._destroy(old)

    def name(self) -> str:
        """Of the file, wherever it lies; drawn when somebody first asks.

        It tells no key. Raises ``StoreUnavailableError`` when it could not be stored.
        """
        with self._alone():
            self._catch_up()
            if self._find(NAME) is None:
                self._append(_fresh(NAME))
                self._catch_up()
            found = self._find(NAME)
        assert found is not None
        return _said(found)

    def rename(self) -> str:
        """Draw another name: copies of the file keep the old one. Raises as ``name`` does."""
        self._destroy([NAME])
        return self.name()

    def close(self) -> None:
        os.close(self._file)

    def _secrets(self, days: set[int]) -> dict[int, bytes]:
        with self._turn:
            found = {day: self._key(_day_label(day)) for day in days}
        return {day: secret for day, secret in found.items() if secret is not None}

    def _make_secrets(self, days: set[int]) -> dict[int, bytes]:
        """The secrets of these days. What is missing is made, by one process only."""
        found = self._secrets(days)
        if found.keys() < days:
            with self._alone():
                self._catch_up()
                missing = [day for day in days if self._find(_day_label(day)) is None]
                self._append(b"".join(_fresh(_day_label(day)) for day in missing))
            found = self._secrets(days)
        return found

    def _append(self, records: bytes) -> None:
        """Needs the file for itself."""
        size = os.fstat(self._file).st_size
        # What a crash left half written was never promised to anybody.
        end = size - size % RECORD.size
        try:
            os.ftruncate(self._file, end)
            written = os.pwrite(self._file, records, end)
            if written != len(records):
                raise OSError("the disk took only a part")
            os.fsync(self._file)
        except OSError as error:
            os.ftruncate(self._file, end)
            raise StoreUnavailableError(f"the keys could not be stored: {error}") from error

    def _destroy(self, labels: Iterable[bytes]) -> None:
        with self._alone():
            self._catch_up()
            try:
                for label in labels:
                    for place in self._places.get(label, ()):
                        os.pwrite(self._file, _DESTROYED, place)
                    self._places.pop(label, None)
                os.fsync(self._file)
            except OSError as error:
                raise StoreUnavailableError(f"keys could not be destroyed: {error}") from error

    def _key(self, label: bytes, id_: bytes | None = None) -> bytes | None:
        key = self._find(label, id_)
        if key is None:
            with self._locked(fcntl.LOCK_SH):
                self._catch_up()
            key = self._find(label, id_)
        return key

    def _find(self, label: bytes, id_: bytes | None = None) -> bytes | None:
        """The key with this label, and this id unless there is only one."""
        for place in self._places.get(label, ()):
            found = _parse(os.pread(self._file, RECORD.size, place))
            if found is not None and found[0] == label and id_ in (None, found[1]):
                return found[2]
        return None

    def _catch_up(self) -> None:
        """Read what was appended since the last time, by us or by others. Needs the lock: an
        append that fails is taken back."""
        size = os.fstat(self._file).st_size
        self._read = min(self._read, size)
        data = os.pread(self._file, size - self._read, self._read)
        for start in range(0, len(data) - RECORD.size + 1, RECORD.size):
            found = _parse(data[start : start + RECORD.size])
            if found is not None:
                self._places.setdefault(found[0], []).append(self._read + start)
        self._read += len(data) - len(data) % RECORD.size

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._turn, self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        fcntl.flock(self._file, how)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def name_in(path: Path) -> str | None:
    """As ``FileVault.name``, but makes nothing: None without a file, or while it has no name."""
    try:
        with path.open("rb") as file:
            while record := file.read(RECORD.size):
                found = _parse(record)
                if found is not None and found[0] == NAME:
                    return _said(found[2])
    except FileNotFoundError:
        pass
    return None


def _said(drawn: bytes) -> str:
    return hashlib.blake2b(drawn, digest_size=8).hexdigest()


def _label(question: ObjectId) -> bytes:
    return hashlib.blake2b(question.encode(), digest_size=16).digest()


def _day_label(day: int) -> bytes:
    return _DAYS.pack(_COMMANDS, day)


def _day(label: bytes) -> float:
    """The day with this label; that of a question never comes."""
    word, day = _DAYS.unpack(label)
    return day if word == _COMMANDS else math.inf


def _owner(secret: bytes, key: CommandKey) -> Owner:
    made = hashlib.blake2b(f"{key.cmd_id} {key.account}".encode(), key=secret).digest()
    return Owner(made[:_OWNER], made[_OWNER:])


def _fresh(label: bytes) -> bytes:
    return _record(label, secrets.token_bytes(_ID), AESGCM.generate_key(256))


def _record(label: bytes, id_: bytes, key: bytes) -> bytes:
    return RECORD.pack(label, id_, key, zlib.crc32(label + id_ + key))


def _parse(record: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Label, id and key; None for a destroyed or damaged record."""
    if len(record) != RECORD.size or record == _DESTROYED:
        return None
    label, id_, key, check = RECORD.unpack(record)
    return (label, id_, key) if zlib.crc32(label + id_ + key) == check else None
