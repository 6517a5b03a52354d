/**
 * Which way a connection takes: a WebSocket; or, where a proxy between lets none through although
 * it lets everything else through, the detour over events. What was found out holds for this tab
 * for a while, then the direct way is tried again.
 */

import type { Detour, Wire } from "./socket.ts";
import type { Keep } from "./written.ts";

/** When it was found out, milliseconds UTC, in `sessionStorage`. */
export const TRANSPORT = "plenum.transport";
/** Handshakes that failed one after the other while the server answered otherwise. */
const TRIES = 2;
/** Where one has opened before: more likely one of several servers is being restarted. */
const TRIES_WHERE_IT_PASSED = 6;
export const AGAIN_MS = 30 * 60_000;

/** `told`: once, whether the connection opened. */
type Told = (opened: boolean) => void;

export interface Ways {
  readonly kept: Keep;
  now(): number;
  socket(told: Told): Wire;
  events(detour: Detour, told: Told): Wire;
  /** Whether the server answers a plain request. */
  reachable(): Promise<boolean>;
}

export class Transports {
  readonly #ways: Ways;
  #detour: Detour = "known";
  #failures = 0;
  #tries = TRIES;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  open(): Wire {
    if (this.#around()) {
      return this.#ways.events(this.#detour, (opened) => void this.#eventsTold(opened));
    }
    return this.#ways.socket((opened) => void this.#socketTold(opened));
  }

  #around(): boolean {
    const since = Number(this.#ways.kept.getItem(TRANSPORT) ?? Number.NaN);
    const passed = this.#ways.now() - since;
    return passed >= 0 && passed < AGAIN_MS;
  }

  /** A failure while nothing answers says nothing about the way. */
  async #socketTold(opened: boolean): Promise<void> {
    this.#failures = !opened && (await this.#ways.reachable()) ? this.#failures + 1 : 0;
    if (opened) {
      this.#tries = TRIES_WHERE_IT_PASSED;
      this.#ways.kept.removeItem(TRANSPORT);
    }
    if (this.#failures < this.#tries) return;
    this.#detour = "found";
    this.#ways.kept.setItem(TRANSPORT, String(this.#ways.now()));
  }

  async #eventsTold(opened: boolean): Promise<void> {
    this.#failures = 0;
    if (!opened && (await this.#ways.reachable())) this.#ways.kept.removeItem(TRANSPORT);
  }
}
