"""The connection machine, fed from the outside without a socket."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rooms.core.chat import SendMessage
from rooms.core.names import Code, Refusal
from rooms.wire.connection import (
    JOINING_MS,
    Connection,
    Enter,
    Exit,
    Greet,
    Perform,
    Phase,
)
from rooms.wire.messages import (
    PROTOCOL,
    Ack,
    AnyClientFrame,
    Close,
    Do,
    Fault,
    Hello,
    Join,
    Leave,
    Ping,
    Pong,
    Position,
)
from tests.rooms.house import uuid7

NOW = 1_700_000_000_000
ID = uuid7(NOW, 1)
SAY = Do(ID, SendMessage("Guten Tag"))


def feed(connection: Connection, frame: AnyClientFrame) -> None:
    connection.receive(msgspec.json.encode(frame), NOW)


def greeted() -> Connection:
    connection = Connection()
    feed(connection, Hello(PROTOCOL))
    connection.requests()
    connection.greeted()
    return connection


def live() -> Connection:
    connection = greeted()
    feed(connection, Join("plenum"))
    connection.requests()
    connection.entered()
    return connection


def not_now(phase: Phase) -> Refusal:
    return Refusal(Code.ILLEGAL_TRANSITION, state=phase.value)


def test_hello_join_do_leave_is_a_conversation() -> None:
    connection = Connection()
    feed(connection, Hello(PROTOCOL, token="secret"))
    assert connection.requests() == [Greet("secret")]
    connection.greeted()
    after = Position("epoch", "pub", 7)  # type: ignore[arg-type]
    feed(connection, Join("plenum", after))
    assert connection.requests() == [Enter("plenum", after)]
    connection.entered()
    feed(connection, SAY)
    assert connection.requests() == [Perform(ID, SendMessage("Guten Tag"))]
    feed(connection, Leave())
    assert connection.requests() == [Exit()]
    connection.left()
    assert (connection.phase, connection.frames(), connection.close) == (Phase.READY, [], None)


def test_each_frame_and_request_is_given_once() -> None:
    connection = Connection()
    feed(connection, Ping())
    feed(connection, Hello(PROTOCOL))
    assert connection.frames() == [Pong(NOW)]
    assert connection.requests() == [Greet(None)]
    assert (connection.frames(), connection.requests()) == ([], [])


def test_nothing_but_hello_and_ping_is_heard_before_hello() -> None:
    connection = Connection()
    feed(connection, Join("plenum"))
    feed(connection, Leave())
    feed(connection, SAY)
    assert connection.frames() == [
        Fault(not_now(Phase.NEW), "join now"),
        Fault(not_now(Phase.NEW), "leave now"),
        Ack(ID, error=not_now(Phase.NEW)),
    ]
    assert connection.requests() == []


def test_a_command_outside_a_room_is_acknowledged_with_a_refusal() -> None:
    connection = greeted()
    feed(connection, SAY)
    assert connection.frames() == [Ack(ID, error=not_now(Phase.READY))]


def test_a_command_while_joining_may_be_sent_again_soon() -> None:
    connection = greeted()
    feed(connection, Join("plenum"))
    feed(connection, SAY)
    refusal = Refusal(Code.RETRY_LATER, retry_after_ms=JOINING_MS)
    assert connection.frames() == [Ack(ID, error=refusal)]


def test_a_second_room_is_entered_instead_of_the_first() -> None:
    connection = live()
    feed(connection, Join("werkstatt"))
    assert connection.requests() == [Enter("werkstatt", None)]
    assert connection.phase is Phase.JOINING


def test_hello_on_an_open_connection_authenticates_again() -> None:
    connection = live()
    feed(connection, Hello(PROTOCOL, token="renewed"))
    assert connection.requests() == [Greet("renewed")]


def test_an_older_protocol_is_told_which_one_is_spoken_and_closed() -> None:
    connection = Connection()
    feed(connection, Hello(PROTOCOL - 1))
    refusal = Refusal(Code.UNSUPPORTED, limit=PROTOCOL)
    assert connection.frames() == [Fault(refusal, "protocol version")]
    assert (connection.close, connection.requests()) == (Close.PROTOCOL, [])


def test_a_closed_connection_hears_nothing() -> None:
    connection = live()
    connection.closed()
    feed(connection, SAY)
    assert (connection.frames(), connection.requests()) == ([], [])


SENT = [
    *(
        msgspec.json.encode(frame)
        for frame in (Hello(PROTOCOL), Hello(0), Join("plenum"), Leave(), SAY, Ping())
    ),
    b'{"t":"do","id":"x","command":{"type":"chat.dance"}}',
    b'{"t":"ping","extra":1}',
    b"{",
]
OUTCOMES = ["greeted", "entered", "left", "nothing"]


@given(
    st.lists(
        st.tuples(st.sampled_from(SENT) | st.binary(max_size=20), st.sampled_from(OUTCOMES)),
        max_size=30,
    )
)
def test_whatever_comes_each_frame_has_one_consequence(frames: list[tuple[bytes, str]]) -> None:
    connection = Connection()
    for sent, outcome in frames:
        connection.receive(sent, NOW)
        assert len(connection.frames()) + len(connection.requests()) == 1
        if outcome != "nothing":
            getattr(connection, outcome)()
