"""Mails arrive as they were meant, are tried again, and cannot be bent by what people type."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.message import EmailMessage

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.mail.letters import Letter, sign_in
from server.mail.post import RETRY_SECONDS, Post, Smtp, compose
from tests.fixtures.mail import MailSink

HOF = "staff@hof.example"
LINK = "https://konferenz.example/sign-in/confirm#a.b.c"
NOW = 1_700_000_000_000


class Carrier:
    """A mail server that answers what it is told to, then takes everything."""

    def __init__(self, *answers: Exception) -> None:
        self.answers = list(answers)
        self.taken: list[EmailMessage] = []
        self.tried: list[str] = []

    async def carry(self, mail: EmailMessage) -> None:
        self.tried.append(str(mail["To"]))
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append(mail)


class Pauses:
    """Remembers how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("did not happen")


def a_post(carrier: Carrier | None, pauses: Pauses | None = None, *, keep: bool = False) -> Post:
    return Post(
        carrier,
        "plenum@konferenz.example",
        "konferenz.example",
        lambda: NOW,
        keep=keep,
        sleep=pauses or Pauses(),
    )


async def test_sign_in_mail_arrives_in_text_and_html(mails: MailSink) -> None:
    post = Post(Smtp(mails.url), "plenum@konferenz.example", "konferenz.example", lambda: NOW)
    await post.start()
    post.sign_in_link(HOF, LINK, "de")
    await post.stop()
    mail = mails.wait_for(HOF)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert LINK in text.get_content()
    assert f'href="{LINK}"' in html.get_content()
    assert (mail["Subject"], mail["From"], mail["To"]) == (
        "Ihr Link zum Anmelden",
        "plenum@konferenz.example",
        HOF,
    )
    assert mail["Date"].datetime.timestamp() == NOW / 1_000
    assert mail["Message-ID"].endswith("@konferenz.example>")


@pytest.mark.parametrize("language", ["de", "en"])
def test_html_loads_nothing_and_says_the_same(language: str) -> None:
    letter = sign_in(HOF, LINK, language)
    assert "<img" not in letter.html
    assert "<link" not in letter.html
    assert letter.html.count("https://") == 2
    for line in letter.text.splitlines():
        assert line in letter.html.replace("</p><p>", "\n")


HEADERS = ("to", "subject")


@pytest.mark.parametrize("field", HEADERS)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_header_cannot_be_injected(field: str, end: str) -> None:
    values = {"to": HOF, "subject": "Anmelden"}
    values[field] += f"{end}Bcc: all@hof.example"
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        compose(Letter(values["to"], values["subject"], "x", "x"), "a@b.example", "b.example")


@given(st.text(max_size=80))
def test_no_text_adds_a_header_or_a_recipient(text: str) -> None:
    try:
        mail = compose(Letter(HOF, text, text, text), "a@b.example", "b.example")
    except ValueError:
        return
    head = mail.as_bytes().split(b"\r\n\r\n", 1)[0].decode()
    names = [line.split(":")[0] for line in head.split("\r\n") if line[:1] not in (" ", "\t")]
    assert names == [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]
    assert mail["To"] == HOF


async def test_temporary_failure_is_tried_again_with_growing_pauses() -> None:
    carrier = Carrier(OSError(), aiosmtplib.SMTPServerDisconnected("gone"))
    pauses = Pauses()
    post = a_post(carrier, pauses)
    await post.start()
    post.sign_in_link(HOF, LINK, "de")
    await until(lambda: len(carrier.taken) == 1)
    assert pauses.seconds == list(RETRY_SECONDS[:2])
    await post.stop()


async def test_final_refusal_is_not_tried_again() -> None:
    carrier = Carrier(aiosmtplib.SMTPDataError(550, "no such mailbox"))
    post = a_post(carrier)
    await post.start()
    post.sign_in_link(HOF, LINK, "de")
    post.sign_in_link("presenter@ulm.example", LINK, "de")
    await until(lambda: len(carrier.taken) == 1)
    await post.stop()
    assert carrier.tried == [HOF, "presenter@ulm.example"]


async def test_mail_server_that_stays_away_is_given_up() -> None:
    carrier = Carrier(*[OSError() for _ in range(20)])
    pauses = Pauses()
    post = a_post(carrier, pauses)
    await post.start()
    post.sign_in_link(HOF, LINK, "de")
    await until(lambda: len(carrier.tried) == len(RETRY_SECONDS) + 1)
    await post.stop()
    assert pauses.seconds == list(RETRY_SECONDS)


async def test_one_full_mailbox_does_not_hold_up_the_others() -> None:
    recipient = aiosmtplib.SMTPRecipientRefused(452, "mailbox full", HOF)
    carrier = Carrier(aiosmtplib.SMTPRecipientsRefused([recipient]))
    never = asyncio.Event()

    async def wait(_: float) -> None:
        await never.wait()

    post = Post(carrier, "a@b.example", "b.example", lambda: NOW, sleep=wait)
    await post.start()
    post.sign_in_link(HOF, LINK, "de")
    post.sign_in_link("presenter@ulm.example", LINK, "de")
    await until(lambda: len(carrier.taken) == 1)
    assert carrier.taken[0]["To"] == "presenter@ulm.example"
    await post.stop()


async def test_demo_keeps_the_newest_mails_to_look_at() -> None:
    post = a_post(None, keep=True)
    for number in range(120):
        post.sign_in_link(f"staff{number}@hof.example", LINK, "en")
    kept = post.kept()
    assert len(kept) == 100
    assert kept[0].letter.to == "staff119@hof.example"
    assert kept[0].at == NOW


async def test_production_keeps_no_mail() -> None:
    post = a_post(Carrier())
    post.sign_in_link(HOF, LINK, "de")
    assert post.kept() == ()


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example", ""])
def test_address_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        Smtp(url)
