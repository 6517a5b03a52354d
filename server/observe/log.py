"""The log: a JSON line each in production, readable lines in a demo.

Standard error carries it: the output belongs to the command, and a worker says there that it
serves.  In production no line has a word that somebody typed or an address they came from:

* of a fault, only what kind and where (``server.observe.faults``);
* of other people's libraries, only warnings, and of those the sentence without what is filled in;
* what our own sentences are filled with is held by ``tests/architecture/test_log.py``.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import Processor

from server.observe import faults
from server.observe.days import DayFiles
from server.settings import Settings

OWN = ("access", "agenda", "rooms", "server")
WORDS_OF_OTHERS = "server.ws"
"""A logger of ours that uvicorn writes to as well: with addresses, and frames at ``debug``."""
FIELDS = ("reference",)
"""What a line may have beside its sentence."""

Line = MutableMapping[str, Any]


def configure(settings: Settings, worker: int | None = None) -> None:
    """Where lines of this process go from now on. ``worker``: which of several, from 0.

    Raises ``SettingsError``.
    """
    bare = not settings.demo
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if settings.log_dir is not None:
        handlers.append(DayFiles(settings.log_dir))
    for handler in handlers:
        handler.setFormatter(formatter(bare=bare, worker=worker))
        handler.addFilter(worth_a_line if bare or settings.log_level != "debug" else bool)
    root = logging.getLogger()
    for before in list(root.handlers):
        root.removeHandler(before)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    logging.raiseExceptions = not bare  # else a line that cannot be written is shown in full
    threading.excepthook = _thread_ended
    sys.unraisablehook = _unraisable


def formatter(*, bare: bool, worker: int | None = None) -> logging.Formatter:
    """``bare``: JSON without words of people; otherwise everything, for whoever develops."""

    def signed(_: object, __: str, line: Line) -> Line:
        return line if worker is None else {**line, "worker": worker + 1}

    first: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        ExtraAdder(FIELDS),
        signed,
    ]
    if bare:
        return ProcessorFormatter(
            foreign_pre_chain=[*first, _bare],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            use_get_message=False,
            pass_foreign_args=True,
        )
    look = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    return ProcessorFormatter(
        foreign_pre_chain=first, processors=[ProcessorFormatter.remove_processors_meta, look]
    )


def worth_a_line(record: logging.LogRecord) -> bool:
    """Below a warning, what libraries tell is for whoever develops them; a fault as text they
    tell a second time."""
    if _ours(record.name):
        return True
    return record.levelno >= logging.WARNING and not str(record.msg).startswith("Traceback")


def _ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in OWN and name != WORDS_OF_OTHERS


def _bare(_: object, __: str, line: Line) -> Line:
    values = line.pop("positional_args", ())
    error = line.pop("exc_info", None)
    line.pop("stack_info", None)
    sentence = str(line["event"])
    if not _ours(line["logger"]):
        # asyncio writes the fault's message into its further lines.
        line["event"] = sentence.split("\n", 1)[0]
    elif values and not isinstance(values, Mapping):
        line["event"] = sentence % tuple(_value(each) for each in values)
    if isinstance(error, tuple) and error[1] is not None:
        line["faults"] = faults.places(error[1])
    return line


def _value(given: object) -> object:
    return faults.chain(given) if isinstance(given, BaseException) else given


def _thread_ended(told: threading.ExceptHookArgs) -> None:
    _unexpected("a thread ended", told.exc_value)


def _unraisable(told: sys.UnraisableHookArgs) -> None:
    _unexpected("a fault that nobody could be told of", told.exc_value)


def _unexpected(sentence: str, error: BaseException | None) -> None:
    trace: TracebackType | None = error.__traceback__ if error is not None else None
    known = (type(error), error, trace) if error is not None else None
    logging.getLogger(__name__).error(sentence, exc_info=known)
