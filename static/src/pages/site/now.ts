/**
 * Keeps "on now" and "up next" true while a page stays open, by the server's clock. Nothing is
 * announced and no focus moves: a change of minutes is no news (rooms page, B7 A4).
 */
import { type Read, reread } from "../../adapters/reread.ts";

const EVERY_MS = 15_000;
/** When the page could not be read: not before. */
const AGAIN_MS = 60_000;

interface Words {
  running: string;
  next: string;
  enter: string;
}

export function followClock(page: Document, clock: () => number, read: Read = reread): void {
  const found = page.querySelector<HTMLElement>("[data-now]");
  if (!found) return;
  let programme = found;
  let ahead = Number(programme.dataset.now) - clock();
  setInterval(async () => {
    // A release of the programme may have put a new one in its place.
    if (!programme.isConnected) programme = page.querySelector("[data-now]") ?? programme;
    const fresh = await renewed(programme, clock() + ahead, read);
    if (fresh) {
      programme.replaceWith(fresh);
      programme = fresh;
      ahead = Number(fresh.dataset.now) - clock();
    }
    mark(programme, clock() + ahead, wordsOf(programme));
  }, EVERY_MS);
}

function wordsOf({ dataset }: HTMLElement): Words {
  return {
    running: dataset.running ?? "",
    next: dataset.next ?? "",
    enter: dataset.enter ?? "",
  };
}

/** A rehearsal begins again when it is over: what the server shows then, once it is time. */
async function renewed(
  programme: HTMLElement,
  now: number,
  read: Read,
): Promise<HTMLElement | null> {
  const due = Number(programme.dataset.renewedAt ?? Number.POSITIVE_INFINITY);
  // Nothing is taken away from under the finger.
  if (now < due || programme.contains(document.activeElement)) return null;
  programme.dataset.renewedAt = String(now + AGAIN_MS);
  const fresh = await read(location.href);
  return fresh?.querySelector<HTMLElement>("[data-now]") ?? null;
}

/** Exported for its test. */
export function mark(agenda: HTMLElement, now: number, words: Words): void {
  const sessions = [...agenda.querySelectorAll<HTMLElement>("[data-start]")];
  const coming = sessions.map(startOf).filter((start) => start > now);
  const next = coming.length > 0 ? Math.min(...coming) : null;
  for (const session of sessions) {
    const running = startOf(session) <= now && now < Number(session.dataset.end);
    const state = running ? "running" : startOf(session) === next ? "next" : "";
    if (state !== session.dataset.state) show(session, state, words);
  }
  for (const slot of agenda.querySelectorAll("[data-slot]")) {
    const running = slot.querySelector('[data-state="running"]') !== null;
    slot.classList.toggle("agenda-slot--running", running);
  }
}

function startOf(session: HTMLElement): number {
  return Number(session.dataset.start);
}

function show(session: HTMLElement, state: "" | "running" | "next", words: Words): void {
  session.dataset.state = state;
  session.querySelector("[data-tag]")?.remove();
  if (state) session.prepend(tag(state, words));
  const way = session.querySelector("[data-enter-room]");
  const href = session.dataset.room;
  if (state === "running" && !way && href) session.append(link(href, words.enter, session));
  // Whoever has just reached the button keeps it under the finger.
  if (state !== "running" && way && way !== document.activeElement) way.remove();
}

function tag(state: "running" | "next", words: Words): HTMLElement {
  const made = document.createElement("span");
  made.className = `tag tag--${state === "running" ? "live" : "next"}`;
  made.dataset.tag = "";
  made.textContent = words[state];
  return made;
}

function link(href: string, text: string, session: HTMLElement): HTMLElement {
  const made = document.createElement("a");
  made.className = "kern-btn kern-btn--primary";
  made.href = href;
  made.dataset.enterRoom = "";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = text;
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.textContent = `: ${session.querySelector("h4")?.textContent ?? ""}`;
  label.append(about);
  made.append(label);
  return made;
}
