/**
 * Keeps "on now" and "up next" true while a page stays open, by the server's clock. Nothing is
 * announced and no focus moves: a change of minutes is no news (rooms page, B7 A4).
 */
const EVERY_MS = 15_000;

interface Words {
  running: string;
  next: string;
  enter: string;
}

export function followClock(page: Document, clock: () => number): void {
  const opened = page.querySelector<HTMLElement>("[data-now]");
  if (!opened) return;
  const ahead = Number(opened.dataset.now) - clock();
  const words: Words = {
    running: opened.dataset.running ?? "",
    next: opened.dataset.next ?? "",
    enter: opened.dataset.enter ?? "",
  };
  setInterval(() => {
    // Looked for each time: a release of the programme puts a new one in its place.
    const agenda = page.querySelector<HTMLElement>("[data-now]");
    if (agenda) mark(agenda, clock() + ahead, words);
  }, EVERY_MS);
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
