/** Text as people write it: its length, its links, its likeness. Rendered as text, never as HTML. */

const graphemes = new Intl.Segmenter("de", { granularity: "grapheme" });

const PLAIN = /^[ -~\n\u00a1-\u00ac\u00ae-\u024f]*$/u;
const BLANKS = /[\t\u115f\u1160\u3164\uffa0]/gu;
const SHAPING =
  "[\\u200c\\u200d\\u180b-\\u180f\\ufe00-\\ufe0f\\u{e0020}-\\u{e007f}\\u{e0100}-\\u{e01ef}]";
const MEANINGLESS = new RegExp(
  `(?:(?!\\n|${SHAPING})[\\p{DI}\\p{Cc}\\p{Bidi_C}\\ufff9-\\ufffb])+`,
  "gu",
);
const PICTURE = "(?!\\p{EMod})\\p{ExtPict}\\ufe0f?\\p{EMod}?";
const JOINED = new RegExp(
  `(${PICTURE}(?:\\u200d${PICTURE}){1,4})|(?<!\\u200d)\\u200d+(?=\\p{ExtPict})`,
  "gu",
);
const MONGOLIAN = "(?=\\p{L})\\p{sc=Mong}";
const SEPARATOR = new RegExp(
  `(${MONGOLIAN}[\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f]?\\u180e(?=${MONGOLIAN}))|\\u180e`,
  "gu",
);
const LEADING = new RegExp(`(^|\\n)${SHAPING}+`, "gu");

/**
 * Length in grapheme clusters: what a person counts as characters (X14). What the server drops
 * as invisible (`rooms/core/unseen.py`) does not count.
 */
export function length(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(seen(text))) count += 1;
  return count;
}

/** What is counted of a text: without what nobody can see, as far as it makes a difference. */
function seen(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(BLANKS, " ")
    .replace(/[\u2028\u2029]/gu, "\n")
    .replace(MEANINGLESS, "")
    .replace(JOINED, "$1")
    .replace(SEPARATOR, "$1")
    .replace(LEADING, "$1");
}

export interface Part {
  readonly text: string;
  /** Address of a link; absent for plain text. */
  readonly href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"„“”«»]+/giu;
const TRAILING = /[.,;:!?'’)\]}]+$/u;

/** Split into plain text and http(s) links. What stands there is where the link leads. */
export function linked(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = withoutTail(found[0]);
    const href = safe(address);
    if (href === undefined) continue;
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push({ text: address, href });
    end = found.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function withoutTail(address: string): string {
  const tail = TRAILING.exec(address)?.[0] ?? "";
  const bracketed = tail.startsWith(")") && address.includes("(");
  return bracketed ? address : address.slice(0, address.length - tail.length);
}

/** A name before the host ("https://kts.de@elsewhere.example") only serves to mislead. */
function safe(address: string): string | undefined {
  try {
    const { protocol, username, password, href } = new URL(address);
    const web = protocol === "https:" || protocol === "http:";
    return web && username === "" && password === "" ? href : undefined;
  } catch {
    return undefined;
  }
}

/** How alike two questions are, 0 to 1: shared trigrams among all (rooms page, B2.6). */
export function likeness(one: string, other: string): number {
  const a = trigrams(one);
  const b = trigrams(other);
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const piece of a) if (b.has(piece)) shared += 1;
  return shared / (a.size + b.size - shared);
}

function trigrams(text: string): ReadonlySet<string> {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const pieces = words.flatMap((word) => {
    const padded = `  ${word} `;
    return Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3));
  });
  return new Set(pieces);
}
