"""Log files: one a day, for seven days. Several processes write into the same one."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable
from pathlib import Path

from server.settings import SettingsError

KEPT_DAYS = 7
"""Today's file included: no line is older."""
_NAME = "plenum-{day}.log"


def utc_today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


class DayFiles(logging.Handler):
    """Each line is one write at the end; nothing is renamed, so processes need not agree.

    Raises ``SettingsError`` when the folder cannot be made or written.
    """

    def __init__(self, folder: Path, today: Callable[[], dt.date] = utc_today) -> None:
        super().__init__()
        self._folder = folder
        self._today = today
        self._day = dt.date.min
        self._file: int | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._turn()
        except OSError as error:
            raise SettingsError(f"PLENUM_LOG_DIR: {folder}: {error.strerror}") from None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            os.write(self._turn(), f"{self.format(record)}\n".encode())
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A full disk: the line still stands on standard error."""

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()

    def _turn(self) -> int:
        today = self._today()
        if self._file is None or today != self._day:
            if self._file is not None:
                os.close(self._file)
            self._file = _append(self._folder / _NAME.format(day=today))
            self._day = today
            tidy(self._folder, today)
        return self._file


def tidy(folder: Path, today: dt.date | None = None) -> None:
    """Delete the files of days of which a line could be older than a week."""
    oldest = (today or utc_today()) - dt.timedelta(days=KEPT_DAYS - 1)
    for path in folder.glob(_NAME.format(day="*")):
        if path.name < _NAME.format(day=oldest):
            path.unlink(missing_ok=True)


def _append(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
