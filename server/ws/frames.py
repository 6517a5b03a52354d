"""WebSocket frames as bytes (RFC 6455, section 5.2), and counting what a client sends."""

from __future__ import annotations

import struct

TEXT = 0x81
"""Final frame of a text message."""


def text_frame(payload: bytes) -> bytes:
    """Header and payload of one unmasked text message, as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((TEXT, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", TEXT, 126, size) + payload
    return struct.pack("!BBQ", TEXT, 127, size) + payload


def payload_of(frame: bytes) -> bytes:
    """The payload of a frame made by ``text_frame``."""
    offset = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[offset:]


def text_of(frame: bytes) -> str:
    """The same, as text."""
    return payload_of(frame).decode()


class FrameCounter:
    """Counts the frames in a stream of bytes by their headers, without touching payloads.

    The parser works through all frames of a chunk before anybody else gets a turn, so a
    flood must be seen before it is parsed (reliability page, f3).
    """

    __slots__ = ("_header", "_skip")

    def __init__(self) -> None:
        self._header = b""
        """A header of which a part has come."""
        self._skip = 0
        """Payload bytes still to come."""

    def count(self, data: bytes, most: int) -> int:
        """How many frames begin in this chunk; stops counting at ``most``."""
        frames = position = 0
        size = len(data)
        while position < size and frames < most:
            if self._skip:
                step = min(self._skip, size - position)
                self._skip -= step
                position += step
                continue
            if not self._header:
                frames += 1
            missing = _header_size(self._header) - len(self._header)
            self._header += data[position : position + missing]
            position += missing
            if len(self._header) >= 2 and len(self._header) == _header_size(self._header):
                self._skip = _payload_size(self._header)
                self._header = b""
        return frames


def _header_size(header: bytes) -> int:
    if len(header) < 2:
        return 2
    length = header[1] & 0x7F
    extended = {126: 2, 127: 8}.get(length, 0)
    return 2 + extended + (4 if header[1] & 0x80 else 0)


def _payload_size(header: bytes) -> int:
    length = header[1] & 0x7F
    if length == 126:
        return int.from_bytes(header[2:4], "big")
    if length == 127:
        return int.from_bytes(header[2:10], "big")
    return length
