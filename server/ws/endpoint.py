"""``/ws``: one WebSocket, one conversation. The socket side of ``rooms.wire.connection``."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.types import Receive, Scope, Send

from access.refusals import SIGN_IN_AGAIN
from rooms.core import chat, questions
from rooms.core.names import Code, Refusal
from rooms.draft import Submission
from rooms.hub import Hub
from rooms.member import Member
from rooms.ports import Clock, CommandKey, Credential
from rooms.sequencer import RETRY_MS, Sequencer
from rooms.wire.commands import Answer
from rooms.wire.connection import Connection, Enter, Exit, Greet, Perform, Request
from rooms.wire.decoding import FRAME_BYTES
from rooms.wire.encoding import encode
from rooms.wire.messages import (
    PROTOCOL,
    Ack,
    AnyServerFrame,
    Close,
    Fault,
    Limits,
    Out,
    Welcome,
)
from rooms.wire.refusing import out
from server.ws.crowd import Crowd
from server.ws.frames import text_frame
from server.ws.outlet import SendOutlet
from server.ws.protocol import WRITER

Headers = list[tuple[bytes, bytes]]
Authenticate = Callable[[Headers, str | None], Awaitable[Credential | None]]
"""Session cookie or token → who it is. None: a token that is not valid (any more)."""
Trusted = Callable[[Headers], bool]
"""Whether Origin and Sec-Fetch-Site allow a socket: only our own pages may open one."""

UNDER_WAY = 64
"""Commands of one connection that wait for their commit; then it is not read any further."""
AT_A_STRETCH = 16
"""Messages of one connection; then it is others' turn."""
HELLO_S = 15.0
"""For the first frame."""
ENTERING = 10
GREETING = 5
"""What these weigh among frames: a snapshot is made, a credential is looked up."""
_LATER = Refusal(Code.RETRY_LATER, retry_after_ms=RETRY_MS)
LIMITS = Limits(chat.LIMIT, questions.SHORTEST, questions.LONGEST, FRAME_BYTES)

log = logging.getLogger("server.ws")


class RoomSockets:
    """The ASGI application behind ``/ws``."""

    def __init__(
        self,
        hub: Hub,
        sequencer: Sequencer,
        *,
        clock: Clock,
        authenticate: Authenticate,
        trusted: Trusted,
        build: str = "",
        crowd: Crowd | None = None,
    ) -> None:
        self.hub = hub
        self.sequencer = sequencer
        self.clock = clock
        self.authenticate = authenticate
        self.trusted = trusted
        self.build = build
        self.crowd = crowd or Crowd()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it ends."""
        await receive()
        if not self.trusted(scope["headers"]):
            await send({"type": "websocket.close", "code": 1008})
            return
        address = (scope.get("client") or ("",))[0]
        if not self.crowd.arrive(address, _seconds()):
            await _turn_away(scope, send)
            return
        try:
            await self._converse(scope, receive, send)
        finally:
            self.crowd.depart(address)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        outlet = scope.get("extensions", {}).get(WRITER)
        if outlet is not None:
            await _Conversation(self, scope, outlet).run(receive)
            return
        plain = SendOutlet(send)
        try:
            await _Conversation(self, scope, plain).run(receive)
        finally:
            await plain.finish()


def _seconds() -> float:
    """For budgets: a clock that never jumps."""
    return asyncio.get_running_loop().time()


async def _turn_away(scope: Scope, send: Send) -> None:
    """Too many from one address: browsers come back by themselves, later and later."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = [(b"retry-after", b"2"), (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"too many connections"})


