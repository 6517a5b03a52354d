"""Every page is valid HTML: html-validate over all of them, in both languages, in one go."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from server.http.language import LANGUAGES, Language
from tests.fixtures.server import ROOT
from tests.pages.test_every_page import OPEN_PAGES, REFUSED_PAGES, SIGNED_IN_PAGES
from tests.pages.world import World

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]
CONGRESS_ROOM = "/events/kongress_2022/rooms/plenum"


class Written:
    """Pages as files, for a program that reads files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def keep(self, who: str, path: str, answer: httpx.Response) -> None:
        name = re.sub(r"[^a-z0-9_]+", "-", f"{answer.headers['content-language']} {who} {path}")
        assert answer.headers["content-type"].startswith("text/html"), path
        (self.folder / f"{name}.html").write_text(answer.text, encoding="utf-8")


def findings(pages: Path) -> str:
    """What html-validate says of all files of a folder; empty is well."""
    done = subprocess.run(
        [sys.executable, "-m", "server.setup.client", "html"],
        cwd=ROOT,
        env={**os.environ, "PAGES": str(pages)},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


async def test_every_page_is_valid(site: World, tmp_path: Path) -> None:
    written = Written(tmp_path / "pages")
    for language in LANGUAGES:
        await _guest(site, written, language)
        await _signed_in(site, written, language)
    assert len(list(written.folder.iterdir())) > 2 * (len(OPEN_PAGES) + len(REFUSED_PAGES))
    assert findings(written.folder) == ""


async def _guest(site: World, written: Written, language: Language) -> None:
    async with site.browser() as browser:
        browser.headers["accept-language"] = language
        for path in (*OPEN_PAGES, *REFUSED_PAGES):
            written.keep("guest", path, await browser.get(path))
        for address in ("unvollständig", "amt@hof.example"):
            sent = await browser.post("/sign-in", data={"address": address})
            written.keep("guest", f"sign-in {sent.status_code}", sent)
        wrong = await browser.post("/sign-in/confirm", data={"token": "kaputt"})
        written.keep("guest", "wrong link", wrong)


async def _signed_in(site: World, written: Written, language: Language) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        browser.headers["accept-language"] = language
        for path in (*OPEN_PAGES, *SIGNED_IN_PAGES, CONGRESS_ROOM):
            written.keep("hof", path, await browser.get(path, follow_redirects=True))
        nameless = await browser.post("/profile/name", data={"name": ""})
        written.keep("hof", "no name", nameless)
        await _participant(browser, written)
    await site.funded("projekt@ulm.example")
    async with site.signed_in("projekt@ulm.example") as browser:
        browser.headers["accept-language"] = language
        for path in ("/profile", "/events/kongress_2022", "/events/kongress_2022/agenda"):
            written.keep("ulm", path, await browser.get(path))


async def _participant(browser: httpx.AsyncClient, written: Written) -> None:
    """Stars, and feedback on a session that is over: refused, given, in my agenda."""
    over = "/events/regionalkonferenz_1_2022/sessions/begruessung"
    for path in (over, "/events/regionalkonferenz_2_2022/sessions/podium"):
        await browser.post(f"{path}/star", data={"star": "1"})
    written.keep("hof", "my agenda", await browser.get("/my"))
    for score, text in (("", ""), ("4", "zu lang" * 200)):
        wrong = await browser.post(f"{over}/feedback", data={"score": score, "text": text})
        written.keep("hof", f"feedback {score}", wrong)
    saved = await browser.post(f"{over}/feedback", data={"score": "4"}, follow_redirects=True)
    written.keep("hof", "feedback saved", saved)
    await browser.post(f"{over}/feedback", data={"act": "withdraw"})


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(
        "<!DOCTYPE html><html lang='de'><head><title>x</title></head><body><p><div></div></p>"
        "<img src='data:,'><button>ohne Art</button></body></html>"
    )
    found = findings(tmp_path)
    wanted = ("no-implicit-close", "wcag/h37", "no-implicit-button-type")
    assert [rule for rule in wanted if f"[{rule}]" not in found] == []
