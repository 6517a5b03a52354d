"""Older chat messages of a room: what the live window no longer holds."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from access import policy
from access.permissions import Permission
from access.resources import Resource
from rooms.core import chat
from rooms.core.chat import Chat, Message, MessageView
from rooms.core.names import RoomId, Stream
from rooms.ports import RoomStore
from server.http.pages.forms import whole
from server.http.problems import problem
from server.http.surfaces import Parameter, Surface, Visit
from server.identity.admission import Directory

PAGE = 50
MOST = 2**53


class Page(msgspec.Struct, frozen=True):
    """Messages before an order, the oldest first. ``older``: there are more before them."""

    messages: tuple[MessageView, ...]
    older: bool


class History:
    """``GET /api/v1/rooms/{room}/messages?before=N``: at most 50 messages."""

    def __init__(self, store: RoomStore, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def surfaces(self) -> tuple[Surface, ...]:
        return (
            Surface(
                "/api/v1/rooms/{room}/messages",
                ("GET",),
                Permission.ROOM_ENTER,
                self.messages,
                "room_messages",
                self._room,
                kind="api",
                answers=Page,
                query=(
                    Parameter(
                        "before",
                        Annotated[int, msgspec.Meta(ge=1, lt=MOST)],
                        "The `order` of a message: those before it.",
                        required=True,
                    ),
                ),
                summary="Older chat messages of a room, 50 at a time",
            ),
        )

    async def messages(self, request: Request, visit: Visit) -> Response:
        """The page before ``before``, as the visitor's stream shows it now."""
        before = whole(request.query_params.get("before", ""), len(str(MOST)))
        if before is None or not 0 < before < MOST:
            detail = {
                "de": "„before“ muss die Nummer einer Nachricht sein, ab 1.",
                "en": "“before” must be the number of a message, from 1.",
            }
            return problem(400, "malformed", detail[visit.language], visit.language)
        page = await self._page(request.path_params["room"], before, _stream(visit))
        return Response(
            msgspec.json.encode(page),
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )

    async def _page(self, room: RoomId, before: int, stream: Stream) -> Page:
        found = list(await self._store.messages_before(room, before, PAGE + 1))
        shown = found[:PAGE]
        around = await self._with_quoted(room, shown)
        views = tuple(chat.view(around, message, stream) for message in reversed(shown))
        return Page(views, older=len(found) > PAGE)

    async def _with_quoted(self, room: RoomId, shown: list[Message]) -> Chat:
        """The messages and those they reply to, in their present state."""
        around = Chat(messages={message.id: message for message in shown})
        for quoted in {m.reply_to for m in shown if m.reply_to} - around.messages.keys():
            message = await self._store.message(room, quoted)
            if message is not None:
                around.messages[quoted] = message
        return around

    async def _room(self, request: Request) -> Resource | None:
        return await self._directory.room(request.path_params["room"])


def _stream(visit: Visit) -> Stream:
    may, _ = policy.permissions(visit.actor, visit.resource, visit.at)
    if Permission.ROOM_DESK in may:
        return Stream.DESK
    return Stream.STAGE if Permission.ROOM_STAGE in may else Stream.PUB
