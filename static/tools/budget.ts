/** Does the first load of each page keep its budget (client page, §2)? `npm run budget`. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly assets?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

interface Budget {
  readonly what: string;
  readonly entries: readonly string[];
  readonly kind: "js" | "css" | "woff2";
  /** Kilobytes of 1,000 bytes; JavaScript and CSS as sent, compressed. */
  readonly most: number;
}

const SITE = ["src/pages/site.ts", "styles/site.scss"];
const page = (name: string): readonly string[] => [
  ...SITE,
  `src/pages/${name}.tsx`,
  "styles/room.scss",
];

const BUDGETS: readonly Budget[] = [
  { what: "agenda", entries: SITE, kind: "js", most: 10 },
  { what: "room", entries: page("room"), kind: "js", most: 60 },
  { what: "room", entries: page("room"), kind: "css", most: 25 },
  { what: "room", entries: page("room"), kind: "woff2", most: 50 },
  { what: "desk", entries: page("desk"), kind: "js", most: 60 },
  { what: "present", entries: page("present"), kind: "js", most: 60 },
  { what: "screen", entries: page("screen"), kind: "js", most: 60 },
];

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8")) as Manifest;

/** All files a page loads at first: its entries, what they import, and one language. */
function files(entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(key)) return;
    seen.add(key);
    found.add(chunk.file);
    for (const asset of chunk.assets ?? []) found.add(asset);
    for (const next of chunk.imports ?? []) visit(next);
    // Of the languages a page loads one: count the larger, German.
    for (const next of chunk.dynamicImports ?? []) if (!next.includes("i18n/en")) visit(next);
  };
  for (const entry of entries) {
    if (manifest[entry] === undefined) throw new Error(`not built: ${entry}`);
    visit(entry);
  }
  return found;
}

function size(file: string): number {
  const body = readFileSync(new URL(file, dist));
  return file.endsWith(".woff2") ? body.length : gzipSync(body, { level: 9 }).length;
}

let over = false;
for (const { what, entries, kind, most } of BUDGETS) {
  const loaded = [...files(entries)].filter((file) => file.endsWith(`.${kind}`));
  const kilobytes = loaded.reduce((sum, file) => sum + size(file), 0) / 1_000;
  const ok = kilobytes <= most;
  over ||= !ok;
  console.log(`${ok ? "ok  " : "OVER"} ${what} ${kind}: ${kilobytes.toFixed(1)} of ${most} kB`);
}
process.exitCode = over ? 1 : 0;
