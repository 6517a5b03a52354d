"""A real server that sends real mails, and people who come to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Response

from tests.e2e.people import BigScreen, Person
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

Come = Callable[[str], Person]
GERMAN = {"locale": "de-DE", "timezone_id": "Europe/Berlin"}


class Complaints(list[str]):
    """What pages wrote to their consoles as errors, what they threw, and what they did not get.

    A page that is refused or not found is an answer like any other; what a page asks for is not.
    """

    def watch(self, context: BrowserContext) -> None:
        context.on("weberror", lambda error: self.append(str(error.error)))
        context.on("console", self._said)
        context.on("response", self._answered)

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.append(said.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.append(f"{response.status} {response.url}")


@pytest.fixture(scope="session")
def base_url() -> None:
    """Replaces pytest-playwright's, which is a method and so deprecated; nobody needs it here."""


@pytest.fixture
def server_environment(mails: MailSink) -> Mapping[str, str]:
    return {"PLENUM_SMTP_URL": mails.url}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test if a page complained: the policy header allows no exception."""
    heard = Complaints()
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture
def come(
    server: RunningServer,
    mails: MailSink,
    new_context: Callable[..., BrowserContext],
    complaints: Complaints,
) -> Come:
    """``come(HOF)``: somebody opens a browser. Not signed in yet."""

    def open_browser(address: str) -> Person:
        context = new_context(**GERMAN)
        complaints.watch(context)
        return Person(address, context.new_page(), server, mails)

    return open_browser


@pytest.fixture
def big_screen(
    server: RunningServer, new_context: Callable[..., BrowserContext], complaints: Complaints
) -> BigScreen:
    context = new_context(**GERMAN)
    complaints.watch(context)
    return BigScreen(context.new_page(), server)
