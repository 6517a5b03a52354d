/** The decks that can be shown in this room: the page names them, and is asked again. */

import { useEffect, useState } from "preact/hooks";
import { RELEASED } from "../adapters/programme_events.ts";
import { reread } from "../adapters/reread.ts";

/** Nobody is told of a new deck; whoever presents uploads it shortly before. */
const EVERY_MS = 30_000;
const ROOM = "#plenum-room";

export interface DeckOnPage {
  readonly guid: string;
  readonly title: string;
  readonly pages: number;
  /** When its session ends. */
  readonly until: number;
  /** Where its cues are read; empty: not by whoever presents. */
  readonly cues: string;
}

/** What the server says can be shown here; read before the view takes the page's place. */
export function decksOnPage(page: Document): readonly DeckOnPage[] {
  return [...page.querySelectorAll<HTMLDataElement>(`${ROOM} data`)].map((one) => ({
    guid: one.value,
    title: one.textContent ?? "",
    pages: Number(one.dataset.pages),
    until: Number(one.dataset.until),
    cues: one.dataset.cues ?? "",
  }));
}

/** The decks of the page, renewed now and then and when the programme is released anew. */
export function useDecks(first: readonly DeckOnPage[]): readonly DeckOnPage[] {
  const [decks, found] = useState(first);
  useEffect(() => {
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      const page = await reread(location.href);
      if (page?.querySelector(ROOM)) found(decksOnPage(page));
    };
    const timer = setInterval(() => void look(), EVERY_MS);
    const released = (): void => void look();
    document.addEventListener(RELEASED, released);
    return () => {
      clearInterval(timer);
      document.removeEventListener(RELEASED, released);
    };
  }, []);
  return decks;
}
