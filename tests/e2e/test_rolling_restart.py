"""Three servers are restarted one after the other while people are in a room."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket, expect

from tests.chaos.client import Client
from tests.chaos.room import client_of, in_the_room
from tests.e2e.conftest import GERMAN, Complaints
from tests.e2e.people import HOF, MODERATION, ORGANISATION, Person
from tests.fixtures.mail import MailSink
from tests.fixtures.postgresql import Cluster
from tests.fixtures.relay import Relay, relay
from tests.fixtures.server import RunningServer, running_server

pytestmark = [pytest.mark.postgresql, pytest.mark.process, pytest.mark.timeout(300)]

_WATCH = """() => {
  window.samePage = true;
  window.notices = [];
  const room = document.querySelector('.room');
  new MutationObserver(() => window.notices.push([performance.now(), room.dataset.status]))
    .observe(room, { attributeFilter: ['data-status'] });
}"""


NOTICED_MS = 2_000
"""What of an orderly restart a participant may notice."""


class Connections:
    """The WebSockets of a page, and when the servers that went asked it to come back."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        self.hints: list[int] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        self.opened += 1
        socket.on("framereceived", self._received)

    def _received(self, text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["t"] == "bye":
            self.hints.append(frame["retry_after_ms"])


@dataclass(frozen=True)
class Site:
    """Several servers behind one address."""

    servers: tuple[RunningServer, ...]
    before: Relay

    @property
    def door(self) -> RunningServer:
        """The address that people know."""
        return replace(self.servers[0], port=self.before.port)


@pytest.fixture
def site(postgresql: Cluster, mails: MailSink, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.fresh())
        before = stack.enter_context(relay())
        environment = {
            "PLENUM_DATABASE_URL": url,
            "PLENUM_BASE_URL": before.url,
            "PLENUM_SMTP_URL": mails.url,
            "PLENUM_DATA_DIR": str(tmp_path / "data"),
            "PLENUM_DRAIN_SECONDS": "3",
        }
        servers = tuple(
            stack.enter_context(running_server(tmp_path / f"server-{number}", environment))
            for number in range(3)
        )
        before.targets = [server.port for server in servers]
        yield Site(servers, before)


@contextmanager
def talking(clients: list[Client]) -> Iterator[None]:
    """These people talk all the time, each word after the answer to the one before."""
    stop = threading.Event()

    async def talk(client: Client) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            marker = f"{client.name} {number}."
            await client.do({"type": "chat.send", "text": marker}, marker)
            await asyncio.sleep(0.3)  # all words together stay in the page

    async def all_talk() -> None:
        async with in_the_room(clients):
            await asyncio.gather(*map(talk, clients))

    thread = threading.Thread(target=lambda: asyncio.run(all_talk()))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_page_stays_as_it_is_while_every_server_is_restarted_in_turn(
    site: Site,
    mails: MailSink,
    new_context: Callable[..., BrowserContext],
    complaints: Complaints,
) -> None:
    context = new_context(**GERMAN)
    complaints.watch(context)
    hof = Person(HOF, context.new_page(), site.door, mails)
    connections = Connections(hof.page)
    hof.sign_in()
    hof.enter()
    hof.page.evaluate(_WATCH)
    speakers = [
        replace(client_of(site.servers[0], address, name), url=socket_at(site.door))
        for address, name in ((ORGANISATION, "Organisation"), (MODERATION, "Moderation"))
    ]
    with talking(speakers):
        for server in site.servers:
            assert server.stop() == 0
            server.start()
            hof.say(f"Nach dem Neustart von {server.port}")
            hof.reads(f"Nach dem Neustart von {server.port}")
    told = [op.marker for client in speakers for op in client.operations if op.outcome == "ok"]
    assert len(told) == sum(len(client.operations) for client in speakers) > 0
    for client in speakers:
        hof.reads(client.operations[-1].marker)
    shown = hof.messages.locator(".room-message__text").all_text_contents()
    for client in speakers:
        own = [text for text in shown if text.startswith(f"{client.name} ")]
        assert own == [op.marker for op in client.operations]
    assert hof.page.evaluate("() => window.samePage")
    assert min(site.before.taken.values()) > 0
    expect(hof.page.locator(".room[data-status=live]")).to_be_visible()
    notices = hof.page.evaluate("() => window.notices")
    sys.stdout.write(f"notices: {', '.join(f'{shown:.0f} ms' for shown in lengths(notices))}\n")
    statuses = [status for _, status in notices]
    assert 1 <= statuses.count("interrupted") <= len(site.servers), "more often than a server went"
    assert len(connections.hints) == statuses.count("interrupted"), "cut without a goodbye"
    assert max(connections.hints) * 5 / 4 <= NOTICED_MS / 4, "the client adds up to a quarter"
    assert connections.opened == 1 + len(connections.hints), "more than one try to come back"


def lengths(notices: list[tuple[float, str]]) -> list[float]:
    """How long each notice stood, in milliseconds. Told, not judged: a machine may be slow."""
    return [
        next((after for after, then in notices[number:] if then == "live"), at) - at
        for number, (at, status) in enumerate(notices)
        if status == "interrupted"
    ]


def socket_at(server: RunningServer) -> str:
    return server.url.replace("http", "ws", 1) + "/ws"
