/** Pages of decks: their pictures and what stands on them. */

export interface PageWords {
  readonly text: string;
  /** The page is for others: who is asking may be in the room, not in this session. */
  readonly closed: boolean;
}

export interface Slides {
  /** Where a page's picture can be had; rejects when it cannot be had now. */
  picture(deck: string, page: number): Promise<string>;
  /** The page in words; empty when there are none, or when they cannot be had now. */
  words(deck: string, page: number): Promise<PageWords>;
  /** Cues of a deck, one per page; rejects when they cannot be had now. */
  cues(from: string): Promise<readonly string[]>;
  /** The pages that say all these words; rejects when they cannot be had now. */
  search(deck: string, words: string): Promise<readonly FoundPage[]>;
}

export interface FoundPage {
  readonly page: number;
  /** What stands around the first of the words. */
  readonly excerpt: string;
}

/** Characters; the server looks at no more. */
export const SEARCH_LONGEST = 100;

/** A big screen has no cookie: it shows its token, which no address of a picture can carry. */
export function slides(token?: string): Slides {
  const init: RequestInit = token === undefined ? {} : { headers: bearer(token) };
  return {
    picture: (deck, page) =>
      token === undefined
        ? Promise.resolve(address(deck, page, "webp"))
        : fetched(address(deck, page, "webp"), init),
    words: (deck, page) => said(address(deck, page, "json"), init),
    cues: (from) => cued(from, init),
    search: (deck, words) => searched(deck, words, init),
  };
}

function address(deck: string, page: number, kind: "webp" | "json"): string {
  return `/materials/${encodeURIComponent(deck)}/pages/${page}.${kind}`;
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function fetched(from: string, init: RequestInit): Promise<string> {
  const answer = await fetch(from, init);
  if (!answer.ok) throw new Error(`picture of a page: ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

async function cued(from: string, init: RequestInit): Promise<readonly string[]> {
  const answer = await fetch(from, init);
  if (!answer.ok) throw new Error(`cues of a deck: ${answer.status}`);
  const { cues } = (await answer.json()) as { readonly cues?: readonly string[] };
  return cues ?? [];
}

async function searched(
  deck: string,
  words: string,
  init: RequestInit,
): Promise<readonly FoundPage[]> {
  const query = new URLSearchParams({ q: words });
  const answer = await fetch(`/materials/${encodeURIComponent(deck)}/pages.json?${query}`, init);
  if (!answer.ok) throw new Error(`search in slides: ${answer.status}`);
  return ((await answer.json()) as { readonly pages: readonly FoundPage[] }).pages;
}

async function said(from: string, init: RequestInit): Promise<PageWords> {
  try {
    const answer = await fetch(from, init);
    if (!answer.ok) return { text: "", closed: answer.status === 401 || answer.status === 403 };
    const { text = "" } = (await answer.json()) as { readonly text?: string };
    return { text, closed: false };
  } catch {
    return { text: "", closed: false };
  }
}
