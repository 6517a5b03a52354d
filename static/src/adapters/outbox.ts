/**
 * Commands that the server has not answered yet (rooms page, X10). Nothing a person wrote is lost:
 * not while offline, not when the tab closes, not when the server refuses.
 *
 * Pure but for the storage handed in: time is an argument, sending is the caller's.
 */

import type { Ack, Refusal, RoomCommand } from "../protocol/generated.ts";
import { type Keep, keysOf, OUTBOX } from "./written.ts";

export type Phase =
  /** To be sent as soon as the connection stands. */
  | "waiting"
  /** Sent; the answer is outstanding. */
  | "sent"
  /** Written long ago: the person is asked whether it shall still be sent. */
  | "asking"
  /** Carried out; shown until the room's own history shows it. */
  | "done"
  /** Refused; kept until its text was taken back or given up. */
  | "refused";

export interface Entry {
  readonly id: string;
  readonly command: RoomCommand;
  /** When it was written: milliseconds UTC, the server's clock. */
  readonly at: number;
  readonly phase: Phase;
  readonly error?: Refusal;
  /** Not before this instant, where the server asked for patience. */
  readonly notBefore?: number;
  /** Messages came too fast: this one waits until the server will take it. */
  readonly tooFast?: true;
  readonly sentAt?: number;
  readonly tries?: number;
  /** The object it made, and its number in our stream. */
  readonly object?: string;
  readonly n?: number;
}

export const MOST = 50;
/** A chat message older than this is asked about before it is sent. */
export const STALE_MS = 120_000;
/** Without an answer for so long on a standing connection: send again, same id. */
export const PATIENCE_MS = 15_000;
const TRIES = 3;

/** These are sent after any pause: set, don't toggle; and the window decides. */
const AUTOMATIC: ReadonlySet<RoomCommand["type"]> = new Set([
  "question.ask",
  "question.vote",
  "question.withdraw",
]);

export class Outbox {
  #entries: readonly Entry[];
  readonly #prefix: string;
  readonly #keep: Keep;

  constructor(keep: Keep, account: string, room: string) {
    this.#keep = keep;
    this.#prefix = `${OUTBOX}${account}/${room}/`;
    this.#entries = read(keep, this.#prefix);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** False: fifty are waiting already, nothing was taken and the text must stay in its field. */
  add(id: string, command: RoomCommand, at: number): boolean {
    this.#forgetEarlierVote(command);
    const open = this.#entries.filter((entry) => entry.phase !== "done");
    if (open.length >= MOST) return false;
    this.#set([...this.#entries, { id, command, at, phase: "waiting" }]);
    return true;
  }

  /** The connection stands (again): what is stale is asked about, the rest waits to be sent. */
  connected(now: number): void {
    this.#map((entry) => {
      if (entry.phase !== "waiting" && entry.phase !== "sent") return entry;
      const stale = now - entry.at > STALE_MS && !AUTOMATIC.has(entry.command.type);
      return { ...entry, phase: stale ? "asking" : "waiting" };
    });
  }

  disconnected(): void {
    this.#map((entry) => (entry.phase === "sent" ? { ...entry, phase: "waiting" } : entry));
  }

  /** What to send now, marked as sent. The same id on every retry. */
  due(now: number): readonly Entry[] {
    const held = this.#entries.findIndex((entry) => isHeld(entry, now));
    const due = this.#entries.filter(
      (entry, index) => isDue(entry, now) && (held < 0 || index < held || !isMessage(entry)),
    );
    if (due.length === 0) return due;
    const ids = new Set(due.map((entry) => entry.id));
    this.#map((entry) => (ids.has(entry.id) ? { ...entry, phase: "sent", sentAt: now } : entry));
    return due;
  }

  /** The server's answer. Returns the entry it belonged to, as it stands now. */
  answered(ack: Ack, now: number): Entry | undefined {
    const entry = this.#entries.find((known) => known.id === ack.id);
    if (entry === undefined) return undefined;
    const next = afterAck(entry, ack, now);
    this.#map((known) => (known.id === ack.id ? next : known));
    return next;
  }

  /** Send it after all. */
  confirm(id: string, now: number): void {
    this.#map((entry) => (entry.id === id ? { ...entry, phase: "waiting", at: now } : entry));
  }

  /** Given up, or its text is back in the field. */
  discard(id: string): void {
    this.#set(this.#entries.filter((entry) => entry.id !== id));
  }

  /** Forget what was carried out and is now part of the history (`n` reached). */
  settle(isShown: (entry: Entry) => boolean): void {
    const rest = this.#entries.filter((entry) => entry.phase !== "done" || !isShown(entry));
    if (rest.length !== this.#entries.length) this.#set(rest);
  }

  #forgetEarlierVote(command: RoomCommand): void {
    if (command.type !== "question.vote") return;
    this.#set(
      this.#entries.filter(
        ({ phase, command: other }) =>
          phase !== "waiting" ||
          other.type !== "question.vote" ||
          other.question !== command.question,
      ),
    );
  }

  #map(change: (entry: Entry) => Entry): void {
    this.#set(this.#entries.map(change));
  }

  #set(entries: readonly Entry[]): void {
    const kept = new Set(entries.filter(isKept).map((entry) => entry.id));
    for (const entry of this.#entries) {
      if (!kept.has(entry.id)) this.#keep.removeItem(this.#prefix + entry.id);
    }
    const before = new Map(this.#entries.map((entry) => [entry.id, entry]));
    for (const entry of entries) {
      if (isKept(entry) && before.get(entry.id) !== entry) this.#write(entry);
    }
    this.#entries = entries;
  }

  #write(entry: Entry): void {
    try {
      this.#keep.setItem(this.#prefix + entry.id, JSON.stringify(entry));
    } catch {
      // No storage left (or none allowed): the entry still lives in this tab.
    }
  }
}

