"""``docs/protocol.md`` from the message types, so that it cannot say anything else."""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from rooms.core import chat, questions
from rooms.core.names import Author, Code, Kind, Ref, Refusal, Stream
from rooms.core.room import Mine, View
from rooms.member import BUFFERED
from rooms.wire import messages
from rooms.wire.commands import AHEAD_MS, NOT_STORED, OLDEST_MS
from rooms.wire.decoding import COMMANDS, DEPTH, FRAME_BYTES
from rooms.wire.messages import (
    PROTOCOL,
    Ack,
    AnyClientFrame,
    AnyServerFrame,
    Close,
    Delta,
    Do,
    Done,
    Events,
    Gauges,
    Hello,
    Join,
    Position,
    Score,
)
from server.http.sse.endpoint import ACCOUNT, BEAT_S, PATH
from server.ws.budget import Allowance
from server.ws.crowd import Bounds

_TICKS = "`"
_EXAMPLE_ID = "01902f5c-8a00-7c3e-8b1f-5d1c2a3b4c5d"
_VALUES: tuple[type[msgspec.Struct], ...] = (
    Position,
    messages.Snapshot,
    Delta,
    Ref,
    Score,
    messages.Present,
    Done,
    Refusal,
    Author,
    chat.Quote,
    messages.Limits,
)


def protocol_page() -> str:
    """The whole page."""
    parts = [
        _HEAD,
        "## From the client",
        *map(_struct, _members(AnyClientFrame)),
        "## From the server",
        *map(_struct, _members(AnyServerFrame)),
        "## Values",
        _VALUES_NOTE,
        *map(_struct, _VALUES),
        "## Views",
        "What `put` and snapshots hold: an object as this stream shows it. `k` says what it is.",
        *map(_struct, _members(View)),
        "## Mine",
        "What `me` holds; of two with the same `k` and `id` the higher `rev` wins.",
        *map(_struct, _members(Mine)),
        "## Commands",
        _commands(),
        "## Words with few values",
        _words(),
        "## Refusals",
        _REFUSALS_NOTE,
        _refusals(),
        "## Close codes",
        _closes(),
        "## Limits",
        _limits(),
        "## Example",
        _example(),
    ]
    return "\n\n".join(parts) + "\n"


_HEAD = f"""# Protocol

Generated from `rooms/wire/messages.py` and `rooms/core/` by `make docs`. Protocol {PROTOCOL}.

One WebSocket at `/ws`; every frame is a text frame with one JSON object that has a `t`.
A connection is in at most one room.

1. The client says `hello`, the server answers `welcome`. Browsers are known by their session
   cookie; scripts and the big screen send a `token`. A second `hello` authenticates again.
2. The client sends `join`. Without `after`, or when that position cannot be continued, `joined`
   carries a `snapshot` that replaces everything; with a position that can be continued, the
   missed numbers follow at once. Who is not let in gets `out`, with the rule and what to do.
3. From then on `events` bring the numbers of one stream, gapless and in order; `gauges` bring
   absolute values in which the higher version wins; `me` brings what concerns this account.
4. A command is sent with `do` under an id made by the client: a UUIDv7 in lower case, of the
   time according to `server_time`. It gets exactly one `ack`. A command that was not
   acknowledged is sent again under the same id: the effect happens once, the answer is the
   same with `replayed`.
5. When the connection breaks, the client comes back and joins `after` its last position:
   the `epoch`, the `stream` and the last number `n` that it has applied.

A `Delta` shows what is visible *now*: what was removed since is not sent again, and a number
whose objects changed again later may come without them. Fold numbers in order, put views in
place of what was there, drop what is `gone`.

## Where no WebSocket passes

The same envelopes, numbers and rights over plain HTTP
([decision 0102](decisions/0102-where-no-websocket-passes.md)):

- `GET {PATH}` answers with server-sent events: `welcome`, then `joined` or `out`,
  then everything that comes by itself. Cookie or `Authorization: Bearer`;
  `?protocol={PROTOCOL}` as in `hello`. What moves the position has it as its id,
  `STREAM.N.EPOCH`, so that `Last-Event-ID` does what `after` does: an `EventSource` that comes
  back goes on after what it has. Who is not let in is told so in the same events with status
  401, 403 or 404, at which an `EventSource` gives up.
- The last event is `close`, its data the close code (4002 also has a `retry`). A
  comment with the server's time comes at least every {BEAT_S:.0f} s.
- `POST {PATH}` carries one frame: `do`, answered with its `ack`, or `ping`, answered
  with `pong`. It needs no stream and may reach another process than the stream. With the header
  `{ACCOUNT}` it is carried out only if that is who is signed in (409). A frame that is none
  gets 400, one too large 413, one too many 429, as problem details. 413 and 429 end the HTTP
  connection; after 429 the same frame may come again when `Retry-After` is over.
- To authenticate again, open the stream anew; to leave, close it.
- Over HTTP/1.1 a browser opens six connections to a host at most, and each page holds one of
  them. Over HTTP/2 they do not count."""

_VALUES_NOTE = "`Ref`, `Score` and `Present` are arrays, their fields in this order."
_REFUSALS_NOTE = (
    "In `ack` and `fault`. *Kept*: a repetition under the same id gets the same refusal. The "
    "others may succeed when sent again."
)


def _struct(kind: type[msgspec.Struct]) -> str:
    config = kind.__struct_config__
    name = f"`{config.tag}`" if config.tag is not None else f"`{kind.__name__}`"
    lines = [f"### {name}", "", *_about(kind)]
    fields = msgspec.structs.fields(kind)
    if fields:
        meanings = _meanings(kind)
        lines += ["| field | type | default | meaning |", "|---|---|---|---|"]
        lines += [
            f"| `{field.encode_name}` | {_type(field.type)} | {_default(field)} "
            f"| {meanings.get(field.name, '')} |"
            for field in fields
        ]
    return "\n".join(lines).rstrip()


