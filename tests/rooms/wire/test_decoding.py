"""Strict decoding: a frame is exactly what the protocol says, or it is refused with a reason."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Refusal
from rooms.core.questions import VoteQuestion
from rooms.wire.decoding import COMMANDS, DEPTH, FRAME_BYTES, NESTS_BYTES, Rejected, decode, depth
from rooms.wire.messages import Do, Hello, Join, Leave, Ping, Position
from tests.rooms.house import uuid7

ID = uuid7(1_700_000_000_000, 7)


def do(command: str, command_id: str = ID) -> str:
    return f'{{"t":"do","id":"{command_id}","command":{command}}}'


def rejected(data: bytes | str) -> Rejected:
    frame = decode(data)
    assert isinstance(frame, Rejected), frame
    return frame


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"t":"hello","protocol":1}', Hello(1)),
        ('{"t":"join","room":"plenum"}', Join("plenum")),
        (
            '{"t":"join","room":"plenum","after":{"epoch":"e","stream":"pub","n":3}}',
            Join("plenum", Position("e", "pub", 3)),  # type: ignore[arg-type]
        ),
        ('{"t":"leave"}', Leave()),
        ('{"t":"ping"}', Ping()),
        (do('{"type":"chat.send","text":"ja"}'), Do(ID, SendMessage("ja"))),
        (
            do('{"type":"question.vote","question":"q","value":true}'),
            Do(ID, VoteQuestion("q", True)),
        ),
    ],
)
def test_a_good_frame_is_what_it_says(text: str, frame: object) -> None:
    assert decode(text) == frame
    assert decode(text.encode()) == frame


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "[1]",
        "{",
        '{"t":"dance"}',
        '{"t":"ping","extra":1}',
        '{"t":"ping"}{"t":"ping"}',
        '{"t":"hello"}',
        '{"t":"hello","protocol":"1"}',
        '{"t":"hello","protocol":1.0}',
        '{"t":"hello","protocol":true}',
        '{"t":"hello","protocol":NaN}',
        '{"t":"hello","protocol":9007199254740993}',
        '{"t":"hello","protocol":-9007199254740993}',
        '{"t":"hello","protocol":1e300}',
        '{"t":"join","room":"a\\u0000b"}',
        '{"t":"join","room":"\\ud800"}',
        '{"t":"join","room":"plenum","after":{"epoch":"e","stream":"secret","n":3}}',
        "\ufeff" + '{"t":"ping"}',
        "\ud800",
    ],
)
def test_what_is_no_frame_is_malformed(text: str) -> None:
    assert rejected(text).error == Refusal(Code.MALFORMED)


def test_bytes_that_are_not_utf8_are_malformed() -> None:
    for data in (b'{"t":"join","room":"\xff"}', b'{"t":"join","room":"\xed\xa0\x80"}', b"\xc0\x80"):
        assert rejected(data).error == Refusal(Code.MALFORMED)


def test_a_frame_over_the_limit_is_too_large_whatever_it_is() -> None:
    assert rejected("x" * (FRAME_BYTES + 1)).error == Refusal(Code.TOO_LARGE, limit=FRAME_BYTES)


def test_a_nest_is_refused_as_such() -> None:
    deep = "[" * 60_000
    assert rejected(f'{{"t":{deep}').detail == "nested too deeply"
    assert rejected(do(f'{{"type":"chat.send","text":{deep}')).detail == "nested too deeply"


def test_a_nest_far_into_a_broken_frame_is_refused() -> None:
    text = "x" * NESTS_BYTES
    for deep in ("[" * 600 + "]" * 600, "[" * 30_000 + "]" * 30_000):
        refused = rejected(
            do(f'{{"type":"chat.send","text":"{text[:100]}","x":"{text}","y":{deep}}}')
        )
        assert refused.error == Refusal(Code.MALFORMED)


def test_of_a_broken_frame_only_the_id_and_the_name_are_read() -> None:
    """Thousands of fields or elements cost no more than passing over them."""
    for crowd in (
        "[" + "{}," * 9_000 + "{}]",
        "{" + ",".join(f'"{n}":[]' for n in range(5_000)) + "}",
    ):
        refused = rejected(do(f'{{"type":"chat.dance","crowd":{crowd}}}'))
        assert refused.error == Refusal(Code.UNKNOWN_COMMAND)
        assert refused.id == ID


def test_brackets_in_a_text_are_no_depth() -> None:
    assert depth(b'{"a":"[[[[{{{{ \\" [[[","b":[1,{}]}') == 3
    assert depth(b"[" * DEPTH) == DEPTH


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ('{"type":"chat.dance"}', Code.UNKNOWN_COMMAND),
        ('{"type":"__init__"}', Code.UNKNOWN_COMMAND),
        ('{"type":"chat.send"}', Code.MALFORMED),
        ('{"type":"chat.send","text":"ja","state":"visible"}', Code.MALFORMED),
        ('{"type":"chat.send","text":1}', Code.MALFORMED),
        ('{"type":"chat.send","text":"a\\u0000"}', Code.MALFORMED),
        ('{"type":"question.approve","question":"q","revision":99999999999999999}', Code.MALFORMED),
        ('{"type":7}', Code.MALFORMED),
        ("{}", Code.MALFORMED),
        ("null", Code.MALFORMED),
        ("[]", Code.MALFORMED),
    ],
)
def test_a_broken_command_with_a_readable_id_is_answered_under_that_id(
    command: str, code: Code
) -> None:
    refused = rejected(do(command))
    assert (refused.id, refused.error.code) == (ID, code)


@pytest.mark.parametrize(
    "command_id",
    [
        "1",
        ID.upper().replace("8000", "ABCD"),
        ID.replace("-7", "-4", 1),
        ID + "0",
        "x" * 36,
    ],
)
def test_an_id_that_is_no_uuid7_is_answered_as_malformed(command_id: str) -> None:
    refused = rejected(do('{"type":"chat.send","text":"ja"}', command_id))
    assert refused == Rejected(Refusal(Code.MALFORMED), "id is no UUIDv7", command_id)


def test_a_text_may_look_like_anything() -> None:
    for text in (
        "\\u0000",
        "12345678901234567890",
        "[[[[[[",
        '"}],{"t":"ping"}',
        "<script>alert(1)</script>",
    ):
        command = {"type": "chat.send", "text": text}
        data = msgspec.json.encode({"t": "do", "id": ID, "command": command})
        assert decode(data) == Do(ID, SendMessage(text))


def test_every_command_has_one_name() -> None:
    assert len(COMMANDS) >= 20
    assert "chat.send" in COMMANDS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
FRAMES = st.fixed_dictionaries(
    {"t": st.sampled_from(["hello", "join", "leave", "do", "ping", "dance"]) | JSON},
    optional={
        "id": st.just(ID) | JSON,
        "room": st.just("plenum") | JSON,
        "protocol": st.just(1) | JSON,
        "command": JSON
        | st.fixed_dictionaries(
            {"type": st.sampled_from(sorted(COMMANDS)) | JSON},
            optional=dict.fromkeys(("text", "question", "revision", "value", "reason"), JSON),
        ),
        "after": JSON,
        "extra": JSON,
    },
)


@given(st.binary(max_size=200))
@example(b'{"t":"join","room":"\\')
@example(b'"' * 99)
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    decode(data)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_breaks_the_decoder(text: str) -> None:
    decode(text)


@given(FRAMES)
def test_nothing_that_looks_like_a_frame_breaks_the_decoder(frame: dict[str, object]) -> None:
    decode(msgspec.json.encode(frame))
