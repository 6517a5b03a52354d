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
POLICY_OF_UPLOADS = "sandbox; default-src 'none'"
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
_SQUEEZED = """() => {
  const unseen = '.visually-hidden, .skip-link, .plenum-announcer, .room-hidden, noscript, script';
  const gone = (one) => {
    for (let each = one; each; each = each.parentElement)
      if (getComputedStyle(each).clipPath === 'inset(50%)') return true;
    return one.closest(unseen) !== null || !one.checkVisibility({ visibilityProperty: true });
  };
  const clip = /hidden|clip/u, scroll = /auto|scroll/u;
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.data.trim() === '' || gone(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()];
    for (let each = text.parentElement; each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each), edge = each.getBoundingClientRect();
      if (style.display === 'inline') continue;
      const beyond = ({ left, right, top, bottom }) =>
        (clip.test(style.overflowX) && (left < edge.left - 1 || right > edge.right + 1)) ||
        (clip.test(style.overflowY) && (top < edge.top - 1 || bottom > edge.bottom + 1));
      if (boxes.some(beyond)) found.add(`cut off: ${text.data.trim().slice(0, 60)}`);
      if (scroll.test(style.overflowX + style.overflowY)) break;
    }
  }
  const acts = [...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter((one) => !gone(one) && !floats(one));
  const boxed = (one) => [...one.getClientRects()].map((box) => [one, seen(one, box)]);
  const shown = acts.flatMap(boxed);
  for (const [index, [one, a]] of shown.entries())
    for (const [other, b] of shown.slice(index + 1)) {
      if (one === other || one.contains(other) || other.contains(one)) continue;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 2 && height > 2) found.add(`over each other: ${name(one)} | ${name(other)}`);
    }
  return [...found].slice(0, 8);

  function seen(one, { left, right, top, bottom }) {
    let box = { left, right, top, bottom };
    for (let each = one.parentElement; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const edge = each.getBoundingClientRect();
      box = { left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
              top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom) };
    }
    return box;
  }
  function floats(one) {
    for (let each = one; each; each = each.parentElement)
      if (/fixed|sticky/u.test(getComputedStyle(each).position)) return true;
    return false;
  }
  function name(one) {
    return (one.innerText || one.getAttribute('aria-label') || one.outerHTML).slice(0, 60);
  }
}"""
_UNFRAMED = """() => [...document.querySelectorAll('button, input, select, textarea, a.kern-btn')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== 'hidden')
  .filter((one) => !['radio', 'checkbox'].includes(one.type)) // drawn by the system
  .filter((one) => {
    const style = getComputedStyle(one), paper = getComputedStyle(document.body).backgroundColor;
    const framed = ['Top', 'Right', 'Bottom', 'Left'].some((side) =>
      style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0 &&
      style[`border${side}Color`] !== paper);
    const underlined = [one, ...one.children].some((each) =>
      getComputedStyle(each).textDecorationLine.includes('underline'));
    return !framed && !underlined;
  })
  .map((one) => one.outerHTML.slice(0, 120))"""
_UNMARKED = """() => {
  const before = document.activeElement;
  before?.blur?.(); // who has the focus already would not show it anew
  const dialog = document.querySelector('dialog[open]'); // nothing behind it can be reached
  const all = (dialog ?? document).querySelectorAll(
    'a[href], button, input, select, textarea, summary');
  const found = [...all]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== 'hidden')
    .filter((one) => {
      one.focus({ focusVisible: true, preventScroll: true });
      if (document.activeElement !== one) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return outlineStyle === 'none' || parseFloat(outlineWidth) < 2;
    });
  before?.focus?.({ preventScroll: true });
  return found.map((one) => one.outerHTML.slice(0, 120));
}"""
_MOVING = """() => {
  const running = document.getAnimations().map(({ effect }) => effect.target);
  const styled = [...document.querySelectorAll('*')].filter((one) =>
    [null, '::before', '::after'].some((part) => {
      const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one, part);
      const slow = transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
      return animationName !== 'none' || slow || scrollBehavior === 'smooth';
    }));
  return [...new Set([...running, ...styled])].map((one) => one.outerHTML.slice(0, 120));
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


def squeezed(page: Page) -> list[str]:
    """Text that is cut off where nobody can scroll to it; things to press that lie over others."""
    found: list[str] = page.evaluate(_SQUEEZED)
    return found


def unframed(page: Page) -> list[str]:
    """Buttons and fields without an edge one could see where colours are the reader's own."""
    found: list[str] = page.evaluate(_UNFRAMED)
    return found


def unmarked(page: Page) -> list[str]:
    """What shows no outline when the keyboard reaches it."""
    found: list[str] = page.evaluate(_UNMARKED)
    return found


def moving(page: Page) -> list[str]:
    """What moves, or would."""
    found: list[str] = page.evaluate(_MOVING)
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
    complaints.extend(f"{where}: {found}" for found in (*violations(page), *squeezed(page)))
    seen = outline(page)
    if seen != {"lang": language, "h1": 1, "title": True}:
        complaints.append(f"{where}: {seen}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    narrow = (*overflow(page), *squeezed(page))
    complaints.extend(f"{where} at 320 px: {found}" for found in narrow)
    if language == "de":  # The layout is the same in both; only lengths of words differ.
        complaints.extend(f"{where} at 320 px: {found}" for found in violations(page))
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    if language == "de":
        complaints.extend(f"{where} as wished: {found}" for found in wishes(page))


def wishes(page: Page) -> list[str]:
    """What a reader's own colours take away, and what moves though nothing shall (T-A4)."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found = [*unframed(page), *unmarked(page), *moving(page)]
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    return found
