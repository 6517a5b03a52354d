"""Sending: a queue in memory, one sender, retries. A demo keeps the mails to look at.

What waits when the process dies is gone; a sign-in link is asked for again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from server.mail import letters
from server.mail.letters import Letter

RETRY_SECONDS = (1.0, 5.0, 30.0, 120.0, 300.0)
"""Then the letter is given up: its link has expired anyway."""
MOST_WAITING = 2_000
KEPT = 100
SMTP_SECONDS = 20.0

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


class Carrier(Protocol):
    """Takes one mail to a mail server. Raises ``OSError`` or ``aiosmtplib.SMTPException``."""

    async def carry(self, mail: EmailMessage) -> None: ...


class Smtp:
    """A mail server by URL: ``smtp://``, ``smtp+starttls://`` or ``smtps://``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname:
            raise ValueError("not the address of a mail server")
        self._tls = parts.scheme == "smtps"
        self._start_tls = parts.scheme == "smtp+starttls"
        self._host = parts.hostname
        self._port = parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def carry(self, mail: EmailMessage) -> None:
        """Deliver to the mail server."""
        await aiosmtplib.send(
            mail,
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            start_tls=self._start_tls,
            timeout=SMTP_SECONDS,
        )


class Kept(msgspec.Struct, frozen=True):
    """A letter as ``/dev/mail`` shows it."""

    letter: Letter
    at: int


def compose(letter: Letter, sender: str, domain: str) -> EmailMessage:
    """The mail of a letter. Raises ``ValueError`` for line breaks in what becomes a header."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Message-ID"] = make_msgid(domain=domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


class Post:
    """Mails of this process. ``start`` before use, ``stop`` at the end."""

    def __init__(
        self,
        carrier: Carrier | None,
        sender: str,
        domain: str,
        now: Callable[[], int],
        *,
        keep: bool = False,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._carrier = carrier
        self._sender = sender
        self._domain = domain
        self._now = now
        self._sleep = sleep
        self._kept: deque[Kept] = deque(maxlen=KEPT if keep else 0)
        self._waiting: asyncio.Queue[tuple[EmailMessage, int]] = asyncio.Queue(MOST_WAITING)
        self._sending: asyncio.Task[None] | None = None
        self._retries: set[asyncio.Task[None]] = set()

    def sign_in_link(self, address: str, link: str, language: str) -> None:
        """Send a sign-in link. Returns at once."""
        self.send(letters.sign_in(address, link, language))

    def send(self, letter: Letter) -> None:
        """Put a letter into the queue. Returns at once; raises ``ValueError`` as ``compose``."""
        mail = compose(letter, self._sender, self._domain)
        self._kept.append(Kept(letter, self._now()))
        if self._carrier is None:
            return
        mail["Date"] = format_datetime(_utc(self._now()))
        try:
            self._waiting.put_nowait((mail, 0))
        except asyncio.QueueFull:
            log.error("the mail queue is full; a mail was not sent")

    def kept(self) -> Sequence[Kept]:
        """The newest letters of a demo, newest first."""
        return tuple(reversed(self._kept))

    def waiting(self) -> int:
        """How many are not sent yet, those that are tried again included."""
        return self._waiting.qsize() + len(self._retries)

    async def start(self) -> None:
        if self._carrier is not None:
            self._sending = asyncio.create_task(self._run(self._carrier))

    async def stop(self, patience_s: float = 5.0) -> None:
        """Send what waits for its first attempt, at most so long."""
        if self._sending is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), patience_s)
        ending = [self._sending, *self._retries]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self._sending = None

    async def _run(self, carrier: Carrier) -> None:
        while True:
            mail, attempt = await self._waiting.get()
            try:
                await carrier.carry(mail)
            except (OSError, aiosmtplib.SMTPException) as error:
                self._failed(mail, attempt, error)
            except Exception:
                log.exception("a mail could not be sent")
            finally:
                self._waiting.task_done()

    def _failed(self, mail: EmailMessage, attempt: int, error: Exception) -> None:
        """Try again later, beside the queue: one full mailbox must not hold up the others."""
        code = _code(error)
        if code >= 500 or attempt >= len(RETRY_SECONDS):
            # No address and no subject in the log.
            log.error("a mail was given up: %s %s", type(error).__name__, code or "")
            return
        retry = asyncio.create_task(self._again(mail, attempt))
        self._retries.add(retry)
        retry.add_done_callback(self._retries.discard)

    async def _again(self, mail: EmailMessage, attempt: int) -> None:
        await self._sleep(RETRY_SECONDS[attempt])
        await self._waiting.put((mail, attempt + 1))


def _code(error: Exception) -> int:
    """What the mail server answered; 0 when it did not."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return max((each.code for each in error.recipients), default=0)
    return error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / 1_000, UTC)
