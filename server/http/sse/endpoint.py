"""``/sse/rooms/{room}``: GET is the stream of a room, POST carries one frame of the client.

The stream is a conversation like a socket's.  A post stands for itself: it may arrive at another
process than the stream, so it is asked about its own rights and answered at once with its ack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from access.actors import Actor
from access.decisions import Denied
from access.permissions import Permission
from access.refusals import FOREIGN_PAGE, SIGN_IN_AGAIN, is_removal
from access.resources import Resource, RoomResource
from rooms.core.names import AccountId, Code, Refusal, RoomId
from rooms.ports import Credential
from rooms.wire.commands import Answer
from rooms.wire.connection import Connection, Perform, Phase
from rooms.wire.decoding import FRAME_BYTES
from rooms.wire.encoding import encode
from rooms.wire.messages import PROTOCOL, Ack, AnyServerFrame, Close, Fault, Hello, Join, Out
from rooms.wire.refusing import out, refusal
from server.http.language import Language
from server.http.pages.forms import whole, whole_body
from server.http.problems import challenge, problem
from server.http.sse import events
from server.http.sse.outlet import EventOutlet
from server.http.surfaces import Refused, Surface, Visit, announced
from server.identity.admission import Directory
from server.ws.conversation import Conversation, Headers, Reception, Trusted, seconds, submit
from server.ws.http import LINE

PATH = "/sse/rooms/{room}"
BEAT_S = 8.0
"""A comment at least this often: no proxy takes the line for dead, and the client need not ask."""
CUT_S = 1.0
"""How long the end of a connection that was cut may take to be told."""
ACCOUNT = "plenum-account"
"""Header of a post: who is meant. Somebody else may have signed in in another tab since."""
STREAMED = {
    "content-type": events.MEDIA_TYPE,
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
}
"""No proxy may keep it, press it or hold it back."""
_STATUS = {"unauthorized": 401, "not_found": 404}


class RoomStreams:
    """The second transport of the rooms."""

    def __init__(
        self,
        reception: Reception,
        directory: Directory,
        trusted: Trusted,
        *,
        beat_s: float = BEAT_S,
    ) -> None:
        """``trusted``: whether the headers of a GET allow a stream."""
        self._reception = reception
        self._directory = directory
        self._trusted = trusted
        self._beat_s = beat_s

    def surfaces(self) -> tuple[Surface, ...]:
        needs = Permission.ROOM_ENTER
        return (
            Surface(PATH, ("GET",), needs, self.stream, "room_stream", self._room, kind="stream"),
            Surface(
                PATH,
                ("POST",),
                needs,
                self.post,
                "room_post",
                self._room,
                kind="api",
                longest_body=FRAME_BYTES,
                afford=self._afford,
            ),
        )

    async def stream(self, request: Request, visit: Visit) -> Response:
        """Everything that happens in the room, from a snapshot or a position on."""
        headers: Headers = request.scope["headers"]
        if not self._trusted(headers):
            return _refused(FOREIGN_PAGE, 403)
        if request.method == "HEAD":
            return Response(headers=STREAMED)
        protocol = whole(request.query_params.get("protocol", ""), 4)
        last = request.headers.get("last-event-id")
        return _Stream(
            self._reception,
            Hello(PROTOCOL if protocol is None else protocol),
            Join(request.path_params["room"], None if last is None else events.position(last)),
            visit,
            self._beat_s,
        )

    async def post(self, request: Request, visit: Visit) -> Response:
        """Carry out one frame; its answer is the frame that a socket would be sent."""
        reception = self._reception
        data = await whole_body(request, FRAME_BYTES)
        credential = await reception.authenticate(request.scope["headers"], None)
        if credential is None:
            return _problem(401, Code.UNAUTHORIZED, visit.language)
        meant = request.headers.get(ACCOUNT)
        if meant is not None and meant != (credential.account or ""):
            return _problem(409, Code.CONFLICT, visit.language)
        if not self._charge(credential.account, 0, len(data) - announced(request)):
            return _too_much(visit.language)
        frame = await self._answer(request.path_params["room"], credential, data)
        if isinstance(frame, Fault):
            return _problem(400, frame.error.code, visit.language)
        return Response(
            encode(frame), media_type="application/json", headers={"cache-control": "no-store"}
        )

    def _afford(self, request: Request, actor: Actor, language: Language) -> Response | None:
        affordable = self._charge(actor.account, 1, announced(request))
        return None if affordable else _too_much(language)

    def _charge(self, account: AccountId | None, frames: int, size: int) -> bool:
        """Charge the account's budget. A guest has none: nothing of theirs is carried out."""
        if account is None:
            return True
        return self._reception.crowd.of_account(account, seconds()).take(frames, size)

    async def refuse(self, refused: Refused) -> Response:
        """What the policy refused before a stream began, as a stream would have said it."""
        room, account = refused.resource, refused.actor.account
        reason = ""
        if is_removal(refused.denied) and account and isinstance(room, RoomResource):
            reason = await self._reception.hub.removal(room.guid, account)
        return _refused(refused.denied, refused.status, reason)

    async def _answer(self, room: RoomId, credential: Credential, data: bytes) -> AnyServerFrame:
        machine = Connection(Phase.LIVE)
        machine.receive(data, self._reception.clock.now())
        for frame in machine.frames():
            return frame
        for request in machine.requests():
            if isinstance(request, Perform):
                return await self._perform(room, credential, request)
        return Fault(Refusal(Code.ILLEGAL_TRANSITION), "no frame for a post")

    async def _perform(self, room: RoomId, credential: Credential, perform: Perform) -> Ack:
        member = await self._reception.hub.stand(room, credential)
        if isinstance(member, Out):
            return Ack(perform.id, error=refusal(member))
        if member.account is None:
            return Ack(perform.id, error=Refusal(Code.UNAUTHORIZED))
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        submit(self._reception, member, member.account, perform, partial(_tell, told))
        return (await told).ack(perform.id, member.stream)

    async def _room(self, request: Request) -> Resource | None:
        return await self._directory.room(request.path_params["room"])