class _Conversation:
    """One connection: the machine, its outlet and its place in a room."""

    def __init__(self, app: RoomSockets, scope: Scope, outlet: Any) -> None:
        self._app = app
        self._headers: Headers = scope["headers"]
        self._outlet = outlet
        outlet.drained = self._drained
        self._machine = Connection()
        self._credential = Credential("guest", secrets.token_urlsafe(16))
        self._budget = app.crowd.guest(_seconds())
        self._member: Member | None = None
        self._under_way = 0
        self._free = asyncio.Event()
        self._free.set()

    async def run(self, receive: Receive) -> None:
        """Read until the other side, the room or the server ends it."""
        try:
            message = await asyncio.wait_for(receive(), HELLO_S)
            taken = 0
            while await self._take(message):
                taken += 1
                if taken % AT_A_STRETCH == 0:
                    await asyncio.sleep(0)  # what has come already would be taken without a pause
                message = await receive()
        except TimeoutError:
            self._outlet.close(Close.RESUME_LATER)
        finally:
            self._machine.closed()
            self._leave()
            self._be_nobody()
            self._outlet.drained = None

    async def _take(self, message: Any) -> bool:
        if message["type"] != "websocket.receive":
            return False
        data = message.get("text")
        if data is None:
            data = message.get("bytes") or b""
        if not self._afford(1, len(data)):
            return False
        self._machine.receive(data, self._app.clock.now())
        self._flush()
        for request in self._machine.requests():
            await self._carry_out(request)
            self._flush()
        if self._machine.close is not None:
            self._outlet.close(self._machine.close)
            return False
        await self._free.wait()
        return True

    def _afford(self, frames: int, size: int = 0) -> bool:
        """Charge the account's budget; close when it is used up."""
        self._budget.refill(_seconds())
        affordable = self._budget.take(frames, size)
        if not affordable:
            self._machine.close = Close.BUDGET
            self._outlet.close(Close.BUDGET)
        return affordable

    def make_room(self) -> None:
        """Close for good: the account has opened too many others."""
        self._outlet.close(Close.TOO_MANY)

    def _flush(self) -> None:
        for frame in self._machine.frames():
            self._send(frame)

    def _send(self, frame: AnyServerFrame) -> None:
        if self._member is not None:
            self._app.hub.send(self._member, frame)
        else:
            self._outlet.write(text_frame(encode(frame)))

    async def _carry_out(self, request: Request) -> None:
        match request:
            case Perform():
                self._perform(request)
            case Greet():
                await self._greet(request)
            case Enter():
                await self._enter(request)
            case Exit():
                self._leave()
                self._machine.left()
                self._send(Out("left"))

    async def _greet(self, greet: Greet) -> None:
        if not self._afford(GREETING):
            return
        try:
            credential = await self._app.authenticate(self._headers, greet.token)
        except Exception:
            log.exception("a credential could not be checked")
            self._send(Fault(_LATER, "hello"))
            return
        if credential is None:
            self._send(out(SIGN_IN_AGAIN))
            self._machine.close = Close.SIGNED_OUT
            return
        if self._member is not None:
            # Somebody else may be speaking now: the room is entered anew.
            self._leave()
            self._machine.left()
        self._be(credential)
        self._machine.greeted()
        self._send(
            Welcome(
                PROTOCOL,
                self._app.build,
                self._app.hub.epoch,
                self._app.clock.now(),
                credential.account,
                LIMITS,
            )
        )

    def _be(self, credential: Credential) -> None:
        """Somebody is speaking; what is sent is charged to the account from now on."""
        self._be_nobody()
        self._credential = credential
        if credential.account is not None:
            self._budget = self._app.crowd.signed_in(credential.account, self, _seconds())

    def _be_nobody(self) -> None:
        if self._credential.account is not None:
            self._app.crowd.gone(self._credential.account, self)

    async def _enter(self, enter: Enter) -> None:
        if not self._afford(ENTERING):
            return
        self._leave()
        try:
            entered = await self._app.hub.enter(
                enter.room, self._credential, self._outlet, enter.after
            )
        except Exception:
            # The database or the facts are away: the client is told to ask again, not cut.
            log.exception("a room could not be entered")
            self._machine.left()
            self._send(Fault(_LATER, "join"))
            return
        if isinstance(entered, Out):
            self._machine.left()
            self._send(entered)
            return
        self._member = entered
        self._machine.entered()

    def _perform(self, perform: Perform) -> None:
        member = self._member
        if member is None or member.account is None:
            self._send(Ack(perform.id, error=Refusal(Code.UNAUTHORIZED)))
            return
        self._under_way += 1
        if self._under_way >= UNDER_WAY:
            self._free.clear()
        self._app.sequencer.submit(
            Submission(
                member.room,
                CommandKey(member.account, perform.id),
                perform.command,
                sender=partial(self._app.hub.sender, member),
                tell=partial(self._answer, member, perform.id),
            )
        )

    def _answer(self, member: Member, command_id: str, answer: Answer) -> None:
        self._under_way -= 1
        self._free.set()
        frame = answer.ack(command_id, member.stream)
        if self._member is member:
            self._app.hub.send(member, frame)
        else:
            # It moved to another room, or was cut; the answer is still its own.
            self._outlet.write(text_frame(encode(frame)))

    def _drained(self) -> None:
        if self._member is not None:
            self._app.hub.drained(self._member)

    def _leave(self) -> None:
        if self._member is not None:
            self._app.hub.leave(self._member)
            self._member = None
