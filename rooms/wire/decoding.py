"""Strict decoding of what a client sends (reliability page, section 2).

A frame becomes a typed value or a reason; it never raises and never copies a client's
object onto anything.  The typed decoder already refuses unknown fields, NaN, floats in
place of integers and nesting where none belongs; what it lets pass (huge integers, NUL)
is looked for only in frames that could hold it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, get_args

import msgspec

from rooms.core.names import Code, Command, Refusal
from rooms.core.room import RoomCommand
from rooms.wire.messages import AnyClientFrame

FRAME_BYTES = 65_536
DEPTH = 32
LARGEST = 2**53
ID_LENGTH = 64

COMMANDS: dict[str, type[Command]] = {
    str(command.__struct_config__.tag): command for command in get_args(RoomCommand)
}
"""Every command by its name on the wire."""


class Rejected(msgspec.Struct, frozen=True):
    """A frame that is none. With ``id`` it was meant as that command and is acknowledged so."""

    error: Refusal
    detail: str = ""
    id: str | None = None


class _Loose(msgspec.Struct):
    """As much of a broken frame as is needed to answer it."""

    t: Any = None
    id: Any = None
    command: Any = None


_FRAMES: msgspec.json.Decoder[AnyClientFrame] = msgspec.json.Decoder(AnyClientFrame)
_LOOSE = msgspec.json.Decoder(_Loose)
_SUSPECT = re.compile(rb"\d{16}|\\u0000")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_COMMAND_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MALFORMED = Refusal(Code.MALFORMED)


def decode(data: bytes | str) -> AnyClientFrame | Rejected:
    """One frame, or why it is none. Never raises."""
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError:
            return Rejected(_MALFORMED, "not Unicode")
    if len(data) > FRAME_BYTES:
        return Rejected(Refusal(Code.TOO_LARGE, limit=FRAME_BYTES), "frame too large")
    try:
        frame = _FRAMES.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _explain(data, str(error))
    if _SUSPECT.search(data) and not all(map(_harmless, _leaves(msgspec.to_builtins(frame)))):
        return _explain(data, "an integer above 2^53 or a NUL character")
    identifier = getattr(frame, "id", None)
    if identifier is not None and not is_command_id(identifier):
        return Rejected(_MALFORMED, "id is no UUIDv7", identifier[:ID_LENGTH])
    return frame


def is_command_id(text: str) -> bool:
    """A UUIDv7 in its one canonical form, lower case."""
    return _COMMAND_ID.fullmatch(text) is not None


_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""Brackets as signed bytes: one level down, one level up."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def depth(data: bytes) -> int:
    """How deeply a JSON text nests, whether or not it is well-formed.

    A frame may be nothing but brackets, so that nothing here is done a byte at a time in Python.
    """
    steps = array("b", _STRING.sub(b"", data).translate(_STEPS, _NO_BRACKETS))
    return max(accumulate(steps), default=0)


def _explain(data: bytes, detail: str) -> Rejected:
    if depth(data) > DEPTH:
        return Rejected(_MALFORMED, "nested too deeply")
    try:
        loose = _LOOSE.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Rejected(_MALFORMED, detail[:200])
    if loose.t != "do" or not isinstance(loose.id, str) or not loose.id:
        return Rejected(_MALFORMED, detail[:200])
    name = loose.command.get("type") if isinstance(loose.command, dict) else None
    known = not isinstance(name, str) or name in COMMANDS
    error = _MALFORMED if known else Refusal(Code.UNKNOWN_COMMAND)
    return Rejected(error, detail[:200], loose.id[:ID_LENGTH])


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _harmless(leaf: object) -> bool:
    if isinstance(leaf, str):
        return "\0" not in leaf
    return not isinstance(leaf, int) or abs(leaf) <= LARGEST