function isKept(entry: Entry): boolean {
  return entry.phase !== "done";
}

/** A message the server asked to wait: those written after it must not overtake it. */
function isHeld(entry: Entry, now: number): boolean {
  return isMessage(entry) && entry.phase === "waiting" && (entry.notBefore ?? 0) > now;
}

function isMessage({ command }: Entry): boolean {
  return command.type === "chat.send";
}

function isDue(entry: Entry, now: number): boolean {
  if ((entry.notBefore ?? 0) > now) return false;
  if (entry.phase === "waiting") return true;
  return entry.phase === "sent" && now - (entry.sentAt ?? now) >= PATIENCE_MS;
}

function afterAck(entry: Entry, ack: Ack, now: number): Entry {
  if (ack.error === undefined) {
    const made = ack.done?.object === undefined ? {} : { object: ack.done.object };
    const at = ack.at === undefined ? {} : { n: ack.at };
    return { ...entry, phase: "done", ...made, ...at };
  }
  if (isTooFast(entry, ack.error)) {
    const notBefore = now + (ack.error.retry_after_ms ?? 0);
    return { ...entry, phase: "waiting", notBefore, tooFast: true };
  }
  const tries = (entry.tries ?? 0) + 1;
  if (isPassing(ack.error) && tries <= TRIES) {
    const notBefore = now + (ack.error.retry_after_ms ?? 1_000 * tries);
    return { ...entry, phase: "waiting", tries, notBefore };
  }
  return { ...entry, phase: "refused", error: ack.error };
}

/** Chat is limited to a few seconds: a message waits them out by itself, as often as it takes. */
function isTooFast(entry: Entry, error: Refusal): boolean {
  return isMessage(entry) && error.code === "rate_limited" && error.retry_after_ms !== undefined;
}

/** Not stored by the server, and not the person's fault: a retry can succeed. */
function isPassing(error: Refusal): boolean {
  return error.code === "retry_later" || error.code === "internal";
}

function read(keep: Keep, prefix: string): readonly Entry[] {
  return keysOf(keep, prefix)
    .map((key) => parse(keep.getItem(key)))
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function parse(text: string | null): Entry | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { id, at, command } = value as Partial<Entry>;
  return typeof id === "string" && typeof at === "number" && typeof command?.type === "string";
}
