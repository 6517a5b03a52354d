/**
 * Keeps an open page true when the programme is released anew: asks now and then (a 304 while
 * nothing happened), and at once when the room was told. What changed is said in plain words.
 */

import { CHANGED, RELEASED } from "../../adapters/programme_events.ts";
import { renew } from "./fresh.ts";

const EVERY_MS = 25_000;
/** A room of thousands is told in one instant; they must not all ask in it. */
const SPREAD_MS = 2_000;
const PART = "[data-news]";

interface Answer {
  release: number;
  said: string;
}

export function followProgramme(page: Document): void {
  if (!page.querySelector(PART)) return;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking || page.hidden) return;
    looking = true;
    await update(page).finally(() => {
      looking = false;
    });
  };
  setInterval(() => void look(), EVERY_MS);
  page.addEventListener("visibilitychange", () => void look());
  page.addEventListener(RELEASED, () => {
    setTimeout(() => void look(), Math.random() * SPREAD_MS);
  });
}

async function update(page: Document): Promise<void> {
  const part = page.querySelector<HTMLElement>(PART);
  const { news, release } = part?.dataset ?? {};
  if (news === undefined || release === undefined) return;
  const answer = await asked(`${news}?since=${release}`);
  if (answer === null || answer.release === Number(release)) return;
  const renewed = await renew(page, PART);
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
