/**
 * "Your next session starts in 5 minutes": shown until it has begun or until the reader puts it
 * away, said once. The server's clock decides; the programme's answers bring it
 * (`programme.ts`). What was said and put away is remembered by this tab alone.
 */
import { told } from "./told.ts";

const SAID = "plenum.next.said";
const AWAY = "plenum.next.away";

export interface Next {
  id: string;
  said: string;
  detail: string;
  href: string;
  way: string;
}

export type Tell = (next: Next | null) => void;
export type Memory = Pick<Storage, "getItem" | "setItem">;

/** Whether this page has a place for it: pages of guests have none. */
export function expectsNext(page: Document): boolean {
  return page.querySelector("[data-next-session]") !== null;
}

/** `memory` is asked for only when needed: a browser may allow none. */
export function nextSession(page: Document, memory: () => Memory): Tell {
  const place = page.querySelector<HTMLElement>("[data-next-session]");
  const away = place?.querySelector<HTMLElement>("[data-next-close]");
  if (!place || !away) return () => {};
  const kept = remembering(memory);
  let shown: Next | null = null;
  away.addEventListener("click", () => {
    if (shown) kept.set(AWAY, shown.id);
    hide(page, place);
  });
  return (next) => {
    shown = next && kept.get(AWAY) !== next.id ? next : null;
    if (shown === null) return hide(page, place);
    fill(place, shown, page.location.pathname);
    if (place.hidden) show(page, place);
    if (kept.get(SAID) === shown.id) return;
    kept.set(SAID, shown.id);
    told(page, `${shown.said} ${shown.detail}`);
  };
}

function fill(place: HTMLElement, next: Next, here: string): void {
  write(place, "[data-next-said]", next.said);
  write(place, "[data-next-detail]", next.detail);
  const way = place.querySelector<HTMLAnchorElement>("[data-next-way]");
  if (!way) return;
  // Whoever is in the room already needs no way to it.
  way.hidden = next.href === here;
  way.setAttribute("href", next.href);
  write(way, "span", next.way);
}

/** Only what changes: a link under the finger stays. */
function write(place: HTMLElement, selector: string, text: string): void {
  const found = place.querySelector(selector);
  if (found && found.textContent !== text) found.textContent = text;
}

function show(page: Document, place: HTMLElement): void {
  place.hidden = false;
  resized(page);
}

function hide(page: Document, place: HTMLElement): void {
  if (place.hidden) return;
  const held = place.contains(page.activeElement);
  place.hidden = true;
  // Whoever pressed the button is not sent back to the top of the page.
  if (held) page.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
  resized(page);
}

/** A room fills what is left of the window. */
export function resized(page: Document): void {
  page.defaultView?.dispatchEvent(new Event("resize"));
}

function remembering(memory: () => Memory): {
  get(key: string): string | null;
  set(key: string, value: string): void;
} {
  const own = new Map<string, string>();
  return {
    get(key) {
      try {
        return memory().getItem(key) ?? own.get(key) ?? null;
      } catch {
        return own.get(key) ?? null;
      }
    },
    set(key, value) {
      own.set(key, value);
      try {
        memory().setItem(key, value);
      } catch {
        // No storage allowed: this page remembers by itself.
      }
    },
  };
}