def _about(kind: type) -> list[str]:
    text = kind.__dict__.get("__doc__")
    return [inspect.cleandoc(text).replace(_TICKS * 2, _TICKS), ""] if text else []


def _meanings(kind: type) -> dict[str, str]:
    """The texts that stand below the fields in the code."""
    found: dict[str, str] = {}
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    for before, after in pairwise(body.body):
        name = _assigned(before)
        if name and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = " ".join(str(after.value.value).split())
            found[name] = text.replace(_TICKS * 2, _TICKS)
    return found


def _assigned(statement: ast.stmt) -> str | None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case _:
            return None


def _type(kind: Any) -> str:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(map(_type, get_args(kind))))
    if origin is tuple:
        return f"array of {_type(get_args(kind)[0])}"
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if kind is type(None):
        return "null"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind in COMMANDS.values():
            return "a command"
        tag = kind.__struct_config__.tag
        return f"`{tag if tag is not None else kind.__name__}`"
    names = {str: "string", int: "integer", bool: "boolean", float: "number"}
    return names.get(kind) or f"`{kind.__name__}`"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default in (None, "", ()):
        return ""
    return f"`{msgspec.json.encode(field.default).decode()}`"


def _commands() -> str:
    lines = ["| `type` | needs | fields | what |", "|---|---|---|---|"]
    for name, command in COMMANDS.items():
        needs = getattr(command, "NEEDS")  # noqa: B009 - a class variable the base does not have
        fields = ", ".join(
            f"`{field.encode_name}`: {_type(field.type)}{'' if field.required else ' (optional)'}"
            for field in msgspec.structs.fields(command)
        )
        about = " ".join(" ".join(_about(command)).split())
        lines.append(f"| `{name}` | `{needs}` | {fields} | {about} |")
    return "\n".join(lines)


def _words() -> str:
    kinds: Iterable[type[Enum]] = (
        Stream,
        Kind,
        chat.MessageState,
        questions.QuestionState,
        questions.Window,
        questions.Moderation,
        questions.Display,
    )
    lines = ["| type | values |", "|---|---|"]
    lines += [
        f"| `{kind.__name__}` | {', '.join(f'`{one.value}`' for one in kind)} |" for kind in kinds
    ]
    return "\n".join(lines)


def _refusals() -> str:
    meanings = _meanings(Code)
    lines = ["| code | kept | meaning |", "|---|---|---|"]
    lines += [
        f"| `{code}` | {'no' if code in NOT_STORED else 'yes'} | {meanings.get(code.name, '')} |"
        for code in Code
    ]
    return "\n".join(lines)


def _closes() -> str:
    meanings = _meanings(Close)
    lines = [*_about(Close), "| code | name | meaning |", "|---|---|---|"]
    lines += [
        f"| {value} | `{name}` | {meanings.get(name, '')} |"
        for name, value in vars(Close).items()
        if name.isupper()
    ]
    lines.append("| 1002, 1003, 1007, 1009 | RFC 6455 | malformed, binary, not UTF-8, too large |")
    return "\n".join(lines)


def _allowance(allowance: Allowance) -> str:
    return (
        f"{allowance.frames} frames and {allowance.bytes} bytes at once, "
        f"then {allowance.frames_per_second} frames and {allowance.bytes_per_second} bytes "
        "per second (4002)"
    )


def _limits() -> str:
    bounds = Bounds()
    rows = [
        ("a frame", f"{FRAME_BYTES} bytes, JSON depth {DEPTH}, integers up to 2^53"),
        (
            "a command's id",
            f"at most {OLDEST_MS // 3_600_000} h old, {AHEAD_MS // 60_000} min ahead",
        ),
        ("a message", f"{chat.LIMIT} characters (grapheme clusters)"),
        ("a question", f"{questions.SHORTEST} to {questions.LONGEST} characters"),
        ("a reader", f"above {BUFFERED} bytes waiting nothing more is sent until it reads"),
        ("a connection", _allowance(Allowance())),
        (
            "an account",
            f"{bounds.account_connections} connections; all together {_allowance(bounds.account)}",
        ),
        (
            "a network address",
            f"{bounds.address_connections} connections; {bounds.handshakes.frames} opened at once, "
            f"then {bounds.handshakes.frames_per_second} per second (429)",
        ),
    ]
    return "\n".join(["| what | limit |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


def _example() -> str:
    at = 1_651_653_000_000
    author = Author("0190…", "Amt für Digitales", "Stadt Ulm")
    said = chat.MessageView(
        id="0191…",
        order=12,
        at=at,
        state=chat.MessageState.VISIBLE,
        text="Guten Tag",
        author=author,
    )
    frames: list[tuple[str, msgspec.Struct]] = [
        ("→", Hello(PROTOCOL)),
        ("→", Join("0190…", Position("8c1f…", Stream.PUB, 41))),
        ("→", Do(_EXAMPLE_ID, chat.SendMessage("Guten Tag"))),
        ("←", Ack(_EXAMPLE_ID, Done(object="0191…"), at=42)),
        ("←", Events((Delta(42, at, put=(said,)),))),
        ("←", Gauges((Score("0192…", 17, 13.5, 96),))),
        ("←", Ack(_EXAMPLE_ID, error=Refusal(Code.MUTED, until=at + 60_000))),
    ]
    lines = [f"{arrow} {msgspec.json.encode(frame).decode()}" for arrow, frame in frames]
    return "\n".join(["```", *lines, "```"])


def _members(union: Any) -> tuple[type[msgspec.Struct], ...]:
    members: tuple[type[msgspec.Struct], ...] = get_args(union)
    return members
