/**
 * Sends a file in pieces and goes on after a broken line from where the server says it is.
 *
 * Knows no page and no browser: `Line` is the way to the server, `tell` hears how far it is.
 */
import { delay } from "./backoff.ts";

/** Bytes. Small enough that little is sent twice on a bad line. */
export const PIECE = 1_000_000;
/** Broken lines in a row after which it gives up: several minutes. */
export const PATIENCE = 20;
const LOOK_AGAIN_MS = 1_500;

/** What the server says of an upload; `detail` in words where something is wrong. */
export interface Answer {
  readonly status: number;
  readonly offset: number | null;
  readonly state: string;
  readonly detail: string;
}

export interface Line {
  /** Rejects when the line breaks. */
  put(where: string, piece: Blob, from: number, size: number): Promise<Answer>;
  look(where: string): Promise<Answer>;
  wait(ms: number): Promise<void>;
  chance(): number;
  readonly cancelled: boolean;
}

export type News =
  | { readonly kind: "sent"; readonly bytes: number }
  | { readonly kind: "resuming" }
  | { readonly kind: "checking" };

export type End =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "cancelled" };

export async function send(
  file: Blob,
  where: string,
  line: Line,
  tell: (news: News) => void,
): Promise<End> {
  let failures = 0;
  let offset: number | null = null;
  while (offset === null || offset < file.size) {
    if (line.cancelled) return { kind: "cancelled" };
    const answer = await attempt(file, where, offset, line);
    if (answer !== null && answer.offset !== null && answer.status < 500) {
      // Only bytes that were taken show that the line is good again.
      if (offset !== null && answer.status === 200) failures = 0;
      offset = answer.offset;
      tell({ kind: "sent", bytes: offset });
      continue;
    }
    if (answer !== null && !mayPass(answer)) return { kind: "refused", detail: answer.detail };
    if (line.cancelled) return { kind: "cancelled" };
    failures += 1;
    if (failures > PATIENCE) return { kind: "refused", detail: "" };
    tell({ kind: "resuming" });
    await line.wait(delay(failures - 1, line.chance()));
    offset = null; // nobody but the server knows what arrived
  }
  tell({ kind: "checking" });
  return await checked(where, line);
}

/** One piece; without an offset, the question for it. Null: the line broke. */
async function attempt(
  file: Blob,
  where: string,
  offset: number | null,
  line: Line,
): Promise<Answer | null> {
  try {
    if (offset === null) return await line.look(where);
    const piece = file.slice(offset, Math.min(offset + PIECE, file.size));
    return await line.put(where, piece, offset, file.size);
  } catch {
    return null;
  }
}

/** Busy elsewhere, silent, or the server restarts: the same may work in a moment. */
function mayPass(answer: Answer): boolean {
  return [408, 409, 429, 500, 502, 503, 504].includes(answer.status);
}

async function checked(where: string, line: Line): Promise<End> {
  let failures = 0;
  while (failures <= PATIENCE) {
    const answer = await line.look(where).catch(() => null);
    if (answer?.state === "ready") return { kind: "ready" };
    if (answer?.state === "refused") return { kind: "refused", detail: answer.detail };
    if (answer?.status === 404 || line.cancelled) return { kind: "cancelled" };
    failures = answer?.status === 200 ? 0 : failures + 1;
    await line.wait(LOOK_AGAIN_MS);
  }
  return { kind: "refused", detail: "" };
}

/** The quarter that was passed on the way from one offset to another, in percent; null: none. */
export function quarter(before: number, after: number, size: number): number | null {
  const passed = Math.floor((after / size) * 4);
  return passed > Math.floor((before / size) * 4) && passed < 4 ? passed * 25 : null;
}