class _Stream(Response):
    """The answer that goes on: one conversation, from welcome to its end."""

    def __init__(
        self, reception: Reception, hello: Hello, join: Join, visit: Visit, beat_s: float
    ) -> None:
        super().__init__()
        self._beat_s = beat_s
        self._reception = reception
        self._first = (msgspec.json.encode(hello), msgspec.json.encode(join))
        self._visit = visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = (scope.get("client") or ("",))[0]
        if not self._reception.crowd.arrive(address, seconds()):
            answer = _problem(429, Code.RATE_LIMITED, self._visit.language, {"retry-after": "2"})
            await answer(scope, receive, send)
            return
        try:
            with self._reception.counting("sse"):
                await self._converse(scope, receive, send)
        finally:
            self._reception.crowd.depart(address)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = scope.get("extensions", {}).get(LINE)
        outlet = EventOutlet(send, line)
        conversation = Conversation(self._reception, scope["headers"], outlet)
        gone = asyncio.create_task(_gone(receive))
        if line is not None:
            line.stopping = conversation.goodbye
            line.lost = gone.cancel
        try:
            for frame in self._first:
                if not await conversation.take(frame):
                    break
            if not conversation.joined:
                outlet.close(Close.NOT_ADMITTED if conversation.refused else Close.RESUME_LATER)
            await outlet.begin(_status(conversation), STREAMED)
            await self._go_on(outlet, gone)
        finally:
            conversation.end()
            await outlet.finish()
            if line is not None:
                line.stopping = None
                if not outlet.ended and not gone.done():
                    line.abort()  # it does not read; its own end would wait for that
                    await asyncio.wait([gone], timeout=CUT_S)
                line.lost = None
            gone.cancel()

    async def _go_on(self, outlet: EventOutlet, gone: asyncio.Task[None]) -> None:
        """Until the other side, the room or the server ends it."""
        closing = asyncio.create_task(outlet.closing.wait())
        try:
            while not closing.done() and not gone.done():
                ends: tuple[asyncio.Task[Any], ...] = (closing, gone)
                await asyncio.wait(ends, timeout=self._beat_s, return_when=asyncio.FIRST_COMPLETED)
                outlet.beat(self._reception.clock.now())
        finally:
            closing.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _status(conversation: Conversation) -> int:
    """A browser's EventSource comes back by itself, but not after an error."""
    if conversation.refused is not None:
        return _STATUS.get(conversation.refused.code, 403)
    return 400 if conversation.outdated else 200


def _refused(denied: Denied, status: int, reason: str = "") -> Response:
    code = Close.SIGNED_OUT if denied == SIGN_IN_AGAIN else Close.NOT_ADMITTED
    said = b"data: %s\n\n%s" % (encode(out(denied, reason)), events.end(code))
    asks = {"www-authenticate": challenge(denied)} if status == 401 else {}
    return Response(said, status_code=status, headers={**STREAMED, **asks})


def _tell(told: asyncio.Future[Answer], answer: Answer) -> None:
    if not told.done():  # whoever asked may have gone away meanwhile
        told.set_result(answer)


_SAID: Mapping[Language, Mapping[Code, str]] = {
    "de": {
        Code.MALFORMED: "Das ist kein Rahmen des Protokolls.",
        Code.ILLEGAL_TRANSITION: "Auf diesem Weg kommen nur Eingaben; einen Raum betritt, wer "
        "seinen Strom mit GET öffnet.",
        Code.CONFLICT: "Inzwischen ist hier jemand anderes angemeldet. Öffnen Sie den Strom neu.",
        Code.RATE_LIMITED: "Das war zu viel auf einmal. Versuchen Sie es gleich noch einmal.",
        Code.UNAUTHORIZED: "Die Anmeldung gilt nicht mehr. Melden Sie sich neu an.",
    },
    "en": {
        Code.MALFORMED: "This is no frame of the protocol.",
        Code.ILLEGAL_TRANSITION: "Only commands come this way; who opens the stream with GET "
        "enters the room.",
        Code.CONFLICT: "Somebody else has signed in here since. Open the stream anew.",
        Code.RATE_LIMITED: "This was too much at once. Try again in a moment.",
        Code.UNAUTHORIZED: "The sign-in is not valid any more. Sign in again.",
    },
}


def _problem(
    status: int, code: Code, language: Language, headers: Mapping[str, str] | None = None
) -> Response:
    said = _SAID[language].get(code, code.value)
    return problem(status, code.value, said, language, headers=headers)


def _too_much(language: Language) -> Response:
    """Beyond the budget of the account. To come back costs a connection each time."""
    return _problem(429, Code.RATE_LIMITED, language, {"retry-after": "1", "connection": "close"})
