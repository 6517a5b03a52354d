"""One connection's conversation, whatever carries it: the machine, its outlet, its place in a room.

A WebSocket brings its frames (``endpoint``); a stream of events says hello and joins when it is
opened (``server.http.sse``).  What comes after is the same for both: budgets, rights, the goodbye.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from access.refusals import SIGN_IN_AGAIN
from rooms.core import chat, questions
from rooms.core.names import AccountId, Code, Refusal
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
    Bye,
    Close,
    Fault,
    Limits,
    Out,
    Welcome,
)
from rooms.wire.refusing import out
from server.ws.crowd import Crowd
from server.ws.frames import text_frame

Headers = list[tuple[bytes, bytes]]
Authenticate = Callable[[Headers, str | None], Awaitable[Credential | None]]
"""Session cookie or token → who it is. None: a token that is not valid (any more)."""
Trusted = Callable[[Headers], bool]
"""Whether Origin and Sec-Fetch-Site allow a connection: of pages only our own may open one."""
Counting = Callable[[str], AbstractContextManager[object]]
"""To be entered for as long as a connection lasts, with the name of what carries it."""

UNDER_WAY = 64
"""Commands of one connection that wait for their commit; then it is not read any further."""
ENTERING = 10
GREETING = 5
"""What these weigh among frames: a snapshot is made, a credential is looked up."""
_LATER = Refusal(Code.RETRY_LATER, retry_after_ms=RETRY_MS)
LIMITS = Limits(chat.LIMIT, questions.SHORTEST, questions.LONGEST, FRAME_BYTES)

log = logging.getLogger("server.ws")


@dataclass(frozen=True)
class Reception:
    """What all live connections of a process share."""

    hub: Hub
    sequencer: Sequencer
    clock: Clock
    authenticate: Authenticate
    trusted: Trusted
    """For sockets."""
    build: str = ""
    crowd: Crowd = field(default_factory=Crowd)
    counting: Counting = nullcontext


def seconds() -> float:
    """For budgets: a clock that never jumps."""
    return asyncio.get_running_loop().time()


def submit(
    reception: Reception,
    member: Member,
    account: AccountId,
    perform: Perform,
    tell: Callable[[Answer], None],
) -> None:
    """A command of this member, who has an account, goes to the sequencer."""
    reception.sequencer.submit(
        Submission(
            member.room,
            CommandKey(account, perform.id),
            perform.command,
            sender=partial(reception.hub.sender, member),
            tell=tell,
        )
    )


class Conversation:
    """The machine, its outlet and its place in a room."""

    def __init__(self, reception: Reception, headers: Headers, outlet: Any) -> None:
        """``outlet``: where frames go, with a ``drained`` that is called when it was read."""
        self._reception = reception
        self._headers = headers
        self._outlet = outlet
        outlet.drained = self._drained
        self._machine = Connection()
        self._credential = Credential("guest", secrets.token_urlsafe(16))
        self._budget = reception.crowd.guest(seconds())
        self._member: Member | None = None
        self._under_way = 0
        self._free = asyncio.Event()
        self._free.set()
        self.refused: Out | None = None
        """Why it was not let in, the last time it asked."""

    @property
    def joined(self) -> bool:
        """Whether it is in a room."""
        return self._member is not None

    @property
    def outdated(self) -> bool:
        """Whether the client speaks a protocol of before."""
        return self._machine.close == Close.PROTOCOL

    async def take(self, data: bytes | str) -> bool:
        """One message of the client, carried out. False: nothing more is taken."""
        if not self._afford(1, len(data)):
            return False
        self._machine.receive(data, self._reception.clock.now())
        self._flush()
        for request in self._machine.requests():
            await self._carry_out(request)
            self._flush()
        if self._machine.close is not None:
            self._outlet.close(self._machine.close)
            return False
        await self._free.wait()
        return True

    def end(self) -> None:
        """The other side is gone, or nothing more is taken."""
        self._machine.closed()
        self._leave()
        self._be_nobody()
        self._outlet.drained = None

    def make_room(self) -> None:
        """Close for good: the account has opened too many others."""
        self._outlet.close(Close.TOO_MANY)

    def goodbye(self, hint_ms: int) -> None:
        """The server stops: come back after so many milliseconds."""
        self._outlet.write(text_frame(encode(Bye(hint_ms))))
        self._outlet.close(Close.GOING_AWAY)

    def _afford(self, frames: int, size: int = 0) -> bool:
        """Charge the account's budget; close when it is used up."""
        self._budget.refill(seconds())
        affordable = self._budget.take(frames, size)
        if not affordable:
            self._machine.close = Close.BUDGET
            self._outlet.close(Close.BUDGET)
        return affordable

    def _flush(self) -> None:
        for frame in self._machine.frames():
            self._send(frame)

    def _send(self, frame: AnyServerFrame) -> None:
        if self._member is not None:
            self._reception.hub.send(self._member, frame)
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
            credential = await self._reception.authenticate(self._headers, greet.token)
        except Exception:
            log.exception("a credential could not be checked")
            self._send(Fault(_LATER, "hello"))
            return
        if credential is None:
            self._refuse(out(SIGN_IN_AGAIN))
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
                self._reception.build,
                self._reception.hub.epoch,
                self._reception.clock.now(),
                credential.account,
                LIMITS,
            )
        )

    def _be(self, credential: Credential) -> None:
        """Somebody is speaking; what is sent is charged to the account from now on."""
        self._be_nobody()
        self._credential = credential
        if credential.account is not None:
            self._budget = self._reception.crowd.signed_in(credential.account, self, seconds())

    def _be_nobody(self) -> None:
        if self._credential.account is not None:
            self._reception.crowd.gone(self._credential.account, self)

    async def _enter(self, enter: Enter) -> None:
        if not self._afford(ENTERING):
            return
        self._leave()
        try:
            entered = await self._reception.hub.enter(
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
            self._refuse(entered)
            return
        self._member = entered
        self._machine.entered()

    def _refuse(self, why: Out) -> None:
        self.refused = why
        self._send(why)

    def _perform(self, perform: Perform) -> None:
        member = self._member
        if member is None or member.account is None:
            self._send(Ack(perform.id, error=Refusal(Code.UNAUTHORIZED)))
            return
        self._under_way += 1
        if self._under_way >= UNDER_WAY:
            self._free.clear()
        tell = partial(self._answer, member, perform.id)
        submit(self._reception, member, member.account, perform, tell)

    def _answer(self, member: Member, command_id: str, answer: Answer) -> None:
        self._under_way -= 1
        self._free.set()
        frame = answer.ack(command_id, member.stream)
        if self._member is member:
            self._reception.hub.send(member, frame)
        else:
            # It moved to another room, or was cut; the answer is still its own.
            self._outlet.write(text_frame(encode(frame)))

    def _drained(self) -> None:
        if self._member is not None:
            self._reception.hub.drained(self._member)

    def _leave(self) -> None:
        if self._member is not None:
            self._reception.hub.leave(self._member)
            self._member = None
