"""What must hold on every page in every state, looked at in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.fixtures.server import ROOT

AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
    "frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Of the client's page of the design; no video host may be framed as long as none is set."""
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}

_RUN = """async (tags) => {
  const found = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
  return found.violations.map(({ id, help, nodes }) =>
    `${id}: ${help} | ` + nodes.map(({ target }) => target.join(' ')).join(' , '));
}"""
_OVERFLOW = """() => {
  const wide = document.documentElement;
  if (wide.scrollWidth <= wide.clientWidth) return [];
  const beyond = [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > wide.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120));
  return [`${wide.scrollWidth} > ${wide.clientWidth}`, ...beyond.slice(0, 5)];
}"""


def axe() -> str:
    """The program that checks. Evaluated, not loaded: the policy forbids foreign scripts."""
    return Path(AXE).read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe complains of; empty is well."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {axe()} }}")
    found: list[str] = page.evaluate(_RUN, list(TAGS))
    return found


def overflow(page: Page) -> list[str]:
    """What does not fit into the window's width."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def outline(page: Page) -> dict[str, Any]:
    """The page's language and how many first headings it has."""
    found: dict[str, Any] = page.evaluate(
        "() => ({ lang: document.documentElement.lang,"
        " h1: document.querySelectorAll('h1').length, title: document.title !== '' })"
    )
    return found


def look(page: Page, where: str, language: str, complaints: list[str]) -> None:
    """Everything at once; what is wrong is added to ``complaints`` with the place."""
    complaints.extend(f"{where}: {found}" for found in violations(page))
    seen = outline(page)
    if seen != {"lang": language, "h1": 1, "title": True}:
        complaints.append(f"{where}: {seen}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    complaints.extend(f"{where} at 320 px: {found}" for found in overflow(page))
    if language == "de":  # The layout is the same in both; only lengths of words differ.
        complaints.extend(f"{where} at 320 px: {found}" for found in violations(page))
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
