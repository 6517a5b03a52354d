"""The log has what support needs and nothing that anybody typed, whatever goes wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import logging
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from rooms.ports import Credential
from rooms.wire.messages import PROTOCOL, Fault, Hello
from server.db.engine import create_engine
from server.db.generation import OutdatedError
from server.http.faults import AnsweredFaults, Faults
from server.observe.days import DayFiles
from server.observe.log import configure, formatter, worth_a_line
from server.settings import Settings, SettingsError, load
from server.ws.conversation import Headers
from tests.mail.test_post import Carrier, Pauses, a_post, until
from tests.pages.world import World
from tests.pages.world import world as site_of_pages
from tests.ws.client import connected
from tests.ws.raw import raw
from tests.ws.server import Site, serving

WORDS = "Frau Beispiel, Zimmer 4"
MAIL = "frau.beispiel@hof.example"
TOKEN = "eyJhbGciOi.canary"
CANARIES = (WORDS, "Zimmer", MAIL, "hof.example", TOKEN, "canary", "127.0.0.1")
WEDNESDAY = dt.date(2026, 11, 25)


@contextmanager
def written() -> Iterator[io.StringIO]:
    """What production would have written meanwhile."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(bare=True))
    handler.addFilter(worth_a_line)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield stream
    finally:
        root.removeHandler(handler)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Each line is JSON, and no canary stands in any."""
    assert [each for each in CANARIES if each in stream.getvalue()] == []
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def break_down(_: Request) -> Response:
    typed = WORDS  # a local, as a form's field would be
    raise ValueError(f"cannot read {typed} of {MAIL}")


async def refuse_twice(_: Request) -> Response:
    engine = create_engine("sqlite+aiosqlite:///:memory:")
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE address (it TEXT UNIQUE)"))
            for _again in range(2):
                await connection.execute(text("INSERT INTO address VALUES (:it)"), {"it": MAIL})
    finally:
        await engine.dispose()
    raise AssertionError


@pytest.fixture
async def pages(tmp_path: Path) -> Any:
    async with site_of_pages(tmp_path) as made:
        yield made


async def test_a_fault_is_found_by_its_number_and_says_where_but_not_what(pages: World) -> None:
    routes = [Route("/api/broken", break_down), Route("/api/twice", refuse_twice)]
    app = Starlette(routes=routes, exception_handlers=Faults(pages.pages).handlers)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 1))
    with written() as stream:
        async with httpx.AsyncClient(transport=transport, base_url="https://x.example") as browser:
            broken = await browser.get("/api/broken", params={"token": TOKEN, "q": WORDS})
            twice = await browser.get("/api/twice", headers={"authorization": f"Bearer {TOKEN}"})
    first, second = lines(stream)
    assert (first["event"], first["level"]) == ("fault", "error")
    assert first["reference"] == broken.json()["reference"]
    assert [each["kind"] for each in first["faults"]] == ["ValueError"]
    assert first["faults"][0]["at"][-1].startswith("tests/observe/test_log.py:")
    assert second["reference"] == twice.json()["reference"]
    assert second["faults"][0]["kind"].startswith("IntegrityError")
    assert "SQLITE_CONSTRAINT_UNIQUE" in json.dumps(second["faults"])


class Answering(Site):
    """These routes, as the server has them."""

    def __init__(self, faults: Faults, *routes: Route) -> None:
        super().__init__()
        self._app = Starlette(
            routes=routes,
            exception_handlers=faults.handlers,
            middleware=[Middleware(AnsweredFaults, faults=faults)],
        )

    @property
    def app(self) -> ASGIApp:
        return self._app


async def test_a_fault_is_one_line_and_the_connection_serves_on(pages: World) -> None:
    broken = Answering(Faults(pages.pages), Route("/api/broken", break_down))
    references = []
    with written() as stream:
        async with serving(broken) as site, raw(site, upgraded=False) as client:
            for _ in range(2):
                await client.send(b"GET /api/broken HTTP/1.1\r\nhost: x\r\n\r\n")
                async with asyncio.timeout(10):
                    head = await client.reader.readuntil(b"\r\n\r\n")
                    (size,) = re.findall(rb"content-length: (\d+)", head)
                    body = await client.reader.readexactly(int(size))
                assert head.startswith(b"HTTP/1.1 500")
                references.append(json.loads(body)["reference"])
    told = [(line["event"], line.get("reference")) for line in lines(stream)]
    assert told == [("fault", each) for each in references]


async def test_a_fault_in_the_middle_of_an_answer_cuts_it_and_has_its_number(pages: World) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError(WORDS)

    async def begin(_: Request) -> Response:
        return StreamingResponse(parts())

    broken = Answering(Faults(pages.pages), Route("/api/half", begin))
    with written() as stream:
        async with serving(broken) as site, raw(site, upgraded=False) as client:
            await client.send(b"GET /api/half HTTP/1.1\r\nhost: x\r\n\r\n")
            async with asyncio.timeout(10):
                said = await client.reader.read()
    assert said.endswith(b"half\r\n")
    fault, cut = lines(stream)
    assert (fault["event"], len(fault["reference"]) > 0) == ("fault", True)
    assert "faults" not in cut


async def test_who_goes_away_in_the_middle_of_a_form_is_no_fault(pages: World) -> None:
    over = asyncio.Event()

    async def take(request: Request) -> Response:
        try:
            return Response(await request.body())
        finally:
            over.set()

    form = Answering(Faults(pages.pages), Route("/api/form", take, methods=["POST"]))
    with written() as stream:
        async with serving(form) as site:
            async with raw(site, upgraded=False) as client:
                await client.send(
                    b"POST /api/form HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf"
                )
            async with asyncio.timeout(10):
                await over.wait()
    assert lines(stream) == []


async def test_what_a_socket_stumbles_over_is_not_in_the_log() -> None:
    async def unreadable(headers: Headers, token: str | None) -> Credential | None:
        raise RuntimeError(f"{token} of {MAIL}")

    with written() as stream:
        async with serving(Site(authenticate=unreadable)) as site:
            async with connected(site) as client:
                await client.send(Hello(PROTOCOL, token=TOKEN))
                await client.next(Fault)
            async with httpx.AsyncClient() as browser:
                await browser.get(f"http://127.0.0.1:{site.port}/x", params={"token": TOKEN})
    assert [line["event"] for line in lines(stream)] == ["a credential could not be checked"]


async def test_a_mail_that_fails_is_in_the_log_without_its_address() -> None:
    refused = aiosmtplib.SMTPRecipientRefused(550, f"no {WORDS}", MAIL)
    full = aiosmtplib.SMTPRecipientsRefused([refused])
    post = a_post(Carrier(full, RuntimeError(f"no way to {MAIL}")), Pauses())
    with written() as stream:
        await post.start()
        for _ in range(2):
            post.sign_in_link(MAIL, f"https://x.example/#{TOKEN}", "de")
        await until(lambda: len(lines(stream)) == 2)
        await post.stop()
    told = [line["event"] for line in lines(stream)]
    assert told == [
        "a mail was given up: SMTPRecipientsRefused 550",
        "a mail could not be sent",
    ]


async def test_what_nobody_waited_for_is_in_the_log_without_its_words() -> None:
    with written() as stream:
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        failed.set_exception(ValueError(WORDS))
        context = {"message": "a task failed", "future": failed, "exception": failed.exception()}
        asyncio.get_running_loop().call_exception_handler(context)
        logging.getLogger("uvicorn.error").warning('%s - "GET %s" 500', "127.0.0.1", TOKEN)
        logging.getLogger("uvicorn.error").info("%s connected", "127.0.0.1")
        logging.getLogger("server.mail").warning("gone: %s", OSError(111, WORDS))
        logging.getLogger("server.db").error("it ends: %s", OutdatedError("update"))
    assert [line["event"] for line in lines(stream)] == [
        "a task failed",
        '%s - "GET %s" 500',
        "gone: ConnectionRefusedError ECONNREFUSED",
        "it ends: OutdatedError: update",
    ]


def test_production_writes_json_into_a_file_of_the_day_and_nothing_of_a_dying_thread(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, logging.raiseExceptions)
    hooks = (threading.excepthook, sys.unraisablehook)
    try:
        configure(production(tmp_path / "logs"), worker=1)
        threading.excepthook(threading.ExceptHookArgs((ValueError, ValueError(WORDS), None, None)))
    finally:
        for handler in list(root.handlers):
            root.removeHandler(handler)
            handler.close()
        root.handlers[:], level, logging.raiseExceptions = before
        root.setLevel(level)
        threading.excepthook, sys.unraisablehook = hooks
    (path,) = (tmp_path / "logs").iterdir()
    in_file = lines(io.StringIO(path.read_text()))
    said = lines(io.StringIO(capfd.readouterr().err))
    day = in_file[0].pop("timestamp")[:10], said[0].pop("timestamp")[:10]
    assert (path.name, path.stat().st_mode & 0o777) == (f"plenum-{day[0]}.log", 0o600)
    assert [(line["event"], line["worker"], line["faults"]) for line in in_file] == [
        ("a thread ended", 2, [{"kind": "ValueError", "at": []}])
    ]
    assert said == in_file


def production(logs: Path) -> Settings:
    return load(
        {
            "PLENUM_MODE": "production",
            "PLENUM_SECRET": "x" * 32,
            "PLENUM_BASE_URL": "https://konferenz.example",
            "PLENUM_SMTP_URL": "smtps://mail.example",
            "PLENUM_MAIL_FROM": "plenum@konferenz.example",
            "PLENUM_LOG_DIR": str(logs),
        }
    )


def test_no_line_of_a_file_is_older_than_seven_days(tmp_path: Path) -> None:
    today = WEDNESDAY
    files = DayFiles(tmp_path, lambda: today)
    (tmp_path / "other.log").touch()
    for day in range(9):
        today = WEDNESDAY + dt.timedelta(days=day)
        files.emit(logging.makeLogRecord({"msg": f"day {day}"}))
    files.close()
    kept = sorted(path.name for path in tmp_path.glob("plenum-*"))
    assert (kept[0], kept[-1], len(kept)) == ("plenum-2026-11-27.log", "plenum-2026-12-03.log", 7)
    assert (tmp_path / kept[-1]).read_text() == "day 8\n"
    assert (tmp_path / "other.log").exists()


def test_a_folder_that_cannot_be_written_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"^PLENUM_LOG_DIR: .*: Not a directory$"):
        DayFiles(tmp_path / "file" / "logs")
