"""Somebody who opens page after page, and what must hold on each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from tests.e2e.conftest import Complaints
from tests.e2e.looking import POLICY, POLICY_OF_UPLOADS, look
from tests.e2e.seats import Signed
from tests.fixtures.browser import Requests
from tests.fixtures.server import ROOT, RunningServer

LOCALES = {"de": "de-DE", "en": "en-GB"}


class Walk:
    """One reader who opens page after page, in one language."""

    def __init__(
        self,
        language: str,
        server: RunningServer,
        new_context: Callable[..., BrowserContext],
        complaints: Complaints,
        requests: Requests,
    ) -> None:
        self.language = language
        self.server = server
        self.complaints = complaints
        texts = Path(ROOT / "static" / "i18n" / language / "room.json").read_text(encoding="utf-8")
        self.say: Mapping[str, str] = json.loads(texts)
        self.context = new_context(locale=LOCALES[language], timezone_id="Europe/Berlin")
        complaints.watch(self.context)
        requests.watch(self.context)
        self.context.on("response", self._policy)
        self.page = self.context.new_page()

    def become(self, who: Signed) -> None:
        self.context.clear_cookies()
        who.lend_to(self.context)

    def open(self, path: str) -> None:
        # A fragment alone would not load the page anew.
        self.page.goto("about:blank")
        self.page.goto(f"{self.server.url}{path}")

    def look(self, where: str) -> None:
        look(self.page, f"{self.language} {where}", self.language, self.complaints)

    def pages(self, *paths: str) -> None:
        for path in paths:
            self.open(path)
            self.look(path)

    def button(self, code: str, within: Page | Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.say[code], exact=True)

    def enter(self, path: str, region: str) -> None:
        self.open(path)
        expect(self.page.get_by_role("region", name=self.say[region]).first).to_be_visible()

    def _policy(self, answer: Response) -> None:
        """Every page and every file says the same; images of uploads may do nothing at all."""
        wanted = POLICY_OF_UPLOADS if answer.url.endswith(".webp") else POLICY
        if answer.headers.get("content-security-policy") != wanted:
            self.complaints.append(f"{answer.url}: {answer.headers}")


def saving(page: Page) -> Locator:
    """The button that saves a form, in any language; others ask for more rows."""
    return page.get_by_role("main").locator("button.kern-btn--primary").first
