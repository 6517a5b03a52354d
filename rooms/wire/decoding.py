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
from typing import get_args

import msgspec

from rooms.core.names import Code, Command, Refusal
from rooms.core.room import RoomCommand
from rooms.wire.messages import AnyClientFrame

FRAME_BYTES = 65_536
DEPTH = 32
LARGEST = 2**53
ID_LENGTH = 64
NESTS_BYTES = 4_096
"""Of a frame that is none, as much is searched for nests."""

COMMANDS: dict[str, type[Command]] = {
    str(command.__struct_config__.tag): command for command in get_args(RoomCommand)
}
"""Every command by its name on the wire."""


class Rejected(msgspec.Struct, frozen=True):
    """A frame that is none. With ``id`` it was meant as that command and is acknowledged so."""

    error: Refusal
    detail: str = ""
    id: str | None = None


_NOTHING = msgspec.Raw(b"null")


class _Loose(msgspec.Struct):
    """As much of a broken frame as is needed to answer it. Raw: nothing inside is made."""

    t: msgspec.Raw = _NOTHING
    id: msgspec.Raw = _NOTHING
    command: msgspec.Raw = _NOTHING


class _Named(msgspec.Struct):
    """What a broken command calls itself."""

    type: msgspec.Raw = _NOTHING


_FRAMES: msgspec.json.Decoder[AnyClientFrame] = msgspec.json.Decoder(AnyClientFrame)
_LOOSE = msgspec.json.Decoder(_Loose)
_NAMED = msgspec.json.Decoder(_Named)
_TEXT = msgspec.json.Decoder(str)
_LONG_NUMBER = re.compile(rb"[0-9][0-9]{15}")
"""Begins with a set of its own, which the search skips to; ``[0-9]{16}`` is tried everywhere."""
_NUL = rb"\u0000"
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
    if _suspect(data) and not all(map(_harmless, _leaves(msgspec.to_builtins(frame)))):
        return _explain(data, "an integer above 2^53 or a NUL character")
    identifier = getattr(frame, "id", None)
    if identifier is not None and not is_command_id(identifier):
        return Rejected(_MALFORMED, "id is no UUIDv7", identifier[:ID_LENGTH])
    return frame


def _suspect(data: bytes) -> bool:
    """Whether it could hold what the typed decoder lets pass."""
    return _NUL in data or _LONG_NUMBER.search(data) is not None


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
    """Why it is no frame. Only the beginning is looked at for depth: deeper down no nest is
    taken either, it is only called by another name."""
    if depth(data[:NESTS_BYTES]) > DEPTH:
        return Rejected(_MALFORMED, "nested too deeply")
    try:
        loose = _LOOSE.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Rejected(_MALFORMED, detail[:200])
    identifier = _text(loose.id)
    if _text(loose.t) != "do" or not identifier:
        return Rejected(_MALFORMED, detail[:200])
    name = _name(loose.command)
    known = name is None or name in COMMANDS
    error = _MALFORMED if known else Refusal(Code.UNKNOWN_COMMAND)
    return Rejected(error, detail[:200], identifier[:ID_LENGTH])


def _name(command: msgspec.Raw) -> str | None:
    try:
        return _text(_NAMED.decode(command).type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _text(raw: msgspec.Raw) -> str | None:
    try:
        return _TEXT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


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
