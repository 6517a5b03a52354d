"""Write the histories: ``python -m tests.conformance.generate``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rooms.core.names import Stream
from tests.conformance.histories import recordings
from tests.conformance.recording import Recording, comparable

FOLDER = Path(__file__).parent / "histories"


def encoded(name: str, recording: Recording) -> bytes:
    """One history as JSON, a frame a line."""
    streams = ",\n".join(_stream(recording, stream) for stream in Stream)
    return f'{{"name":"{name}","streams":{{\n{streams}\n}}}}\n'.encode()


def _stream(recording: Recording, stream: Stream) -> str:
    frames = ",\n".join(msgspec.json.encode(frame).decode() for frame in recording.frames[stream])
    expected = msgspec.json.encode(comparable(recording.expected(stream))).decode()
    return f'"{stream}":{{"frames":[\n{frames}\n],\n"expected":{expected}}}'


def histories() -> dict[str, bytes]:
    """File names and contents, as this code makes them."""
    return {f"{name}.json": encoded(name, made) for name, made in recordings().items()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = histories()
    for stale in set(FOLDER.glob("*.json")) - {FOLDER / name for name in wanted}:
        stale.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
