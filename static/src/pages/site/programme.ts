/**
 * Keeps an open page true when the programme is released anew: asks now and then (a 304 while
 * nothing happened), and at once when the room was told. What changed is said in plain words.
 */

import { CHANGED, RELEASED } from "../../adapters/programme_events.ts";
import { renew } from "./fresh.ts";
import { expectsNext, type Next, type Tell } from "./next.ts";

const EVERY_MS = 25_000;
/** A room of thousands is told in one instant; they must not all ask in it. */
const SPREAD_MS = 2_000;
const PART = "[data-news]";

interface Answer {
  release: number;
  said: string;
  next?: Next;
}

/** `tell` is given what begins next for this reader; null: nothing does. */
export function followProgramme(page: Document, tell: Tell): void {
  if (!page.querySelector(PART)) return;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking || page.hidden) return;
    looking = true;
    await updateAll(page, tell).finally(() => {
      looking = false;
    });
  };
  if (expectsNext(page)) void look();
  setInterval(() => void look(), EVERY_MS);
  page.addEventListener("visibilitychange", () => void look());
  page.addEventListener(RELEASED, () => {
    setTimeout(() => void look(), Math.random() * SPREAD_MS);
  });
}

/** A page may hold several events: my agenda does. */
async function updateAll(page: Document, tell: Tell): Promise<void> {
  for (const { dataset } of page.querySelectorAll<HTMLElement>(PART)) {
    const { news, release } = dataset;
    if (news && release) await update(page, news, release, tell);
  }
}

async function update(page: Document, news: string, release: string, tell: Tell): Promise<void> {
  const answer = await asked(`${news}?since=${release}`);
  if (answer === null) return;
  tell(answer.next ?? null);
  if (answer.release === Number(release)) return;
  const renewed = await renew(page, `[data-news="${CSS.escape(news)}"]`);
  if (renewed === null || !answer.said) return;
  page.dispatchEvent(new CustomEvent(CHANGED, { detail: answer.said }));
  const place = page.querySelector("[data-programme-news]");
  if (place) place.textContent = answer.said;
}

async function asked(address: string): Promise<Answer | null> {
  try {
    const answer = await fetch(address, { cache: "no-cache" });
    return answer.ok ? ((await answer.json()) as Answer) : null;
  } catch {
    // Offline: the next look finds it.
    return null;
  }
}
