/**
 * The connection: hello, join, resume by position, come back after a loss (rooms page, X7, X9).
 * It knows frames and timers; what they mean for the room is the session's business.
 */

import {
  type AnyClientFrame,
  type AnyServerFrame,
  Close,
  type Out,
  type Position,
  PROTOCOL,
  type Welcome,
} from "../protocol/generated.ts";
import { delay } from "./backoff.ts";

export type Status =
  | { readonly kind: "connecting" }
  | { readonly kind: "live"; readonly detour?: Detour }
  /** Lost at `since`; the next try is at `retryAt` (both on this computer's clock). */
  | { readonly kind: "interrupted"; readonly since: number; readonly retryAt: number }
  /** Not, or no longer, in the room. Does not try by itself. */
  | { readonly kind: "out"; readonly out: Out }
  /** Nor does this; signing in helps. */
  | { readonly kind: "signed_out"; readonly out: Out }
  /** This page is older than the server: reload. */
  | { readonly kind: "outdated" }
  /** Open in too many windows: this one was the oldest. */
  | { readonly kind: "crowded" };

/** Not the direct way, since none passes; found out by this page, or known from one before. */
export type Detour = "found" | "known";

/** What is used of a `WebSocket`. */
export interface Wire {
  readonly detour?: Detour;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** The world outside: replaced in tests. */
export interface World {
  open(): Wire;
  now(): number;
  random(): number;
  later(milliseconds: number, act: () => void): () => void;
}

export interface Listener {
  status(status: Status): void;
  welcome(frame: Welcome): void;
  frame(frame: AnyServerFrame): void;
}

export interface Target {
  readonly room: string;
  readonly build: string;
  /** Bearer or screen token, where there is no session cookie. */
  readonly token?: string;
}

/** Silence after which the server is asked whether it is still there, and how long it may take. */
const QUIET_MS = 20_000;
const ANSWER_MS = 10_000;

export class Socket {
  readonly #world: World;
  readonly #target: Target;
  readonly #listener: Listener;
  readonly #position: () => Position | null;
  #wire: Wire | null = null;
  #attempt = 0;
  #hint: number | undefined;
  #since: number | undefined;
  #welcomed = false;
  #cancelRetry = (): void => {};
  #cancelQuiet = (): void => {};
  #status: Status = { kind: "connecting" };

  constructor(world: World, target: Target, listener: Listener, position: () => Position | null) {
    this.#world = world;
    this.#target = target;
    this.#listener = listener;
    this.#position = position;
  }

  get status(): Status {
    return this.#status;
  }

  start(): void {
    this.#cancelRetry();
    this.#drop();
    const wire = this.#world.open();
    this.#wire = wire;
    this.#welcomed = false;
    wire.onopen = () => this.#hello();
    wire.onmessage = ({ data }) => this.#received(data);
    wire.onclose = ({ code }) => this.#closed(code);
    this.#listen();
  }

  /** Try now: the network is back, the tab is looked at, the person asked for it. */
  hurry(): void {
    if (this.#status.kind === "live") this.#ask();
    else if (this.#status.kind === "interrupted" || this.#status.kind === "out") this.start();
  }

  /** Something is missing: ask for everything after our position. */
  rejoin(): void {
    this.#join();
  }

  /** False: there is no connection now. */
  send(frame: AnyClientFrame): boolean {
    if (this.#status.kind !== "live") return false;
    return this.#write(frame);
  }

  stop(): void {
    this.#cancelRetry();
    this.#drop();
  }

  #hello(): void {
    const { token, build } = this.#target;
    this.#write({
      t: "hello",
      protocol: PROTOCOL,
      client: build,
      ...(token === undefined ? {} : { token }),
    });
    this.#join();
  }

  #join(): void {
    const after = this.#position();
    this.#write({ t: "join", room: this.#target.room, ...(after === null ? {} : { after }) });
  }

  #joinLater(hint = 1_000): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#world.later(hint, () =>
      this.#welcomed ? this.#join() : this.#hello(),
    );
  }

  #received(data: unknown): void {
    this.#listen();
    const frame = JSON.parse(String(data)) as AnyServerFrame;
    switch (frame.t) {
      case "welcome":
        this.#welcomed = true;
        this.#listener.welcome(frame);
        return;
      case "bye":
        this.#hint = frame.retry_after_ms;
        return;
      case "out":
        this.#become({ kind: "out", out: frame });
        return;
      case "fault":
        // The room could not be read just now; the connection stays.
        if (this.#status.kind !== "live") this.#joinLater(frame.error.retry_after_ms);
        else this.#listener.frame(frame);
        return;
      case "joined":
        this.#attempt = 0;
        this.#hint = undefined;
        this.#since = undefined;
        this.#listener.frame(frame);
        this.#live();
        return;
      default:
        this.#listener.frame(frame);
    }
  }

  #live(): void {
    const detour = this.#wire?.detour;
    this.#become({ kind: "live", ...(detour === undefined ? {} : { detour }) });
  }

  #closed(code: number): void {
    this.#wire = null;
    this.#cancelQuiet();
    const told = this.#status.kind === "out" ? this.#status.out : undefined;
    const end = endOf(code, told);
    if (told !== undefined && end?.kind !== "signed_out") return;
    if (end === null) this.#retry();
    else this.#become(end);
  }

  #retry(): void {
    this.#cancelRetry();
    const now = this.#world.now();
    this.#since ??= now;
    const wait = delay(this.#attempt, this.#world.random(), this.#hint);
    this.#attempt += 1;
    this.#hint = undefined;
    this.#cancelRetry = this.#world.later(wait, () => this.start());
    this.#become({ kind: "interrupted", since: this.#since, retryAt: now + wait });
  }

  /** Every frame proves that the server is there; silence is asked about, then given up. */
  #listen(): void {
    this.#cancelQuiet();
    this.#cancelQuiet = this.#world.later(QUIET_MS, () => this.#ask());
  }

  #ask(): void {
    this.#cancelQuiet();
    this.#cancelQuiet = this.#world.later(ANSWER_MS, () => {
      this.#drop();
      this.#retry();
    });
    this.#write({ t: "ping" });
  }

  #drop(): void {
    this.#cancelQuiet();
    const wire = this.#wire;
    this.#wire = null;
    if (wire === null) return;
    wire.onopen = null;
    wire.onmessage = null;
    wire.onclose = null;
    wire.close();
  }

  #write(frame: AnyClientFrame): boolean {
    if (this.#wire === null) return false;
    try {
      this.#wire.send(JSON.stringify(frame));
      return true;
    } catch {
      return false; // not open yet: the hello follows when it is
    }
  }

  #become(status: Status): void {
    this.#status = status;
    this.#listener.status(status);
  }
}

/** What a close code means for good; null: come back (codes from 4100 on say stop). */
function endOf(code: number, told: Out | undefined): Status | null {
  if (code < Close.SIGNED_OUT || code >= 5_000) return null;
  if (code === Close.SIGNED_OUT) {
    return { kind: "signed_out", out: told ?? { t: "out", code: "unauthorized" } };
  }
  if (code === Close.PROTOCOL) return { kind: "outdated" };
  if (code === Close.TOO_MANY) return { kind: "crowded" };
  return { kind: "out", out: { t: "out", code: "forbidden" } };
}
